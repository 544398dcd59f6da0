// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/models_with_runs.hpp"

#include <utility>

#include "sim/performance/validation/own_runs_file.hpp"

namespace tranche {

const PerformanceModels& models_with_runs(const std::vector<std::string>& own_runs,
                                          const Catalogue& catalogue, LoweringCache& cache) {
  if (const auto found = cache.models.find(own_runs); found != cache.models.end())
    return found->second;
  PerformanceModels models = read_performance_models(catalogue.folder);
  if (!own_runs.empty()) {
    const ValidationInputs inputs{catalogue,           models.training, models.inference,
                                  models.memory_bound, models.evidence, catalogue.folder};
    models.evidence.own = read_own_runs(own_runs, inputs, false).runs;
  }
  return cache.models.emplace(own_runs, std::move(models)).first->second;
}

}  // namespace tranche
