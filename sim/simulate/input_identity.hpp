// SPDX-License-Identifier: Apache-2.0

// What a study follows from, for ranks and for work that goes on later.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace tranche {

// SHA-256, in hex, over the version, draws and seed of the base case, `choices` (what the
// command line says), every value of every variant, the input files and the catalogue. Where
// files lie does not matter.
std::string input_identity(const ScenarioSet& set, const std::vector<std::string>& choices);

}  // namespace tranche
