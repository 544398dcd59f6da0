// SPDX-License-Identifier: Apache-2.0

// What lowering one scenario worked out and lowering the next, much like it, can use again:
// the points of a sweep differ in a few numbers.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/distribution/quantile_builder.hpp"
#include "sim/performance/throughput/modelled_throughput.hpp"

namespace tranche {

// For scenarios under one catalogue.
struct LoweringCache {
  QuantileCache quantiles;
  std::map<std::string, ThroughputTable> throughputs;  // by chip and everything it does
  std::optional<PerformanceModels> models;             // read when a workload asks for them
};

}  // namespace tranche
