// SPDX-License-Identifier: Apache-2.0

// A warning that a run gives of its scenario.
#pragma once

#include <string>
#include <vector>

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Adds it to the notes, with the place in the file, and to the remarks.
void add_warning(LoweredScenario& lowered, const SourceSpan& where, const std::string& problem,
                 std::vector<std::string> help);

}  // namespace tranche
