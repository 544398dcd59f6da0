// SPDX-License-Identifier: Apache-2.0

// Whether the rules of licences hold for the firms that they are applied to.
#pragma once

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// A warning with its place, in the notes of `lowered`, and a remark for each firm outside the
// destinations of a rule that a tranche of it needs; the rule is applied all the same. Firms
// without `country` are assumed to be where the rule holds, which a remark says once.
void add_destination_notes(const ScenarioSet& set, const Catalogue& catalogue,
                           LoweredScenario& lowered);

}  // namespace tranche
