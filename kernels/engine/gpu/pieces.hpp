// SPDX-License-Identifier: Apache-2.0

// Partition of the draws of a run into pieces for one or several GPUs, and the size of a piece for
// the available memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

#include "kernels/engine/backend/backend.hpp"

namespace tranche::kernels {

// Consecutive draws of a run. They are simulated in fours that share random numbers, so up to three
// draws before `first` are simulated and not counted.
struct Piece {
  std::uint64_t first = 0;  // first counted draw
  std::uint64_t count = 0;

  std::uint64_t first_simulated() const { return first & ~std::uint64_t{3}; }
  std::uint64_t skipped() const { return first & 3; }
};

// Queue of the draws of a range, in order. A thread that takes a piece completes it, so the draws
// done are always the first ones of the range, without a gap.
class PieceQueue {
 public:
  PieceQueue(DrawRange range, const std::atomic<bool>* stop) : range_(range), stop_(stop) {}

  // Returns the next piece, of up to `room` simulated draws (a multiple of four); none at the end,
  // once `stop` is set and after close().
  std::optional<Piece> take(std::uint64_t room);
  void close();
  std::uint64_t taken() const;

 private:
  const DrawRange range_;
  const std::atomic<bool>* const stop_;
  mutable std::mutex mutex_;
  std::uint64_t taken_ = 0;
  bool closed_ = false;
};

// Bytes of GPU memory per simulated draw.
struct DrawBytes {
  std::size_t columns = 0;  // with scores
  std::size_t records = 0;  // of one step
};

struct PiecePlan {
  std::uint64_t draws = 0;  // simulated at once: a multiple of gpu_piece_unit_draws
  int steps = 0;            // steps whose records are counted at once

  // Bytes of a piece with two buffers of records: one is written while the other is counted.
  std::size_t bytes(const DrawBytes& draw) const {
    return static_cast<std::size_t>(draws) *
           (draw.columns + 2 * static_cast<std::size_t>(steps) * draw.records);
  }
};

inline constexpr std::uint64_t largest_piece_draws = std::uint64_t{1} << 18;

// Returns the largest piece within `budget_bytes` for a share of `draws`; none if one unit of draws
// does not fit.
std::optional<PiecePlan> plan_piece(const DrawBytes& draw, int steps, std::uint64_t draws,
                                    std::size_t budget_bytes);

// Launch configuration of a counting kernel. Outputs with few counters allow more blocks per
// multiprocessor, so outputs with many are counted by a separate launch; blocks of an output that
// the other launch counts return at once.
struct CountingPlan {
  unsigned parts = 1;  // blocks that share the draws of an output
  std::size_t few_bytes = 0;
  std::size_t many_bytes = 0;  // 0: no output has many
};

// Plan for `outputs` cells of at most `counters` counters each, over a piece of `draws`.
CountingPlan plan_counting(std::int64_t outputs, std::int32_t counters, std::uint64_t draws,
                           int processors);

}  // namespace tranche::kernels
