// SPDX-License-Identifier: Apache-2.0

// Number formats, software and layout of a workload, as inputs of the performance models.
#pragma once

#include <optional>
#include <string>

#include "sim/catalogue/number_formats.hpp"
#include "sim/performance/serving/served_work.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Returns "bf16" if the workload names no precision.
std::string precision_of(const Workload& workload);

FormatRequest formats_of(const Workload& workload);

// Empty if the workload names no software.
std::optional<ServingSoftware> named_software_of(const Workload& workload);

// Returns the default of the models if the workload names no software.
ServingSoftware software_of(const Workload& workload);

// Throws InputError if a degree of parallelism is uncertain.
ServedLayout layout_of(const Workload& workload);

// Value of an input that defines the work; 0 if absent. Throws InputError if it is uncertain.
double certain(const std::optional<Input>& input, const char* key);

}  // namespace tranche
