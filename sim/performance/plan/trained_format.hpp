// SPDX-License-Identifier: Apache-2.0

// Number format of training on a chip, in one rule for `plan`, `compare` and the fleet.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/models/chip/chip_params.hpp"

namespace tranche {

// Names of training formats.
std::vector<std::string> trained_format_names();  // "bf16", "fp16", "fp8", "mxfp8", "fp4"

// Formats of trained_format_names() with a rate on the chip.
std::vector<std::string> trainable_formats(const kernels::ChipParams& chip);

struct TrainedFormat {
  std::string precision;  // a word of trained_format_names()
  std::string widened;    // reason for another format than requested; empty if none
};

// Returns the format of a job that requests `asked`: that format if the chip has a rate for it,
// else bf16, with the reason. "best" is the fastest of bf16 and fp8 on the chip (4-bit training is
// research). Empty if the word is unknown, or the chip has neither the format nor bf16.
std::optional<TrainedFormat> trained_format(const std::string& asked, const std::string& chip_name,
                                            const kernels::ChipParams& chip);

}  // namespace tranche
