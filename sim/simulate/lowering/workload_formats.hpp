// SPDX-License-Identifier: Apache-2.0

// Number formats, software and layout of a workload, as inputs of the performance models.
#pragma once

#include <string>

#include "sim/catalogue/number_formats.hpp"
#include "sim/performance/serving/served_work.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Returns "bf16" if the workload names no precision.
std::string precision_of(const Workload& workload);

FormatRequest formats_of(const Workload& workload);

// Returns TensorRT-LLM of 2025 if the workload names no software.
ServingSoftware software_of(const Workload& workload);

// Throws InputError if a degree of parallelism is uncertain.
ServedLayout layout_of(const Workload& workload);

// Value of an input that defines the work; 0 if absent. Throws InputError if it is uncertain.
double certain(const std::optional<Input>& input, const char* key);

// Number formats of a workload with stated efficiencies on a chip.
struct StatedFormat {
  std::string stored;      // format of stored values
  std::string arithmetic;  // format of multiplication; empty: the chip has no rate for it
  std::string widened;     // reason for another format than requested
};

// Returns the precision of the workload if the chip has a rate for it; else its 16-bit rate for 8
// and 4 bit. "best": the fastest of 16 and 8 bit for training, the narrowest for decode, the
// fastest of all for other work.
StatedFormat stated_format(const Workload& workload, const ChipEntry& chip);

// Dense peak of the precision, FLOP/s; 0 if the chip does not support it.
double peak_flop_per_s(const ChipEntry& chip, const std::string& precision);

}  // namespace tranche
