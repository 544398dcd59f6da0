// SPDX-License-Identifier: Apache-2.0

// Checks that the rules of licences apply to the destinations of their firms.
#pragma once

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Adds a warning with its location to the notes of `lowered`, and a remark, for each firm outside
// the destinations of a rule that one of its tranches needs; the rule is applied nevertheless.
// Firms without `country` are assumed to be at a destination of the rule, with one remark.
void add_destination_notes(const ScenarioSet& set, const Catalogue& catalogue,
                           LoweredScenario& lowered);

}  // namespace tranche
