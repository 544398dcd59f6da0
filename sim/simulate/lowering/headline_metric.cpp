// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/headline_metric.hpp"

#include <algorithm>

#include "sim/simulate/lowering/known_metrics.hpp"

namespace tranche {

std::string headline_metric(const ScenarioSet& set, const Catalogue& catalogue) {
  ScenarioSet base;
  base.file = set.file;
  base.variants = {set.variants.front()};
  const std::vector<std::string> kept = computable_metrics(base, catalogue);
  const std::string& asked = base.variants.front().scenario.headline.metric;
  return std::ranges::count(kept, asked) > 0 ? asked : kept.front();
}

}  // namespace tranche
