// SPDX-License-Identifier: Apache-2.0

// Interface between the CPU backend and its code that is compiled once per instruction set. Only
// plain data crosses it: code compiled for AVX-512 must not emit library templates that the linker
// would then use on an older processor.
#pragma once

#include <cstdint>

#include "kernels/engine/design/pick_freeze.hpp"
#include "kernels/engine/fleet/batch_draws.hpp"
#include "kernels/engine/fleet/sampling.hpp"
#include "kernels/engine/fleet/view.hpp"

namespace tranche::kernels {

struct CpuBatch {
  const FleetView* view;
  std::uint64_t first_draw;
  int count;             // 1 ... batch_draws; lanes beyond are computed, not counted
  float* columns;        // view->column_count x batch_draws
  double* scores;        // (view->score_count + 1) x batch_draws
  std::uint32_t* words;  // 4 x batch_draws
  // Used for counting, if cells is not null:
  const Cell* cells;
  std::uint32_t* counts;
  CellSums* sums;
  std::uint64_t* bindings;
  bool shared_counters;  // several threads count into the same memory
  // Otherwise every value from this step on goes to `consume`:
  std::int32_t first_consumed_step;
  void (*consume)(void* context, std::int64_t cell, const float* values, int count);
  void* context;
};

struct CounterRange {
  std::uint16_t low, high;  // both included
};
// Neighbouring draws often increment the same counter, and each increment waits for the last. The
// lanes therefore use separate copies of the counters, which are summed once per block.
inline constexpr int counting_lanes = 4;

// Batches that are stepped together, so that the counters of an output are loaded once for all of
// them. The counter of each draw is recorded step by step and counted output by output.
struct CpuBlock {
  const CpuBatch* batches;  // all count into the same memory
  int batch_count;          // 1 ... max_block_batches
  // Arrays over the outputs of one step, in their order; used if there is more than one batch:
  std::uint16_t* counters;  // x batch_count x batch_draws: the counter that each draw increments
  CounterRange* ranges;     // x batch_count: range of the counters of a batch
  std::uint16_t* working;   // counting_lanes x counters of the largest cell, all zero
  std::int64_t working_stride;
};
inline constexpr int max_block_batches = 8;

using RunBatch = void (*)(const CpuBatch&);
using RunBlock = void (*)(const CpuBlock&);
using FillConstants = void (*)(const CpuBatch&);
using SumPickFreeze = PickFreezeSums (*)(const float* a, const float* b, const float* mixed,
                                         double centre, int count);
using SampleGiven = void (*)(const CpuBatch&, const GivenWords&);

struct CpuTarget {
  const char* name;
  RunBlock run;
  FillConstants fill_constants;
  // Without counters, in two halves: sample fills the input columns, simulate runs the draws.
  RunBatch sample;
  SampleGiven sample_given;
  RunBatch simulate;
  SumPickFreeze pick_freeze;  // pick_freeze_sums()
};

CpuTarget cpu_target_baseline();
#if defined(__x86_64__)
CpuTarget cpu_target_v2();
CpuTarget cpu_target_v3();
CpuTarget cpu_target_v4();
#endif

}  // namespace tranche::kernels
