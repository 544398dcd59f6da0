// SPDX-License-Identifier: Apache-2.0

// Warnings of chips that do no work, or do it in another number format than was asked for.
#pragma once

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// One warning for each workload and chip, at the chip in the scenario, without a full stop.
void add_work_notes(LoweredScenario& lowered);

}  // namespace tranche
