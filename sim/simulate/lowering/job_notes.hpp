// SPDX-License-Identifier: Apache-2.0

// Remarks on the sizes of training jobs: too small to work, larger than useful, or chosen by the
// program.
#pragma once

#include "sim/simulate/lowering/chips.hpp"
#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Checks every training workload of every variant on every chip of its firms, at the medians of
// uncertain numbers and the largest possible cluster of a firm. Adds warnings with locations to the
// notes of `lowered`, and remarks. A finding of the base case is not repeated for its variants.
void add_job_notes(const ScenarioSet& set, const Catalogue& catalogue, ChipPlan& chips,
                   LoweredScenario& lowered);

}  // namespace tranche
