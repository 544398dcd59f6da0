// SPDX-License-Identifier: Apache-2.0

// Warnings of a run about its scenario.
#pragma once

#include <string>
#include <vector>

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Adds a warning to the notes, with the location in the file, and to the remarks.
void add_warning(LoweredScenario& lowered, const SourceSpan& where, const std::string& problem,
                 std::vector<std::string> help);

}  // namespace tranche
