// SPDX-License-Identifier: Apache-2.0

// Scenario discovery: boxes of uncertain inputs in which an outcome happens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/simulate/execution.hpp"
#include "sim/studies/discover/condition.hpp"
#include "sim/studies/discover/prim.hpp"
#include "sim/studies/sensitivity/input_groups.hpp"

namespace tranche {

struct DiscoverRequest {
  std::optional<std::string> outcome = {};  // from the command line; default: the scenario's
  std::uint64_t draws = 0;                  // 0: default_discover_draws
  // Choose the box with the largest coverage among those at least this dense; by default the one
  // with the best balance.
  std::optional<double> density = {};
  Execution execution = {};  // always on the CPU
};
inline constexpr std::uint64_t default_discover_draws = 32'768;

// One input column of the search.
struct DiscoverInput {
  std::string name;  // "all_firms.pue[alibaba]"
  std::string unit;
  Role role = Role::assumption;
  Confidence confidence = Confidence::assumed;
  bool is_event = false;                         // 0 or 1
  bool is_mean = false;                          // mean over its months or batches
  double least = 0, p05 = 0, p95 = 0, most = 0;  // over all draws
};

struct FoundLimit {
  BoxLimit limit;
  double share_kept = 1;  // fraction of all draws that this limit alone keeps
  LimitTest test;
};

struct DiscoverResult {
  std::string scenario, title, file;
  std::vector<InputFile> input_files;
  std::uint64_t seed = 0, draws = 0, checked_draws = 0;
  std::string outcome;      // as written
  std::string description;  // parsed form, for reports
  double share = 0;         // fraction of draws with the outcome
  std::vector<DiscoverInput> inputs;
  std::vector<Box> boxes;  // the trajectory, starting with all draws
  std::size_t peeled = 0;  // index of the box from which the chosen box was made
  Box box;                 // chosen box after pasting and pruning
  std::vector<FoundLimit> limits;
  Box checked;  // the same box on independent draws
  bool reaches_density = true;
  double seconds = 0;
};

// Throws InputError for errors in the scenario's [discover], without a draw; returns if there is
// none.
void check_discover(const ScenarioSet& set, const Catalogue& catalogue);

// Throws InputError for an outcome that cannot be parsed, that no draw or every draw has, and if
// nothing is uncertain; Interrupted if the execution was stopped. With several ranks, rank 0
// searches and has the result.
DiscoverResult discover(const ScenarioSet& set, const Catalogue& catalogue,
                        const DiscoverRequest& request);

}  // namespace tranche
