// SPDX-License-Identifier: Apache-2.0

// Default metric of a study.
#pragma once

#include <string>

#include "sim/catalogue/catalogue.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Returns the headline's metric of the base case; if it does not apply to the scenario, the first
// metric that does, as in `run`.
std::string headline_metric(const ScenarioSet& set, const Catalogue& catalogue);

}  // namespace tranche
