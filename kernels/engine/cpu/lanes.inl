// SPDX-License-Identifier: Apache-2.0

// Lanes of the CPU: the draws of a batch, with the interface in kernels/engine/fleet/sampling.hpp.
// Part of cpu/batch.inl.
#pragma once

#include "kernels/engine/cpu/batch.hpp"
#include "kernels/engine/cpu/philox_wide.hpp"
#include "kernels/engine/fleet/columns.hpp"
#include "kernels/random/quantile_batch.hpp"

namespace tranche::kernels {
namespace {

// Lanes of a subset of the draws of a batch.
struct FewLanes {
  const CpuBatch* batch;
  const std::int32_t* draws;
  std::int32_t count;

  TRANCHE_HD_INLINE float* column(std::int32_t c) const {
    return batch->columns + static_cast<std::int64_t>(c) * batch_draws;
  }
  bool any_above_zero(const float* a, const float* b) const {
    bool any = false;
    for (std::int32_t k = 0; k < count; ++k) any = any || a[draws[k]] > 0.0f || b[draws[k]] > 0.0f;
    return any;
  }
  template <class Body>
  TRANCHE_HD_INLINE void each(const Body& body) const {
    const std::int32_t* const which = draws;
#pragma omp simd
    for (std::int32_t k = 0; k < count; ++k) body(which[k]);
  }
  template <class Body>
  TRANCHE_HD_INLINE void with_few(const float*, const Body& body) const {
    body(*this);
  }
};

struct BatchLanes {
  const CpuBatch* batch;

  TRANCHE_HD_INLINE float* column(std::int32_t c) const {
    return batch->columns + static_cast<std::int64_t>(c) * batch_draws;
  }
  TRANCHE_HD_INLINE double* score(std::int32_t s) const {
    return batch->scores + static_cast<std::int64_t>(s) * batch_draws;
  }
  TRANCHE_HD_INLINE std::uint32_t* word(std::int32_t k) const {
    return batch->words + static_cast<std::int64_t>(k) * batch_draws;
  }
  TRANCHE_HD_INLINE std::uint64_t first_draw() const { return batch->first_draw; }
  // Four draws share a random block. The batch may start inside one, so up to batch_draws / 4 + 1
  // blocks are generated; the words returned begin at the batch's first draw.
  const std::uint32_t* single_words(std::uint64_t seed, std::uint64_t variable) const {
    const std::uint64_t first = batch->first_draw;
    std::uint32_t* const all = batch->words;
    for (int block = 0; block < batch_draws / 4; block += wide::lanes64)
      wide::store_blocks(wide::random_blocks(seed, {variable, 0},
                                             (first >> 2) + static_cast<std::uint64_t>(block)),
                         all + 4 * block);
    const std::uint32_t skipped = static_cast<std::uint32_t>(first & 3u);
    if (skipped == 0) return all;
    const Philox4x32 last = random_block_of_four_draws(seed, variable, first + batch_draws);
    for (std::uint32_t k = 0; k < skipped; ++k) all[batch_draws + k] = word_of(last, k);
    return all + skipped;
  }
  void four_words(std::uint64_t seed, RandomAddress address) const {
    for (int j = 0; j < batch_draws; j += wide::lanes64) {
      const wide::Blocks made =
          wide::random_blocks(seed, address, batch->first_draw + static_cast<std::uint64_t>(j));
      wide::store_words(made.x, word(0) + j);
      wide::store_words(made.y, word(1) + j);
      wide::store_words(made.z, word(2) + j);
      wide::store_words(made.w, word(3) + j);
    }
  }
  void look_up(const VariableTable& table, const float* coefficients, const std::uint32_t* words,
               float* values) const {
    variable_values(table, coefficients, words, values, batch_draws);
  }
  // True if any draw is above 0 in one of two columns of non-negative values.
  bool any_above_zero(const float* a, const float* b) const {
    std::uint32_t bits = 0;
#pragma omp simd reduction(| : bits)
    for (int j = 0; j < batch_draws; ++j)
      bits |= bits_as<std::uint32_t>(a[j]) | bits_as<std::uint32_t>(b[j]);
    return bits != 0;
  }
  LaneRange range_of(const float* values) const {
    float low = values[0], high = values[0];
#pragma omp simd reduction(min : low) reduction(max : high)
    for (int j = 0; j < batch_draws; ++j) {
      low = values[j] < low ? values[j] : low;
      high = values[j] > high ? values[j] : high;
    }
    return {low, high};
  }
  template <class Body>
  TRANCHE_HD_INLINE void each(const Body& body) const {
#pragma omp simd
    for (int j = 0; j < batch_draws; ++j) body(j);
  }
  // Gathered access to draws costs several times as much as contiguous access.
  template <class Body>
  TRANCHE_HD_INLINE void with_few(const float* column, const Body& body) const {
    constexpr std::int32_t few = batch_draws / 4;
    std::int32_t draws[batch_draws];
    std::int32_t count = 0;
    for (int j = 0; j < batch_draws; ++j) {
      draws[count] = j;
      count += column[j] > 0.0f ? 1 : 0;
    }
    if (count < few)
      body(FewLanes{batch, draws, count});
    else
      body(*this);
  }
};

}  // namespace
}  // namespace tranche::kernels
