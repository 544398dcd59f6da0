// SPDX-License-Identifier: Apache-2.0

// Performance models of a scenario: those of the data folder, corrected by its own runs.
#pragma once

#include <string>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/simulate/lowering/cache.hpp"

namespace tranche {

// Read once for each list of files. Throws InputError with all rows of own runs that cannot be
// used.
const PerformanceModels& models_with_runs(const std::vector<std::string>& own_runs,
                                          const Catalogue& catalogue, LoweringCache& cache);

}  // namespace tranche
