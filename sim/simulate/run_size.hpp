// SPDX-License-Identifier: Apache-2.0

// Whether a run is small enough, known before it begins.
#pragma once

#include <cstdint>
#include <string>

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// At least so many histogram counters does the run need: found from a few draws of every
// output, as far as `enough`, beyond which the exact number does not matter.
std::uint64_t counters_at_least(const kernels::FleetData& data, std::uint64_t enough);

// Throws InputError, naming `file`, where the counters of the run are more than can be numbered or
// would not fit into the machine's memory; says how many values are asked for and what to leave
// out. Costs next to nothing where they are few, and some seconds where they are millions.
void refuse_oversize(const LoweredScenario& lowered, const std::string& file);

}  // namespace tranche
