// SPDX-License-Identifier: Apache-2.0

// Counts the outputs of a block of batches. Part of cpu/batch.inl.
#pragma once

#include "kernels/engine/cpu/batch.hpp"
#include "kernels/engine/cpu/cell_sums_wide.hpp"
#include "kernels/engine/cpu/lanes.inl"

namespace tranche::kernels {
namespace {

void add(const CpuBatch& batch, std::uint32_t& counter, std::uint32_t draws) {
  if (batch.shared_counters)
    __atomic_fetch_add(&counter, draws, __ATOMIC_RELAXED);
  else
    counter += draws;
}

// Adds the draws of a batch to the counters of an output; which[j] is the counter of draw j.
void count(const CpuBatch& batch, std::uint32_t* counters, const std::uint16_t* which,
           CounterRange range) {
  if (range.low == range.high) {  // all draws alike, as before a delivery
    add(batch, counters[range.low], static_cast<std::uint32_t>(batch.count));
  } else if (batch.shared_counters) {
    for (int j = 0; j < batch.count; ++j)
      __atomic_fetch_add(counters + which[j], 1u, __ATOMIC_RELAXED);
  } else {
    for (int j = 0; j < batch.count; ++j) ++counters[which[j]];
  }
}

// Writes the counter of each draw to `which` (lanes beyond the batch's count hold draws too) and
// returns the range of these counters; if all are equal, only the range is valid. `all` is the
// range of the values.
CounterRange note_counters(const Cell& cell, const float* values, LaneRange all,
                           std::uint16_t* which) {
  if (all.least >= 0.0f) {
    const std::int32_t low = counter_without_atoms(cell, all.least);
    const std::int32_t high = counter_without_atoms(cell, all.most);
    const CounterRange range{static_cast<std::uint16_t>(low), static_cast<std::uint16_t>(high)};
    if (low == high) return range;
    const std::int32_t first = first_positive_counter(cell);
    if (low >= first && high < first + cell.positive_bins) {
      const std::int32_t shift = first - cell.first_key;
#pragma omp simd
      for (int j = 0; j < batch_draws; ++j)
        which[j] = static_cast<std::uint16_t>(bin_key(values[j]) + shift);
    } else {
#pragma omp simd
      for (int j = 0; j < batch_draws; ++j)
        which[j] = static_cast<std::uint16_t>(counter_without_atoms(cell, values[j]));
    }
    return range;
  }
  std::int32_t low = 0xFFFF, high = 0;
#pragma omp simd reduction(min : low) reduction(max : high)
  for (int j = 0; j < batch_draws; ++j) {
    const std::int32_t counter = counter_without_atoms(cell, values[j]);
    which[j] = static_cast<std::uint16_t>(counter);
    low = counter < low ? counter : low;
    high = counter > high ? counter : high;
  }
  return {static_cast<std::uint16_t>(low), static_cast<std::uint16_t>(high)};
}

// The same for a cell with atoms, given the result of note_counters(). Few draws hit atoms, and
// most cells have none.
CounterRange note_atoms(const Cell& cell, const float* values, std::uint16_t* which,
                        CounterRange range) {
  std::uint32_t differing = 0;
#pragma omp simd reduction(| : differing)
  for (int j = 0; j < batch_draws; ++j)
    differing |= bits_as<std::uint32_t>(values[j]) ^ bits_as<std::uint32_t>(values[0]);
  if (differing == 0) {
    const auto only = static_cast<std::uint16_t>(counter_of(cell, values[0]));
    return {only, only};
  }
  if (range.low == range.high) std::fill(which, which + batch_draws, range.low);
  for (int atom = 0; atom < cell.atom_count; ++atom) {
#pragma omp simd
    for (int j = 0; j < batch_draws; ++j)
      which[j] = static_cast<std::uint16_t>(counter_at_atom(cell, atom, values[j], which[j]));
  }
  return {range.low, static_cast<std::uint16_t>(counter_count(cell) - 1)};
}

// Indices of the outputs of one round among all cells.
struct StepCells {
  std::int64_t values, differences;  // of the round
  std::int64_t first_value, first_difference;

  StepCells(const FleetView& view, Round round)
      : values(value_cells_of_step(view)),
        differences(round.is_source() ? 0 : difference_cells_of_step(view)),
        first_value(round.place * values),
        first_difference(round_count(view) * values + round.place * differences) {}

  std::int64_t count() const { return values + differences; }
  std::int64_t cell(std::int64_t output) const {
    return output < values ? first_value + output : first_difference + output - values;
  }
  std::int64_t output(std::int64_t cell) const {
    return cell < first_difference ? cell - first_value : values + cell - first_difference;
  }
};

struct CountingRecorder {
  const CpuBlock* block;
  const CpuBatch* batch;
  StepCells cells;

  bool records(std::int32_t) const { return true; }
  void value(std::int64_t index, const float* values) const {
    const Cell cell = batch->cells[index];
    alignas(64) std::uint16_t own[batch_draws];
    std::uint16_t* which = own;
    const bool is_counted_later = block->batch_count > 1;
    const std::int64_t place = cells.output(index) * block->batch_count + (batch - block->batches);
    if (is_counted_later) which = block->counters + place * batch_draws;
    const LaneRange all = BatchLanes{batch}.range_of(values);
    CounterRange range = note_counters(cell, values, all, which);
    if (cell.atom_count > 0) range = note_atoms(cell, values, which, range);
    const bool is_zero =
        range.low == range.high && range.low == zero_counter(cell) && cell.centre == 0.0f;
    if (!is_zero) add_sums(cell, values, all, batch->sums[index]);
    if (is_counted_later)
      block->ranges[place] = range;
    else
      count(*batch, batch->counts + cell.offset, which, range);
  }

  void add_sums(const Cell& cell, const float* values, LaneRange all, CellSums& sums) const {
    const CellSums added = wide::is_narrow(cell, all.least, all.most)
                               ? wide::cell_sums<true>(cell, values, batch->count)
                               : wide::cell_sums<false>(cell, values, batch->count);
    if (batch->shared_counters) {
      __atomic_fetch_add(&sums.units, added.units, __ATOMIC_RELAXED);
      __atomic_fetch_add(&sums.low_squares, added.low_squares, __ATOMIC_RELAXED);
      __atomic_fetch_add(&sums.high_squares, added.high_squares, __ATOMIC_RELAXED);
    } else {
      sums.units += added.units;
      sums.low_squares += added.low_squares;
      sums.high_squares += added.high_squares;
    }
  }

  void binding(std::int64_t counter, const float* constraint) const {
    // One vectorised comparison for each constraint that occurs, which are few: counting draw by
    // draw would stall on the same counter.
    std::uint32_t occurring = 0;
    const int n = batch->count;
#pragma omp simd reduction(| : occurring)
    for (int j = 0; j < n; ++j) occurring |= 1u << static_cast<int>(constraint[j]);
    int left = n;
    for (int c = 0; left > 0; ++c) {
      if ((occurring >> c & 1u) == 0) continue;
      const bool is_last = occurring >> c == 1u;
      const int found = is_last ? left : count_equal(constraint, static_cast<float>(c), n);
      left -= found;
      std::uint64_t& draws = batch->bindings[counter + c];
      if (batch->shared_counters)
        __atomic_fetch_add(&draws, static_cast<std::uint64_t>(found), __ATOMIC_RELAXED);
      else
        draws += static_cast<std::uint64_t>(found);
    }
  }

  static int count_equal(const float* values, float wanted, int n) {
    int found = 0;
#pragma omp simd reduction(+ : found)
    for (int j = 0; j < n; ++j) found += values[j] == wanted ? 1 : 0;
    return found;
  }
};

// Adds the draws of all batches to the counters of one output.
void count_output(const CpuBlock& block, std::int64_t output, std::uint32_t* counters) {
  // A lane counts some of the draws of a block; the count fits 16 bits.
  static_assert(max_block_batches * batch_draws < 0x10000);
  std::uint16_t* lanes[counting_lanes];
  for (int k = 0; k < counting_lanes; ++k) lanes[k] = block.working + k * block.working_stride;
  std::int32_t low = 0xFFFF, high = -1;
  for (int b = 0; b < block.batch_count; ++b) {
    const CpuBatch& batch = block.batches[b];
    const std::int64_t place = output * block.batch_count + b;
    const CounterRange range = block.ranges[place];
    const std::uint16_t* const which = block.counters + place * batch_draws;
    if (range.low == range.high) {
      add(batch, counters[range.low], static_cast<std::uint32_t>(batch.count));
      continue;
    }
    low = range.low < low ? range.low : low;
    high = range.high > high ? range.high : high;
    int j = 0;
    for (; j + counting_lanes <= batch.count; j += counting_lanes)
      for (int k = 0; k < counting_lanes; ++k) ++lanes[k][which[j + k]];
    for (; j < batch.count; ++j) ++lanes[0][which[j]];
  }
  const bool is_shared = block.batches[0].shared_counters;
  std::uint16_t *const a = lanes[0], *const b = lanes[1], *const c = lanes[2], *const d = lanes[3];
  if (!is_shared) {
#pragma omp simd
    for (std::int32_t k = low; k <= high; ++k) {
      counters[k] += std::uint32_t{a[k]} + b[k] + c[k] + d[k];
      a[k] = b[k] = c[k] = d[k] = 0;
    }
    return;
  }
  for (std::int32_t k = low; k <= high; ++k) {
    const std::uint32_t draws = std::uint32_t{a[k]} + b[k] + c[k] + d[k];
    if (draws > 0) __atomic_fetch_add(counters + k, draws, __ATOMIC_RELAXED);
    a[k] = b[k] = c[k] = d[k] = 0;
  }
}

void count_step(const CpuBlock& block, const StepCells& cells) {
  const CpuBatch& first = block.batches[0];
  for (std::int64_t output = 0; output < cells.count(); ++output)
    count_output(block, output, first.counts + first.cells[cells.cell(output)].offset);
}

}  // namespace
}  // namespace tranche::kernels
