// SPDX-License-Identifier: Apache-2.0

// What a run says of the sizes of training jobs: too small to work, so large that chips add
// nothing, or chosen by the program.
#pragma once

#include "sim/simulate/lowering/chips.hpp"
#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Of every training workload of every variant on every chip of its firms, judged by the middle
// of uncertain numbers and by the largest cluster that a firm can have: warnings into the
// notes of `lowered`, each with its place, and remarks. What holds in the base case is said once.
void add_job_notes(const ScenarioSet& set, const Catalogue& catalogue, ChipPlan& chips,
                   LoweredScenario& lowered);

}  // namespace tranche
