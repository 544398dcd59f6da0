// SPDX-License-Identifier: Apache-2.0

// What a workload says of number formats, software and layout, in the words of the performance
// models.
#pragma once

#include <string>

#include "sim/catalogue/number_formats.hpp"
#include "sim/performance/serving/served_work.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// "bf16" where the workload names no precision.
std::string precision_of(const Workload& workload);

FormatRequest formats_of(const Workload& workload);

// TensorRT-LLM of 2025 where the workload names no software.
ServingSoftware software_of(const Workload& workload);

// Throws InputError where a number of ways is not certain.
ServedLayout layout_of(const Workload& workload);

// The value of an input that describes the work itself; 0 where it is absent. Throws InputError
// where it is not certain.
double certain(const std::optional<Input>& input, const char* key);

// In which formats a chip does a workload with stated efficiencies.
struct StatedFormat {
  std::string stored;      // what it reads
  std::string arithmetic;  // what it multiplies in; empty: it has no rate for that
  std::string widened;     // why that is another one than asked for
};

// The precision of the workload, where the chip has a rate for it; else its 16-bit rate for 8 and
// 4 bit. "best": the fastest of 16 and 8 bit for training, the narrowest for decode, the fastest
// of all for other work.
StatedFormat stated_format(const Workload& workload, const ChipEntry& chip);

// Dense peak of the precision, FLOP/s; 0 when the chip does not have it.
double peak_flop_per_s(const ChipEntry& chip, const std::string& precision);

}  // namespace tranche
