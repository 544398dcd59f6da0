// SPDX-License-Identifier: Apache-2.0

// How the points of a design are cut into pieces for one or several GPUs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "kernels/engine/backend/design_runner.hpp"

namespace tranche::kernels {

// Bytes that a design needs on a GPU.
struct DesignBytes {
  std::size_t draw = 0;    // columns
  std::size_t point = 0;   // words, scores, sums of effects
  std::size_t output = 0;  // of a draw: its value, and its part of the pairs found
};

// What is simulated at once: points, the groups mixed at each, and the most outputs of the
// steps whose values are summed up at once.
struct DesignPlan {
  std::uint64_t points = 0;  // a multiple of gpu_piece_unit_draws
  std::size_t groups = 0;
  std::size_t outputs = 0;

  // A, B and the mixtures.
  std::uint64_t draws() const { return points * (groups + 2); }
  // Two sets of values: one is written while the other is summed up.
  std::size_t bytes(const DesignBytes& bytes) const {
    return draws() * (bytes.draw + 2 * outputs * bytes.output) + points * bytes.point;
  }
};

// The largest plan within `budget_bytes` for a share of `points` and all `groups`, if not in
// one go then group by group; none where the least does not fit. `step_outputs` is the most
// outputs that a step has, `all_outputs` those of all steps.
std::optional<DesignPlan> plan_design(const DesignBytes& bytes, std::uint64_t points,
                                      std::size_t groups, std::size_t step_outputs,
                                      std::size_t all_outputs, std::size_t budget_bytes);

// Hands out units in order; a unit goes to one GPU as a whole.
class DesignQueue {
 public:
  explicit DesignQueue(std::span<const DesignUnit> units) : units_(units) {}
  // The next units with the same groups: as many as fit into `points`, one at least; empty at
  // the end and after close().
  std::span<const DesignUnit> take(std::uint64_t points);
  void close();

 private:
  std::span<const DesignUnit> units_;
  std::mutex mutex_;
  std::size_t taken_ = 0;
};

// Cuts units into pieces of at most `points` points, which is a multiple of batch_draws.
std::vector<std::vector<DesignSegment>> pieces_of(std::span<const DesignUnit> units,
                                                  std::uint64_t points);

// Points of a piece with the room that they take.
std::uint64_t room_of(std::uint64_t points);

}  // namespace tranche::kernels
