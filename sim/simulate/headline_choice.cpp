// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/headline_choice.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tranche {
namespace {

std::int32_t index_or(const std::vector<std::string>& names, const std::string& name,
                      std::int32_t otherwise) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? otherwise : static_cast<std::int32_t>(found - names.begin());
}

}  // namespace

HeadlineChoice headline_choice(const LoweredScenario& lowered, const Headline& asked) {
  std::vector<std::string> metric_names;
  for (const MetricInfo& metric : lowered.metrics) metric_names.push_back(metric.name);
  const auto last = [](const auto& list) { return static_cast<std::int32_t>(list.size()) - 1; };
  return {index_or(metric_names, asked.metric, 0),
          index_or(lowered.steps, asked.month, last(lowered.steps)),
          index_or(lowered.firms, asked.firm, last(lowered.firms))};
}

}  // namespace tranche
