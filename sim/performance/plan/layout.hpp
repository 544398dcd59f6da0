// SPDX-License-Identifier: Apache-2.0

// Checks the fixed choices of a plan.
#pragma once

#include "sim/input/diagnostic.hpp"
#include "sim/performance/plan/plan.hpp"

namespace tranche {

// Adds one error for each impossible choice: tensor parallelism that does not divide the heads,
// more stages than layers, experts that do not divide, degrees whose product does not divide the
// chips, an interleaving that does not divide the layers, a schedule without its stages. The search
// checks memory.
void check_choices(const PlanQuestion& question, Problems& problems);

}  // namespace tranche
