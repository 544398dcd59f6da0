// SPDX-License-Identifier: Apache-2.0

// Throughput of one chip for a workload, as a table over cluster sizes: the only interface between
// performance models and the fleet simulation.
#pragma once

#include <string>

#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/throughput/modelled_throughput.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Work of one unit, equal on every chip.
struct UnitWork {
  double flop = 0;   // model FLOP
  double bytes = 0;  // of memory traffic
  std::string unit;  // "tokens", "elements"
};

// Throws InputError if the workload does not define its unit of work.
UnitWork unit_work(const Workload& workload, const Catalogue& catalogue);

// Prediction of the performance models, for a workload with `performance = "model"`.
ThroughputTable modelled_throughput(const Workload& workload, const ChipEntry& chip,
                                    const Catalogue& catalogue, const PerformanceModels& models);

// Roofline of the workload's kind: training by arithmetic; decode and memory-bound work by the
// slower of memory traffic and arithmetic; in the formats of stated_format().
// Reference: Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009.
ThroughputTable roofline_throughput(const Workload& workload, const ChipEntry& chip,
                                    const Catalogue& catalogue);

}  // namespace tranche
