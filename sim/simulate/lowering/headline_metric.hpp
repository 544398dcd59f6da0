// SPDX-License-Identifier: Apache-2.0

// The metric of a study that names none.
#pragma once

#include <string>

#include "sim/catalogue/catalogue.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// The headline's metric of the base case; where that does not apply to the scenario, the metric
// that `run` puts in its place: the first of those that do.
std::string headline_metric(const ScenarioSet& set, const Catalogue& catalogue);

}  // namespace tranche
