// SPDX-License-Identifier: Apache-2.0

// Hash of everything that determines a study's results; ranks and `--resume` compare it.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace tranche {

// Returns the SHA-256, in hex, over the version, draws and seed of the base case, `choices` (the
// options of the command line), every value of every variant, the input files and the files of the
// catalogue. The paths of files are not hashed.
std::string input_identity(const ScenarioSet& set, const Catalogue& catalogue,
                           const std::vector<std::string>& choices);

}  // namespace tranche
