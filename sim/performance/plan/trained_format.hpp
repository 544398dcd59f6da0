// SPDX-License-Identifier: Apache-2.0

// In which number format a training job is computed on a chip: one rule for `plan`, `compare` and
// the fleet.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/models/chip/chip_params.hpp"

namespace tranche {

// Words that ask for a format of training.
std::vector<std::string> trained_format_names();  // "bf16", "fp16", "fp8", "mxfp8", "fp4"

// The formats of trained_format_names() that the chip has a rate for.
std::vector<std::string> trainable_formats(const kernels::ChipParams& chip);

struct TrainedFormat {
  std::string precision;  // a word of trained_format_names()
  std::string widened;    // why it is not the one asked for; empty where it is
};

// What a job that asks for `asked` is computed in: that format where the chip has a rate for it,
// else bf16, with the reason. "best" is the fastest of bf16 and fp8 that the chip has (4-bit
// training is research). Empty where the word is unknown, or the chip has neither the format nor
// bf16.
std::optional<TrainedFormat> trained_format(const std::string& asked, const std::string& chip_name,
                                            const kernels::ChipParams& chip);

}  // namespace tranche
