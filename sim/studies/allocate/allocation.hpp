// SPDX-License-Identifier: Apache-2.0

// Optimises the split of a tranche over firms, or of a firm's chips over workloads.
//
// Several splits are optimised in turn, with the others fixed, until none changes; the first pass
// begins with equal shares. The result is a local optimum; for a single split it is the best of the
// grid.
//
// Every split whose shares are multiples of one part is evaluated (for three firms in steps of 1 %
// there are 5,151), on the same draws; then the best one is refined between grid points.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/read/scenario_source.hpp"
#include "sim/simulate/run.hpp"
#include "sim/statistics/statistics.hpp"

namespace tranche {

struct AllocationOptions {
  Execution execution = {};                 // always on the CPU
  std::optional<std::uint64_t> draws = {};  // default: those of [allocate]
};

// A reported objective: the value of its single term, or the weighted sum of its terms.
struct AllocationObjective {
  std::string name, label, unit;  // "training_flop_cumulative of all at 2028-12, p50"
  Better better = Better::higher;
  bool is_relative = false;  // terms are divided by their values at the equal split
};

// One split with its evaluation.
struct AllocationSplit {
  std::vector<double> shares;      // one per part
  std::vector<double> objectives;  // values, in the order of AllocationResult::objectives
  std::vector<double> limits;      // values of the constraints, in their order
  std::uint32_t violated = 0;      // bit k: constraint k
  double shortfall = 0;            // of the first objective relative to the best, in its unit
  double shortfall_error = 0;      // standard error, from 20 blocks of draws
  bool is_as_good = false;         // within two standard errors of the best
  bool is_within_1_percent = false;
  bool is_on_front = false;  // no other split is better in one objective and as good in the other
};

// Gain of the best split over another one, paired by draw.
struct AllocationGain {
  std::string over;  // "equal", "as_written", "proportional"
  std::vector<double> shares;
  std::uint32_t violated = 0;  // bit k: constraint k is violated
  double value = 0;            // of the first objective
  double difference = 0;       // best minus other
  Statistics draws;            // of the difference per draw, before the measure is applied
  double share_better = 0;
};

// A further split, optimised together with the first.
struct DecidedSplit {
  std::string split;
  std::vector<std::string> names;
  std::vector<double> shares;
};

struct AllocationResult {
  std::string scenario, title;
  AllocateSpec spec;
  std::vector<std::string> names;
  std::vector<AllocationObjective> objectives;
  std::vector<std::string> limit_labels;
  std::vector<AllocationSplit> splits;  // all splits, best feasible first
  std::size_t candidates = 0, feasible = 0;
  AllocationSplit refined;  // best between grid points; the grid's best if none is better
  std::string refinement;   // method of refinement, or reason for none
  bool is_refined = false;
  std::vector<AllocationGain> gains;
  std::vector<DecidedSplit> together;  // fixed at these shares in everything above
  int rounds = 0;                      // each optimises every split once; 0 for a single split
  std::uint64_t draws = 0, seed = 0;
  int threads = 1;
  double seconds_simulation = 0, seconds_search = 0;
  std::vector<InputFile> inputs;
  std::vector<std::string> remarks;  // of lowering
  std::string started_utc;

  const AllocationSplit& best() const { return splits.front(); }
};

inline constexpr std::uint64_t max_candidates = 1'000'000;

// Throws InputError for everything that allocate() would refuse before its first draw; returns if
// there is no [allocate].
void check_allocation(const ScenarioSource& source, const Catalogue& catalogue);

// Throws InputError if there is no [allocate], if it has too many splits, more than two objectives
// or a metric that does not apply, and if no split satisfies the constraints (the message names the
// conflicting ones); Interrupted. With several ranks the result is complete only on rank 0.
AllocationResult allocate(const ScenarioSource& source, const Catalogue& catalogue,
                          const AllocationOptions& options);

// rank,share_<name>…,<objective>…,feasible,violated,shortfall,shortfall_error,as_good,
// within_1_percent,pareto
std::string allocation_csv(const AllocationResult& result);
// over,share_<name>…,feasible,objective,value,best_value,difference,mean,p05,p50,p95,
// share_better
std::string allocation_gain_csv(const AllocationResult& result);
// One JSON object; its keys are described in docs/formats/results.md.
std::string allocation_json(const AllocationResult& result);
// Report for the terminal.
std::string allocation_report(const AllocationResult& result, const std::string& folder,
                              std::size_t columns);

}  // namespace tranche
