// SPDX-License-Identifier: Apache-2.0

// Throughput of one chip for a workload over cluster sizes: answer of the performance models to a
// WorkQuestion, with the time of each part, the configuration, what was assumed, what binds, and
// the measured cases behind the model.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "kernels/models/chip/time_parts.hpp"
#include "sim/performance/evidence/evidence.hpp"

namespace tranche {

// Sizes of a table: clusters of 2^0 to 2^20 chips.
inline constexpr std::size_t throughput_sizes = 21;

// Job size of work that one job of any size can do.
inline constexpr float one_job_of_any_size = 1e30f;

// Configuration of a workload on a chip, as text; inapplicable members are empty or 0.
struct WorkDescription {
  std::string formats;     // "fp8 weights; fp8 cache"
  std::string arithmetic;  // "fp8"
  // Reason for another format than requested: "A100-SXM has no fp8 rate".
  std::string widened;
  // Parts of the work that the model neglects: "sparse attention (DSA): …".
  std::string not_modelled;
  std::string layout;    // "TP 8"
  std::string memory;    // of one chip
  std::string software;  // generation of serving software, "tensorrt_llm_pytorch"
  double replica_chips = 0, sequences = 0, tpot_s = 0;
  double cache_bytes = 0;  // for the cache, on each chip of a replica
  // What the question left open and the model chose: "global batch of 2,048 sequences (…)".
  std::vector<std::string> assumed;
  // Row of AccuracyFigure::what that states the error of the model on measured cases; empty for a
  // roofline at stated efficiencies, which no measurement supports.
  std::string evidence;
  // What the prediction is about, and how well measured cases support it: interval and grade. Empty
  // for a roofline at stated efficiencies.
  std::optional<PredictionTraits> traits;
  std::optional<PredictionEvidence> prediction;

  bool operator==(const WorkDescription&) const = default;
};

// A step of a job of one size; chips that cannot hold the work do none.
struct WorkPoint {
  bool works = false;
  kernels::TimeParts step;  // one step of the job
  // Chips of the job over units of work of a step: chip seconds per unit are step x this.
  double chips_per_unit = 0;
  kernels::Bound binds = kernels::Bound::capacity;

  // Seconds of one chip per unit of work; infinite without work.
  double seconds_per_unit() const;
};

struct ThroughputTable {
  std::array<WorkPoint, throughput_sizes> points{};
  bool size_dependent = false;
  bool possible = true;
  // Largest useful job, if the workload does not set the job size; larger clusters run several.
  float largest_job_chips = one_job_of_any_size;
  // Chips of one replica of a served model: fewer run nothing, more run as many whole replicas as
  // they make. 1: any number works.
  float replica_chips = 1.0f;
  std::string reason;  // reason if not possible: "needs 812 GB, a scale-up domain of 8 has 564 GB"
  WorkDescription how;
};

// A table with the same step at every cluster size.
ThroughputTable throughput_of(const WorkPoint& point);

ThroughputTable no_throughput(std::string reason);

// Minimum speed-up of a job with twice the chips to justify the larger job.
inline constexpr double worthwhile_doubling = 1.8;

// Fewest chips that do the work; 0 if no size does.
double smallest_job(const ThroughputTable& table);

// Largest size of the table whose throughput, relative to every smaller working size, is at least
// `worthwhile_doubling` to the power of the doublings between them: a larger cluster does more as
// several jobs. one_job_of_any_size if throughput does not depend on size.
float largest_useful_job(const ThroughputTable& table);

// The largest size of the table that is no larger than this many chips, 1 or more.
const WorkPoint& point_at(const ThroughputTable& table, double chips);

}  // namespace tranche
