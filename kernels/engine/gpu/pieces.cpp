// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/gpu/pieces.hpp"

#include <algorithm>

#include "kernels/engine/gpu/counting.hpp"
#include "kernels/engine/gpu/layout.hpp"

namespace tranche::kernels {

std::optional<Piece> PieceQueue::take(std::uint64_t room) {
  const std::lock_guard lock(mutex_);
  if (closed_ || taken_ == range_.count) return std::nullopt;
  if (stop_ != nullptr && stop_->load(std::memory_order_relaxed)) return std::nullopt;
  Piece piece{range_.first + taken_, 0};
  piece.count = std::min(range_.count - taken_, room - piece.skipped());
  taken_ += piece.count;
  return piece;
}

void PieceQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

std::uint64_t PieceQueue::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

std::optional<PiecePlan> plan_piece(const DrawBytes& draw, int steps, std::uint64_t draws,
                                    std::size_t budget_bytes) {
  // Enough to make launches rare; a larger budget only takes memory.
  constexpr std::size_t records_budget_bytes = std::size_t{512} << 20;
  constexpr std::uint64_t unit = gpu_piece_unit_draws;
  const std::uint64_t skipped = 3;  // at most
  const std::uint64_t wanted = std::min(draws + skipped, largest_piece_draws);
  const std::uint64_t affordable = budget_bytes / (draw.columns + 2 * draw.records);
  const std::uint64_t most = std::min((wanted + unit - 1) / unit, affordable / unit) * unit;
  if (most == 0) return std::nullopt;
  const std::size_t left_bytes = budget_bytes - static_cast<std::size_t>(most) * draw.columns;
  const std::size_t records_bytes = static_cast<std::size_t>(most) * draw.records;
  const std::size_t fit = std::min(left_bytes / 2, records_budget_bytes) / records_bytes;
  return PiecePlan{most, static_cast<int>(std::clamp<std::size_t>(
                             fit, 1, static_cast<std::size_t>(std::max(steps, 1))))};
}

CountingPlan plan_counting(std::int64_t outputs, std::int32_t counters, std::uint64_t draws,
                           int processors) {
  // Several blocks per multiprocessor, with enough draws each to amortise clearing the counters.
  constexpr std::int64_t blocks_per_processor = 16;
  constexpr std::uint64_t min_draws = 8192;
  // 16 KiB: six blocks of 256 threads and their counters fit a multiprocessor since sm_80.
  constexpr std::size_t few_bytes = std::size_t{16} << 10;
  CountingPlan plan;
  const std::int64_t wanted = blocks_per_processor * processors;
  const std::int64_t most = std::clamp<std::int64_t>(
      static_cast<std::int64_t>((draws + min_draws - 1) / min_draws), 1, 32768);
  plan.parts = static_cast<unsigned>(std::clamp<std::int64_t>(
      (wanted + outputs - 1) / std::max<std::int64_t>(outputs, 1), 1, most));
  const std::size_t bytes = static_cast<std::size_t>(counters) * sizeof(std::uint32_t);
  plan.few_bytes = std::min(bytes << max_copies_shift, few_bytes);
  plan.many_bytes = bytes > few_bytes ? bytes : 0;
  return plan;
}

}  // namespace tranche::kernels
