// Included by cpu_batch_*.cpp, each compiled for one instruction set, after defining
// TRANCHE_CPU_TARGET (a suffix) and TRANCHE_CPU_TARGET_NAME. Everything here has
// internal linkage but the one function at the end.
#include "kernels/backend/cpu_batch.hpp"
#include "kernels/fleet/fleet_program.hpp"
#include "kernels/sampling/quantile_batch.hpp"

namespace tranche::kernels {
namespace {

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
  // Four draws share a block. The batch may start inside one, so up to batch_draws / 4 + 1
  // blocks are made, and the words begin at the batch's first draw.
  const std::uint32_t* single_words(std::uint64_t seed, std::uint64_t variable) const {
    const std::uint64_t first = batch->first_draw;
    std::uint32_t* const all = batch->words;
#pragma omp simd
    for (int block = 0; block < batch_draws / 4; ++block) {
      const Philox4x32 r =
          random_block_of_four_draws(seed, variable, first + 4 * static_cast<std::uint64_t>(block));
      all[4 * block] = r.x;
      all[4 * block + 1] = r.y;
      all[4 * block + 2] = r.z;
      all[4 * block + 3] = r.w;
    }
    const std::uint32_t skipped = static_cast<std::uint32_t>(first & 3u);
    if (skipped == 0) return all;
    const Philox4x32 last = random_block_of_four_draws(seed, variable, first + batch_draws);
    for (std::uint32_t k = 0; k < skipped; ++k) all[batch_draws + k] = word_of(last, k);
    return all + skipped;
  }
  void look_up(const VariableTable& table, const float* coefficients, const std::uint32_t* words,
               float* values) const {
    variable_values(table, coefficients, words, values, batch_draws);
  }
  template <class Body>
  TRANCHE_HD_INLINE void each(const Body& body) const {
#pragma omp simd
    for (int j = 0; j < batch_draws; ++j) body(j);
  }
};

struct CountingRecorder {
  const CpuBatch* batch;

  void count(std::uint32_t* counters, const std::uint16_t* which, int n) const {
    if (batch->shared_counters) {
      for (int j = 0; j < n; ++j) __atomic_fetch_add(counters + which[j], 1u, __ATOMIC_RELAXED);
      return;
    }
    for (int j = 0; j < n; ++j) ++counters[which[j]];
  }

  void value(std::int64_t index, const float* values) const {
    const Cell cell = batch->cells[index];
    const int n = batch->count;
    alignas(64) std::uint16_t which[batch_draws];
    std::int32_t low = 0xFFFF, high = 0;
    std::int64_t units_sum = 0, squares_sum = 0;
#pragma omp simd reduction(min : low) reduction(max : high)
    for (int j = 0; j < batch_draws; ++j) {  // lanes beyond n hold draws too; they do not count
      const std::int32_t counter = counter_of(cell, values[j]);
      which[j] = static_cast<std::uint16_t>(counter);
      low = counter < low ? counter : low;
      high = counter > high ? counter : high;
    }
#pragma omp simd reduction(+ : units_sum, squares_sum)
    for (int j = 0; j < n; ++j) {
      const std::int32_t units = fixed_point_units(cell, values[j]);
      const std::int64_t root = square_root_units(units);
      units_sum += units;
      squares_sum += root * root;
    }
    std::uint32_t* const counters = batch->counts + cell.offset;
    CellSums& sums = batch->sums[index];
    if (batch->shared_counters) {
      __atomic_fetch_add(&sums.units, units_sum, __ATOMIC_RELAXED);
      __atomic_fetch_add(&sums.square_units, squares_sum, __ATOMIC_RELAXED);
    } else {
      sums.units += units_sum;
      sums.square_units += squares_sum;
    }
    if (low == high && !batch->shared_counters)
      counters[low] += static_cast<std::uint32_t>(n);  // all draws agree, as before a delivery
    else
      count(counters, which, n);
  }

  void binding(std::int64_t counter, const float* constraint) const {
    std::uint64_t* const counters = batch->bindings + counter;
    std::uint32_t found[constraint_count] = {};
    for (int j = 0; j < batch->count; ++j) ++found[static_cast<int>(constraint[j])];
    for (int c = 0; c < constraint_count; ++c) {
      if (found[c] == 0) continue;
      if (batch->shared_counters)
        __atomic_fetch_add(counters + c, std::uint64_t{found[c]}, __ATOMIC_RELAXED);
      else
        counters[c] += found[c];
    }
  }
};

struct ConsumingRecorder {
  const CpuBatch* batch;
  void value(std::int64_t index, const float* values) const {
    batch->consume(batch->context, index, values, batch->count);
  }
  void binding(std::int64_t, const float*) const {}
};

void sample(const CpuBatch& batch) {
  const BatchLanes lanes{&batch};
  draw_independent(*batch.view, lanes);
  draw_correlated(*batch.view, lanes);
}

void sample_given(const CpuBatch& batch, const GivenWords& given) {
  take_given(*batch.view, BatchLanes{&batch}, given);
}

__attribute__((noinline)) void simulate_sampled(const CpuBatch& batch) {
  ConsumingRecorder recorder{&batch};
  simulate_inputs(*batch.view, BatchLanes{&batch}, recorder);
}

void run_batch(const CpuBatch& batch) {
  if (batch.cells == nullptr) {
    sample(batch);
    simulate_sampled(batch);
    return;
  }
  CountingRecorder recorder{&batch};
  simulate(*batch.view, BatchLanes{&batch}, recorder);
}

void fill(const CpuBatch& batch) { fill_constants(*batch.view, BatchLanes{&batch}); }

}  // namespace

#define TRANCHE_JOIN_2(a, b) a##b
#define TRANCHE_JOIN(a, b) TRANCHE_JOIN_2(a, b)
CpuTarget TRANCHE_JOIN(cpu_target_, TRANCHE_CPU_TARGET)() {
  return {TRANCHE_CPU_TARGET_NAME, run_batch, fill, sample, sample_given, simulate_sampled};
}

}  // namespace tranche::kernels
