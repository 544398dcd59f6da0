// What the part of the CPU backend that is compiled once per instruction set is asked
// to do. Only plain data crosses this border: code compiled for AVX-512 must not leave
// behind library templates that an older processor would then run.
#pragma once

#include <cstdint>

#include "kernels/fleet/fleet_spec.hpp"
#include "kernels/sampling/sampling.hpp"

namespace tranche::kernels {

inline constexpr int batch_draws = 512;

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
  // Else every value goes to `consume`:
  void (*consume)(void* context, std::int64_t cell, const float* values, int count);
  void* context;
};

using RunBatch = void (*)(const CpuBatch&);
using FillConstants = void (*)(const CpuBatch&);
using SampleGiven = void (*)(const CpuBatch&, const GivenWords&);

struct CpuTarget {
  const char* name;
  RunBatch run;
  FillConstants fill_constants;
  // The two halves of `run` without counters: fill the input columns, simulate them.
  RunBatch sample;
  SampleGiven sample_given;
  RunBatch simulate;
};

CpuTarget cpu_target_baseline();
#if defined(__x86_64__)
CpuTarget cpu_target_v2();
CpuTarget cpu_target_v3();
CpuTarget cpu_target_v4();
#endif

}  // namespace tranche::kernels
