// SPDX-License-Identifier: Apache-2.0

// Partition of the points of a design into pieces for one or several GPUs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "kernels/engine/backend/design_runner.hpp"

namespace tranche::kernels {

// Bytes of GPU memory that a design needs.
struct DesignBytes {
  std::size_t draw = 0;    // per draw: columns
  std::size_t point = 0;   // per point: words, scores, sums of effects
  std::size_t output = 0;  // per output of a draw: its value, and its part of the pairs found
};

// Size of a piece: points, groups mixed at each point, and the largest number of outputs of the
// steps whose values are summed at once.
struct DesignPlan {
  std::uint64_t points = 0;  // a multiple of gpu_piece_unit_draws
  std::size_t groups = 0;
  std::size_t outputs = 0;

  // Number of simulated draws: A, B and the mixtures.
  std::uint64_t draws() const { return points * (groups + 2); }
  // Bytes of a piece with two buffers of values: one is written while the other is summed.
  std::size_t bytes(const DesignBytes& bytes) const {
    return draws() * (bytes.draw + 2 * outputs * bytes.output) + points * bytes.point;
  }
};

// Returns the largest plan within `budget_bytes` for a share of `points` and all `groups`, mixed
// group by group if not all at once; none if the smallest plan does not fit. `step_outputs` is the
// largest number of outputs of a step, `all_outputs` the number over all steps.
std::optional<DesignPlan> plan_design(const DesignBytes& bytes, std::uint64_t points,
                                      std::size_t groups, std::size_t step_outputs,
                                      std::size_t all_outputs, std::size_t budget_bytes);

// Queue of units, in order; a unit goes to one GPU as a whole.
class DesignQueue {
 public:
  explicit DesignQueue(std::span<const DesignUnit> units) : units_(units) {}
  // Returns the next units with equal groups: as many as fit into `points`, at least one; empty at
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

// Points of a piece, rounded up to the room that they take.
std::uint64_t room_of(std::uint64_t points);

}  // namespace tranche::kernels
