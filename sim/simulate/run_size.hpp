// SPDX-License-Identifier: Apache-2.0

// Checks the size of a run before it begins.
#pragma once

#include <cstdint>
#include <string>

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Lower bound of the number of histogram counters of the run, from a few draws of every output.
// Stops at `enough`, beyond which the exact number is not needed.
std::uint64_t counters_at_least(const kernels::FleetData& data, std::uint64_t enough);

// Throws InputError, naming `file`, if the counters exceed the index range or the machine's memory;
// the message gives the number of requested values and options to reduce it. Takes almost no time
// for few counters, and some seconds for millions.
void refuse_oversize(const LoweredScenario& lowered, const std::string& file);

}  // namespace tranche
