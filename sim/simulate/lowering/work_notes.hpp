// SPDX-License-Identifier: Apache-2.0

// Warnings for chips that do no work, or work in another number format than requested.
#pragma once

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Adds one warning for each workload and chip, at the chip in the scenario, without a full stop.
void add_work_notes(LoweredScenario& lowered);

}  // namespace tranche
