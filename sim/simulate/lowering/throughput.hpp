// SPDX-License-Identifier: Apache-2.0

// How fast one chip does a workload, as a table over cluster sizes: the one place where
// performance models enter the fleet simulation.
#pragma once

#include <string>

#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/throughput/modelled_throughput.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Work of one unit, the same on every chip.
struct UnitWork {
  double flop = 0;   // model FLOP
  double bytes = 0;  // of memory traffic
  std::string unit;  // "tokens", "elements"
};

// Throws InputError when the workload does not say what one unit of it is.
UnitWork unit_work(const Workload& workload, const Catalogue& catalogue);

// What the performance models predict, for a workload with `performance = "model"`.
ThroughputTable modelled_throughput(const Workload& workload, const ChipEntry& chip,
                                    const Catalogue& catalogue, const PerformanceModels& models);

// The roofline of the workload's mechanism: training by arithmetic, decode and
// memory-bound work by memory traffic or arithmetic, whichever is slower; in the formats of
// stated_format().
// Reference: Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009.
ThroughputTable roofline_throughput(const Workload& workload, const ChipEntry& chip,
                                    const Catalogue& catalogue);

}  // namespace tranche
