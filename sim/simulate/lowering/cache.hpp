// SPDX-License-Identifier: Apache-2.0

// Results of lowering that similar scenarios under one catalogue reuse: the points of a sweep
// differ in a few numbers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/distribution/quantile_builder.hpp"
#include "sim/performance/throughput/work_question.hpp"

namespace tranche {

// Cache for scenarios under one catalogue.
struct LoweringCache {
  QuantileCache quantiles;
  std::map<std::string, ThroughputTable> throughputs;  // by chip, workload and own runs
  // By files of own runs; read when a workload needs them.
  std::map<std::vector<std::string>, PerformanceModels> models;
};

}  // namespace tranche
