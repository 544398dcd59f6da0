// SPDX-License-Identifier: Apache-2.0

// Included by cpu_batch_*.cpp, each compiled for one instruction set, after defining
// TRANCHE_CPU_TARGET (a suffix) and TRANCHE_CPU_TARGET_NAME. Everything here has internal linkage
// except the function at the end.
#include "kernels/engine/cpu/counting.inl"
#include "kernels/engine/cpu/lanes.inl"
#include "kernels/engine/fleet/program.hpp"

namespace tranche::kernels {
namespace {

struct ConsumingRecorder {
  const CpuBatch* batch;
  bool records(std::int32_t step) const { return step >= batch->first_consumed_step; }
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

__attribute__((noinline)) void run_step(const FleetView& view, const BatchLanes& lanes,
                                        CountingRecorder& recorder, std::int32_t round) {
  simulate_round(view, lanes, recorder, round);
}

void run_block(const CpuBlock& block) {
  const FleetView& view = *block.batches[0].view;
  for (int b = 0; b < block.batch_count; ++b) {
    sample(block.batches[b]);
    set_up(view, BatchLanes{block.batches + b});
  }
  for (std::int32_t round = 0; round < round_count(view); ++round) {
    const StepCells cells(view, round_of(view, round));
    for (int b = 0; b < block.batch_count; ++b) {
      CountingRecorder recorder{&block, block.batches + b, cells};
      run_step(view, BatchLanes{block.batches + b}, recorder, round);
    }
    if (block.batch_count > 1) count_step(block, cells);
  }
}

PickFreezeSums pick_freeze(const float* a, const float* b, const float* mixed, double centre,
                           int count) {
  return pick_freeze_sums(a, b, mixed, centre, count);
}

void fill(const CpuBatch& batch) { fill_constants(*batch.view, BatchLanes{&batch}); }

}  // namespace

#define TRANCHE_JOIN_2(a, b) a##b
#define TRANCHE_JOIN(a, b) TRANCHE_JOIN_2(a, b)
CpuTarget TRANCHE_JOIN(cpu_target_, TRANCHE_CPU_TARGET)() {
  return {TRANCHE_CPU_TARGET_NAME, run_block,  fill, sample, sample_given,
          simulate_sampled,        pick_freeze};
}

}  // namespace tranche::kernels
