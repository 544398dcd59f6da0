// SPDX-License-Identifier: Apache-2.0

// How fast one chip does some work, as a table over cluster sizes: what performance models
// hand to the fleet simulation.
#pragma once

#include <array>
#include <string>

#include "kernels/engine/fleet/spec.hpp"

namespace tranche {

// How a chip does some work, as people read it; what does not apply is empty or 0.
struct WorkDescription {
  std::string formats;     // "fp8 weights; fp8 cache"
  std::string arithmetic;  // "fp8"
  // Why this is another format than was asked for: "A100-SXM has no fp8 rate".
  std::string widened;
  // What the model of the work leaves out: "sparse attention (DSA): …".
  std::string not_modelled;
  std::string layout;  // "TP 8"
  std::string memory;  // of one chip
  double copy_chips = 0, sequences = 0, time_per_token_s = 0;

  bool operator==(const WorkDescription&) const = default;
};

// Seconds of one chip per unit of work, at clusters of 2^0 … 2^20 chips, split into what
// the time is spent on. Efficiencies of a draw slow each part down.
struct ThroughputTable {
  std::array<kernels::ThroughputPoint, kernels::throughput_points> points{};
  bool size_dependent = false;
  bool possible = true;
  // The largest job that is worth running, where the work does not say how large jobs are:
  // larger clusters run several. 1e30: the whole cluster is one job.
  float largest_job_chips = 1e30f;
  // Chips of one copy of a served model: fewer do nothing, more run as many whole copies as they
  // make. 1: any number works.
  float copy_chips = 1.0f;
  std::string reason;  // why not possible: "needs 812 GB, a scale-up domain of 8 has 564 GB"
  WorkDescription how;
};

// The same at every cluster size.
ThroughputTable throughput_of(const kernels::ThroughputPoint& point);

ThroughputTable no_throughput(std::string reason);

// What twice the chips must do, over what once the chips do, to be worth a larger job.
inline constexpr double worthwhile_doubling = 1.8;

// Units per second of a job of so many chips (1 to 2^20) at full efficiency: the table between
// its sizes as the fleet reads it. 0 where it cannot hold the work.
double job_units_per_s(const ThroughputTable& table, double chips);

// The fewest chips that do the work; 0 where no size does.
double smallest_job(const ThroughputTable& table);

// The largest size of the table at which chips do, against every smaller size that works, at
// least `worthwhile_doubling` times as much for each doubling between the two: beyond it a
// cluster does more as several jobs. 1e30 where speed does not depend on size.
float largest_useful_job(const ThroughputTable& table);

// Share of a job's chips, 0 to 1, without which it keeps 95 % of its throughput: 5 % where
// throughput is in proportion to chips, one half where half of them idle. 0 where it cannot
// hold the work.
double share_that_adds_nothing(const ThroughputTable& table, double chips);

}  // namespace tranche
