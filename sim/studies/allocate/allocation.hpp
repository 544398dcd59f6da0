// SPDX-License-Identifier: Apache-2.0

// The best split of a tranche over firms, or of a firm's chips over workloads.
//
// Several splits are decided in turn, each with the others held, until none changes: the first
// begins with equal shares. That is a local optimum; with a single split it is the best of
// the grid.
//
// Every split whose shares are multiples of one part is looked at (for three firms in steps
// of 1 % there are 5,151), on the same draws; then the best one is refined between them.
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
  RunOptions run;
  std::optional<std::uint64_t> draws;  // else those of [allocate]
};

// An objective as it is reported: a term's own value where it has a single term, else the
// weighted sum of its terms.
struct AllocationObjective {
  std::string name, label, unit;  // "training_flop_cumulative of all at 2028-12, p50"
  Better better = Better::higher;
  bool is_relative = false;  // terms are divided by their values at the equal split
};

// One split with what was found of it.
struct AllocationSplit {
  std::vector<double> shares;      // one a part
  std::vector<double> objectives;  // values, in the order of AllocationResult::objectives
  std::vector<double> limits;      // values that the constraints look at, in their order
  std::uint32_t violated = 0;      // bit k: constraint k
  double shortfall = 0;            // of the first objective behind the best, in its unit
  double shortfall_error = 0;      // its standard error, from 20 blocks of draws
  bool is_as_good = false;         // within two standard errors of the best
  bool is_within_1_percent = false;
  bool is_on_front = false;  // no other is better in one objective and as good in the other
};

// What the best split gains over another one, draw by draw.
struct AllocationGain {
  std::string over;  // "equal", "as_written", "proportional"
  std::vector<double> shares;
  std::uint32_t violated = 0;  // bit k: constraint k does not hold there
  double value = 0;            // of the first objective
  double difference = 0;       // best minus other
  Statistics draws;            // of the difference in a draw, before the measure is taken
  double share_better = 0;
};

// A further split, as it was decided together with the first.
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
  std::vector<AllocationSplit> splits;  // every one, best feasible first
  std::size_t candidates = 0, feasible = 0;
  AllocationSplit refined;  // the best found between the parts; the best split where none is better
  std::string refinement;   // how it was refined, or why not
  bool is_refined = false;
  std::vector<AllocationGain> gains;
  std::vector<DecidedSplit> together;  // held at these shares in everything above
  int rounds = 0;  // in which every split was decided once; 0 for a single split
  std::uint64_t draws = 0, seed = 0;
  int threads = 1;
  double seconds_simulation = 0, seconds_search = 0;
  std::vector<InputFile> inputs;
  std::vector<std::string> remarks;  // of lowering
  std::string started_utc;

  const AllocationSplit& best() const { return splits.front(); }
};

inline constexpr std::uint64_t most_candidates = 1'000'000;

// Throws InputError for what allocate() would refuse before its first draw; without [allocate]
// nothing is wrong.
void check_allocation(const ScenarioSource& source, const Catalogue& catalogue);

// Throws InputError when there is no [allocate], when it has too many splits, more than two
// objectives or a metric that does not apply, and when no split satisfies the constraints
// (it says which of them conflict); Interrupted. With several ranks the result is complete on
// the first of them.
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
// What a person reads.
std::string allocation_report(const AllocationResult& result, const std::string& folder,
                              std::size_t columns);

}  // namespace tranche
