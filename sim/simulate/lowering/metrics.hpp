// SPDX-License-Identifier: Apache-2.0

// The list of metrics of a scenario: what is stored, what is derived, in which units.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernels/engine/fleet/spec.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/lowering.hpp"
#include "sim/simulate/lowering/throughput.hpp"

namespace tranche {

struct MetricPlan {
  std::vector<kernels::MetricSpec> stored;
  std::vector<MetricInfo> metrics;
};

// Metrics that apply to the base case, in output order; when the scenario names some,
// only those. `works` holds, for each variant, the unit work of each workload: what is a
// constant times another metric in all of them shares its histograms.
MetricPlan plan_metrics(const Scenario& base_scenario,
                        const std::vector<std::vector<UnitWork>>& works,
                        const std::vector<const Yardstick*>& yardsticks);

// Yardsticks that value all chips in proportion to an earlier one (TPP and 8-bit rate often
// do) share its histograms. `chip_values` has one value for each chip and yardstick.
void share_proportional_yardsticks(MetricPlan& plan, const std::vector<float>& chip_values,
                                   std::size_t yardstick_count);

// The metric of a name; nullptr where the list has none.
const MetricInfo* find_metric(const std::vector<MetricInfo>& metrics, std::string_view name);

}  // namespace tranche
