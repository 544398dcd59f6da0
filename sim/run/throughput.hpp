// How fast one chip does a workload, as a table over cluster sizes: the one place where
// performance models enter the fleet simulation.
#pragma once

#include <array>
#include <string>

#include "kernels/fleet/fleet_spec.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Seconds of one chip per unit of work, at clusters of 2^0 … 2^20 chips and at full
// efficiency, split into what the time is spent on.
struct ThroughputTable {
  std::array<kernels::ThroughputPoint, kernels::throughput_points> points{};
  bool size_dependent = false;
  bool possible = true;
  std::string reason;  // why not possible: "needs 812 GB, a scale-up domain of 8 has 564 GB"
};

// Work of one unit, the same on every chip.
struct UnitWork {
  double flop = 0;   // model FLOP
  double bytes = 0;  // of memory traffic
  std::string unit;  // "tokens", "elements"
};

// Throws InputError when the workload does not say what one unit of it is.
UnitWork unit_work(const Workload& workload, const Catalogue& catalogue);

// The roofline of the workload's mechanism: training by arithmetic, decode and
// memory-bound work by memory traffic or arithmetic, whichever is slower.
// Reference: Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009.
ThroughputTable roofline_throughput(const Workload& workload, const ChipEntry& chip,
                                    const Catalogue& catalogue);

// Dense peak of the precision a workload names; 0 when the chip does not have it.
double peak_flop_per_s(const ChipEntry& chip, const std::string& precision);

}  // namespace tranche
