// SPDX-License-Identifier: Apache-2.0

// What the part of the CPU backend that is compiled once per instruction set is asked
// to do. Only plain data crosses this border: code compiled for AVX-512 must not leave
// behind library templates that an older processor would then run.
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
  // Counting, when cells is not null:
  const Cell* cells;
  std::uint32_t* counts;
  CellSums* sums;
  std::uint64_t* bindings;
  bool shared_counters;  // several threads count into the same memory
  // Else every value goes to `consume`, from this step on:
  std::int32_t first_consumed_step;
  void (*consume)(void* context, std::int64_t cell, const float* values, int count);
  void* context;
};

struct CounterRange {
  std::uint16_t low, high;  // both included
};
// Neighbouring draws often add to the same counter, which must wait for the one before; they
// add to copies instead, which are summed up once for a block.
inline constexpr int counting_lanes = 4;

// Batches that go through the steps side by side, so that the counters of an output are
// fetched once for all of them: what each draw adds to is noted step by step, and counted
// output by output.
struct CpuBlock {
  const CpuBatch* batches;  // all count into the same memory
  int batch_count;          // 1 ... max_block_batches
  // Of the outputs of one step, in their order, when there is more than one batch:
  std::uint16_t* counters;  // x batch_count x batch_draws: which counter a draw adds to
  CounterRange* ranges;     // x batch_count: those that any draw of the batch adds to
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
  // Without counters, in two halves: fill the input columns, simulate them.
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
