#include "sim/study/headline_metric.hpp"

#include "sim/run/lowering.hpp"
#include "sim/run/metrics.hpp"

namespace tranche {

std::string headline_metric(const ScenarioSet& set, const Catalogue& catalogue) {
  ScenarioSet base;
  base.file = set.file;
  base.variants = {set.variants.front()};
  const LoweredScenario lowered = lower(base, catalogue);
  const std::string& asked = base.variants.front().scenario.headline.metric;
  return find_metric(lowered.metrics, asked) != nullptr ? asked : lowered.metrics.front().name;
}

}  // namespace tranche
