// SPDX-License-Identifier: Apache-2.0

// Memory of one thread's block of batches, and the size of blocks.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels/engine/cpu/scratch.hpp"
#include "kernels/engine/tally/tally.hpp"

namespace tranche::kernels {

// Number of batches that a thread steps together: one if the counters stay in cache, otherwise as
// many as memory and an even share of the work allow.
inline int batches_of_block(const FleetView& view, std::size_t counter_bytes, std::uint64_t batches,
                            int threads) {
  // Counters that fit a second-level cache gain nothing from larger blocks.
  constexpr std::size_t cached_bytes = std::size_t{1} << 20;
  // Columns and recorded counters of a block beyond this size leave the last-level cache.
  constexpr std::size_t block_budget_bytes = std::size_t{48} << 20;
  if (counter_bytes <= cached_bytes) return 1;
  const auto outputs =
      static_cast<std::size_t>(value_cells_of_step(view) + difference_cells_of_step(view));
  const std::size_t bytes =
      batch_draws * (sizeof(float) * static_cast<std::size_t>(view.column_count) +
                     sizeof(std::uint16_t) * outputs);
  const std::uint64_t share = batches / (4 * static_cast<std::uint64_t>(threads));
  const std::uint64_t most = std::min<std::uint64_t>(block_budget_bytes / bytes, share);
  return static_cast<int>(std::clamp<std::uint64_t>(most, 1, max_block_batches));
}

class BlockMemory {
 public:
  // Batches that count into the tally; the constant columns are not filled yet.
  BlockMemory(const FleetView& view, int batch_count, Tally& tally, bool shared_counters) {
    const auto outputs =
        static_cast<std::size_t>(value_cells_of_step(view) + difference_cells_of_step(view));
    const auto count = static_cast<std::size_t>(batch_count);
    if (batch_count > 1) {
      counters_.resize(outputs * count * batch_draws);
      ranges_.resize(outputs * count);
      for (const Cell& cell : tally.cells)
        working_stride_ = std::max<std::int64_t>(working_stride_, counter_count(cell));
      working_stride_ += 32;  // keeps the copies on separate cache lines
      working_.resize(static_cast<std::size_t>(working_stride_) * counting_lanes);
    }
    for (int b = 0; b < batch_count; ++b) {
      scratch_.emplace_back(view);
      CpuBatch batch = scratch_.back().batch(view);
      batch.cells = tally.cells.data();
      batch.counts = tally.counts.data();
      batch.sums = tally.sums.data();
      batch.bindings = tally.bindings.data();
      batch.shared_counters = shared_counters;
      batches_.push_back(batch);
    }
  }

  const std::vector<CpuBatch>& batches() const { return batches_; }

  // Block of the draws `first` to `last` (excluded), at most one batch of draws per batch.
  CpuBlock block(std::uint64_t first, std::uint64_t last) {
    int used = 0;
    for (; first < last; first += batch_draws) {
      CpuBatch& batch = batches_[static_cast<std::size_t>(used++)];
      batch.first_draw = first;
      batch.count = static_cast<int>(std::min<std::uint64_t>(batch_draws, last - first));
    }
    return {batches_.data(), used,           counters_.data(), ranges_.data(),
            working_.data(), working_stride_};
  }

 private:
  std::vector<Scratch> scratch_;
  std::vector<CpuBatch> batches_;
  std::vector<std::uint16_t> counters_;
  std::vector<CounterRange> ranges_;
  std::vector<std::uint16_t> working_;
  std::int64_t working_stride_ = 0;
};

}  // namespace tranche::kernels
