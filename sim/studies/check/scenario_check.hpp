// SPDX-License-Identifier: Apache-2.0

// Runs all checks that commands make on a scenario before their first draw.
#pragma once

#include <vector>

#include "sim/scenario/read/scenario_source.hpp"

namespace tranche {

// Runs the checks of `run`, `sweep`, `allocate` and `discover` without a draw; those of [sweep],
// [allocate] and [discover] if the scenario has them. Returns the warnings of a run. Throws
// InputError with the problems of all of them, each once.
std::vector<Diagnostic> check_scenario(const ScenarioSource& source, const Catalogue& catalogue);

}  // namespace tranche
