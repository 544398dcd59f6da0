// SPDX-License-Identifier: Apache-2.0

// Everything that a command would refuse of a scenario before its first draw.
#pragma once

#include <vector>

#include "sim/scenario/read/scenario_source.hpp"

namespace tranche {

// Asks `run`, `sweep`, `allocate` and `discover` what they would refuse, with their own words,
// without a draw: of [sweep], [allocate] and [discover] where the scenario has them. Returns the
// warnings of a run. Throws InputError with the problems of all of them, each once.
std::vector<Diagnostic> check_scenario(const ScenarioSource& source, const Catalogue& catalogue);

}  // namespace tranche
