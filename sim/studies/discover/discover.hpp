// SPDX-License-Identifier: Apache-2.0

// In which worlds an outcome happens: boxes of the uncertain inputs of a scenario.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/simulate/parallel/ranks.hpp"
#include "sim/studies/discover/condition.hpp"
#include "sim/studies/discover/prim.hpp"
#include "sim/studies/sensitivity/input_groups.hpp"

namespace tranche {

struct DiscoverRequest {
  std::optional<std::string> outcome;  // of the command line; else the scenario's
  std::uint64_t draws = 0;             // 0: default_discover_draws
  // The box with the most coverage among those at least this dense; else the one with the
  // best balance.
  std::optional<double> density;
  int threads = 0;
  std::function<void(double share)> progress = {};
  const std::atomic<bool>* stop = nullptr;
  Ranks* ranks = nullptr;  // who shares the draws; null: nobody
};
inline constexpr std::uint64_t default_discover_draws = 32'768;

// One column of inputs that boxes are cut in.
struct DiscoverInput {
  std::string name;  // "all_firms.pue[alibaba]"
  std::string unit;
  Role role = Role::assumption;
  Confidence confidence = Confidence::assumed;
  bool is_event = false;                         // 0 or 1
  bool is_mean = false;                          // of the months or batches it is drawn for
  double least = 0, p05 = 0, p95 = 0, most = 0;  // over all draws
};

struct FoundLimit {
  BoxLimit limit;
  double share_kept = 1;  // of all draws, by this limit alone
  LimitTest test;
};

struct DiscoverResult {
  std::string scenario, title, file;
  std::vector<InputFile> input_files;
  std::uint64_t seed = 0, draws = 0, checked_draws = 0;
  std::string outcome;      // as written
  std::string description;  // as understood
  double share = 0;         // of draws with the outcome
  std::vector<DiscoverInput> inputs;
  std::vector<Box> boxes;  // the trajectory, everything first
  std::size_t peeled = 0;  // of `boxes`, the one that the chosen box was made from
  Box box;                 // chosen: pasted and pruned
  std::vector<FoundLimit> limits;
  Box checked;  // the same box on draws that it was not found on
  bool reaches_density = true;
  double seconds = 0;
};

// Throws InputError for what is wrong with the scenario's [discover] before a draw; without one
// nothing is wrong.
void check_discover(const ScenarioSet& set, const Catalogue& catalogue);

// Throws InputError for an outcome that cannot be read, that no draw or every draw has, and
// when nothing is uncertain; Interrupted when `stop` was set. With several ranks the first of
// them looks for boxes and has the result.
DiscoverResult discover(const ScenarioSet& set, const Catalogue& catalogue,
                        const DiscoverRequest& request);

}  // namespace tranche
