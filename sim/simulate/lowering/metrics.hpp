// SPDX-License-Identifier: Apache-2.0

// Metrics of a scenario: stored and derived, with their units.
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

// Returns the metrics that apply to the base case, in output order; if the scenario names some,
// only those. `works` holds, for each variant, the unit work of each workload: a metric that is a
// constant multiple of another in all of them shares its histograms.
MetricPlan plan_metrics(const Scenario& base, const std::vector<std::vector<UnitWork>>& works,
                        const std::vector<const Yardstick*>& yardsticks);

// Yardsticks proportional to an earlier one over all chips (often TPP and 8-bit rate) share its
// histograms. `chip_values` has one value for each chip and yardstick.
void share_proportional_yardsticks(MetricPlan& plan, const std::vector<float>& chip_values,
                                   std::size_t yardstick_count);

// Returns the metric of a name, or nullptr.
const MetricInfo* find_metric(const std::vector<MetricInfo>& metrics, std::string_view name);

// Returns the names of the metrics of every scenario, without workload metrics.
std::vector<std::string> fixed_metric_names();

}  // namespace tranche
