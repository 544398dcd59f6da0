// How fast one chip does some work, as a table over cluster sizes: what performance models
// hand to the fleet simulation.
#pragma once

#include <array>
#include <string>

#include "kernels/fleet/fleet_spec.hpp"

namespace tranche {

// Seconds of one chip per unit of work, at clusters of 2^0 … 2^20 chips, split into what
// the time is spent on. Efficiencies of a draw slow each part down.
struct ThroughputTable {
  std::array<kernels::ThroughputPoint, kernels::throughput_points> points{};
  bool size_dependent = false;
  bool possible = true;
  std::string reason;  // why not possible: "needs 812 GB, a scale-up domain of 8 has 564 GB"
};

// The same at every cluster size.
ThroughputTable throughput_of(const kernels::ThroughputPoint& point);

ThroughputTable no_throughput(std::string reason);

}  // namespace tranche
