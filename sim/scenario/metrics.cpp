// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/metrics.hpp"

namespace tranche {

const std::vector<std::string>& metric_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const MetricRow& row : metric_table) all.emplace_back(row.name);
    return all;
  }();
  return names;
}

}  // namespace tranche
