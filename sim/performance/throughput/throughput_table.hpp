// SPDX-License-Identifier: Apache-2.0

// Throughput of one chip for a workload, as a table over cluster sizes: output of the performance
// models and input of the fleet simulation.
#pragma once

#include <array>
#include <string>

#include "kernels/engine/fleet/spec.hpp"

namespace tranche {

// Configuration of a workload on a chip, as text; inapplicable members are empty or 0.
struct WorkDescription {
  std::string formats;     // "fp8 weights; fp8 cache"
  std::string arithmetic;  // "fp8"
  // Reason for another format than requested: "A100-SXM has no fp8 rate".
  std::string widened;
  // Parts of the work that the model neglects: "sparse attention (DSA): …".
  std::string not_modelled;
  std::string layout;  // "TP 8"
  std::string memory;  // of one chip
  double copy_chips = 0, sequences = 0, time_per_token_s = 0;

  bool operator==(const WorkDescription&) const = default;
};

// Seconds of one chip per unit of work, at clusters of 2^0 … 2^20 chips, by component. Efficiencies
// of a draw slow each component down.
struct ThroughputTable {
  std::array<kernels::ThroughputPoint, kernels::throughput_points> points{};
  bool size_dependent = false;
  bool possible = true;
  // Largest useful job, if the workload does not set the job size; larger clusters run several.
  // 1e30: the whole cluster is one job.
  float largest_job_chips = 1e30f;
  // Chips of one replica of a served model: fewer run nothing, more run as many whole replicas as
  // they make. 1: any number works.
  float copy_chips = 1.0f;
  std::string reason;  // reason if not possible: "needs 812 GB, a scale-up domain of 8 has 564 GB"
  WorkDescription how;
};

// A table with the same value at every cluster size.
ThroughputTable throughput_of(const kernels::ThroughputPoint& point);

ThroughputTable no_throughput(std::string reason);

// Minimum speed-up of a job with twice the chips to justify the larger job.
inline constexpr double worthwhile_doubling = 1.8;

// Units per second of a job of this many chips (1 to 2^20) at full efficiency: interpolated as in
// the fleet simulation. 0 if it cannot hold the work.
double job_units_per_s(const ThroughputTable& table, double chips);

// Fewest chips that do the work; 0 if no size does.
double smallest_job(const ThroughputTable& table);

// Largest size of the table whose throughput, relative to every smaller working size, is at least
// `worthwhile_doubling` to the power of the doublings between them: a larger cluster does more as
// several jobs. 1e30 if throughput does not depend on size.
float largest_useful_job(const ThroughputTable& table);

// Fraction of a job's chips, 0 to 1, without which it keeps 95 % of its throughput: 5 % if
// throughput is proportional to chips, one half if half of them idle. 0 if it cannot hold the work.
double share_that_adds_nothing(const ThroughputTable& table, double chips);

}  // namespace tranche
