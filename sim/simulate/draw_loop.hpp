// SPDX-License-Identifier: Apache-2.0

// Loop over the draws of a run: in one piece or several, with checks of the rule of `--until`,
// checkpoints, and a share for each rank.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "kernels/engine/backend/backend.hpp"
#include "sim/simulate/checkpoint_file.hpp"
#include "sim/simulate/parallel/ranks.hpp"
#include "sim/simulate/run.hpp"

namespace tranche {

class DrawLoop {
 public:
  // Fills result.tally; sets result.until and result.draws if `check` (may be null) ends the run
  // early. All arguments must outlive the loop.
  DrawLoop(const kernels::Backend& backend, const RunOptions& options, const UntilCheck* check,
           RunResult& result);
  // Returns the number of draws done: all, or fewer if the execution was stopped.
  std::uint64_t run();

 private:
  using Clock = std::chrono::steady_clock;
  void resume();
  bool is_look(std::uint64_t draws) const;
  void look();
  std::uint64_t piece_end() const;
  std::uint64_t simulate(std::uint64_t end);
  std::uint64_t simulate_share(std::uint64_t end);
  // Returns true if all of this rank's draws were done.
  bool simulate_beat(std::uint64_t begin, std::uint64_t end, const std::atomic<bool>* stop);
  void set_pace(Clock::time_point start);
  bool is_stopped() const;
  bool is_due() const;
  void save();

  const kernels::Backend& backend_;
  const RunOptions& options_;
  const std::unique_ptr<Ranks> alone_;  // used if there is a single process
  const Ranks& ranks_;
  const UntilCheck* check_;
  RunResult& result_;
  CheckpointKey key_;
  std::uint64_t done_ = 0;
  std::atomic<bool> pause_{false};
  std::optional<kernels::Tally> part_;  // tally of this rank, if there are several
  Clock::time_point saved_ = Clock::now();
  std::uint64_t beat_draws_ = 0;  // draws of all ranks between two chances to stop
};

}  // namespace tranche
