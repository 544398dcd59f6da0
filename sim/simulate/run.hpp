// SPDX-License-Identifier: Apache-2.0

// Runs a scenario: lowering, pilot, draws. The command line and other front ends call
// this and read the result.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "kernels/engine/backend/backend.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/decomposition.hpp"
#include "sim/simulate/lowering/lowering.hpp"
#include "sim/simulate/parallel/interrupted.hpp"
#include "sim/simulate/parallel/ranks.hpp"
#include "sim/simulate/until.hpp"

namespace tranche {

enum class Device { automatic, cpu, gpu };

// Saving a run on its way, to go on with it later; see checkpoint_file.hpp.
struct CheckpointOptions {
  std::filesystem::path write;   // replaced every so often, when stopped and at the end
  std::filesystem::path resume;  // where to go on from
  double every_s = 30;
  bool is_used() const { return !write.empty() || !resume.empty(); }
};

struct RunOptions {
  Device device = Device::automatic;
  std::optional<int> gpu = {};  // its number; none: all, or one for each rank of a machine
  int threads = 0;              // 0: as many as the machine has
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  const std::atomic<bool>* stop = nullptr;
  // Stop at the scenario's draws, or as soon as this holds.
  std::optional<UntilRule> until = {};
  CheckpointOptions checkpoint = {};
  Ranks* ranks = nullptr;  // who shares the draws; null: nobody
  // What to lower scenarios under one catalogue with; null: nothing is kept from one to the next.
  LoweringCache* cache = nullptr;
  // Else RunResult::digest is left empty, for who makes it beside other work.
  bool makes_digest = true;
};

struct RunResult {
  ScenarioSet set;
  LoweredScenario lowered;
  kernels::Tally tally;
  std::uint64_t draws = 0, seed = 0;
  std::uint64_t resumed_draws = 0;   // of the draws, those that a checkpoint held
  std::string device{};              // "cpu" or "gpu"
  std::string device_description{};  // "CPU, x86-64-v4, 2 threads"
  std::string device_note{};         // why automatic fell back to the CPU; empty when it did not
  int threads = 1;
  int ranks = 1;
  double seconds_preparation = 0;  // reading, tables, pilot
  double seconds_simulation = 0;
  double draws_per_second = 0;
  std::string started_utc{};                    // "2026-11-22T12:00:00Z"
  std::string digest{};                         // SHA-256 over cells, counts and sums
  std::optional<UntilOutcome> until{};          // of RunOptions::until
  std::vector<Decomposition> decompositions{};  // of the what-ifs, where asked for
  std::vector<AccuracyFigure> accuracy{};       // of the models, as the catalogue has it
};

// The backend that the options name; `note` says why automatic fell back to the CPU.
std::unique_ptr<kernels::Backend> choose_backend(const RunOptions& options, std::string& note);

// With several ranks the tally, and all that comes of it, is complete on the first of them only.
RunResult run_scenario(ScenarioSet set, const Catalogue& catalogue, const RunOptions& options);

// SHA-256, in hex, over every cell (range, counters, sums) and binding counter, in order,
// with the names of variants, firms, steps and metrics. Equal digests mean equal results.
std::string digest_of(const LoweredScenario& lowered, const kernels::Tally& tally);

}  // namespace tranche
