// The list of metrics of a scenario: what is stored, what is derived, in which units.
#pragma once

#include <string>
#include <vector>

#include "kernels/fleet/fleet_spec.hpp"
#include "sim/run/lowering.hpp"
#include "sim/run/throughput.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

struct MetricPlan {
  std::vector<kernels::MetricSpec> stored;
  std::vector<MetricInfo> metrics;
};

// Metrics that apply to the base case, in output order; when the scenario names some,
// only those. `work` holds the unit work of each workload.
MetricPlan plan_metrics(const Scenario& scenario, const std::vector<UnitWork>& work,
                        const std::vector<const Yardstick*>& yardsticks);

// Names of the metrics every scenario may ask for, workload metrics not included.
std::vector<std::string> fixed_metric_names();

}  // namespace tranche
