// SPDX-License-Identifier: Apache-2.0

// Whether the parts of a plan that a person fixed can be.
#pragma once

#include "sim/input/diagnostic.hpp"
#include "sim/performance/plan/plan.hpp"

namespace tranche {

// Adds one error for each choice that no plan can have: tensor parallelism that does not divide
// the heads, more stages than layers, experts that do not divide, degrees whose product does not
// divide the chips, an interleaving that the layers do not fill, a schedule without its stages.
// Whether it fits in memory is for the search to say.
void check_choices(const PlanQuestion& question, Problems& problems);

}  // namespace tranche
