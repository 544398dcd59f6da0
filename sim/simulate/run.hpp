// SPDX-License-Identifier: Apache-2.0

// Runs a scenario: lowering, pilot, draws. The command line and other front ends call this and read
// the result.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "kernels/engine/backend/backend.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/decomposition.hpp"
#include "sim/simulate/execution.hpp"
#include "sim/simulate/lowering/lowering.hpp"
#include "sim/simulate/parallel/interrupted.hpp"
#include "sim/simulate/until.hpp"

namespace tranche {

// Saves a run in progress, to continue it later; see checkpoint_file.hpp.
struct CheckpointOptions {
  std::filesystem::path write;   // replaced at intervals, when stopped and at the end
  std::filesystem::path resume;  // file to continue from
  double every_s = 30;
  bool is_used() const { return !write.empty() || !resume.empty(); }
};

struct RunOptions {
  Execution execution = {};
  // Stop after the scenario's draws, or as soon as this rule holds.
  std::optional<UntilRule> until = {};
  CheckpointOptions checkpoint = {};
  // Cache for lowering scenarios under one catalogue; null: no reuse.
  LoweringCache* cache = nullptr;
};

struct RunResult {
  ScenarioSet set;
  LoweredScenario lowered;
  kernels::Tally tally;
  std::uint64_t draws = 0, seed = 0;
  std::uint64_t resumed_draws = 0;   // draws that a checkpoint held
  std::string device{};              // "cpu" or "gpu"
  std::string device_description{};  // "CPU, x86-64-v4, 2 threads"
  std::string device_note{};         // reason for falling back to the CPU; empty if it did not
  int threads = 1;
  int ranks = 1;
  double seconds_preparation = 0;  // reading, tables, pilot
  double seconds_simulation = 0;
  double draws_per_second = 0;
  std::string started_utc{};                    // "2026-11-22T12:00:00Z"
  std::optional<UntilOutcome> until{};          // of RunOptions::until
  std::vector<Decomposition> decompositions{};  // of the what-ifs, if requested
  std::vector<AccuracyFigure> accuracy{};       // of the models, from the catalogue
};

// Returns the backend of the execution; `note` is the reason for a fallback to the CPU. Throws
// kernels::BackendUnavailable for a GPU that is asked for and cannot be used.
std::unique_ptr<kernels::Backend> choose_backend(const Execution& execution, std::string& note);

// With several ranks, the tally and everything derived from it is complete only on rank 0.
RunResult run_scenario(ScenarioSet set, const Catalogue& catalogue, const RunOptions& options);

// SHA-256, in hex, over every cell (range, counters, sums) and binding counter, in order, with the
// names of variants, firms, steps and metrics. Equal digests mean equal results.
std::string digest_of(const LoweredScenario& lowered, const kernels::Tally& tally);
inline std::string digest_of(const RunResult& result) {
  return digest_of(result.lowered, result.tally);
}

}  // namespace tranche
