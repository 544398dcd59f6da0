// SPDX-License-Identifier: Apache-2.0

// Counting on a GPU: a block of threads counts one output over a span of draws. Its counters are in
// shared memory and are added to global memory once, with integer atomics.
#include "kernels/device/device_buffer.cuh"
#include "kernels/engine/gpu/kernels.cuh"

namespace tranche::kernels {
namespace {

constexpr int counting_threads = 256;
constexpr unsigned whole_warp = 0xFFFFFFFFu;
extern __shared__ std::uint32_t shared_counters[];

// Counters in shared memory, each with 2^shift interleaved copies.
struct SharedBins {
  std::uint32_t* counters;
  int shift;

  __device__ __forceinline__ void add(std::int32_t counter, std::uint32_t draws) const {
    const unsigned copy = threadIdx.x & ((1u << shift) - 1u);
    atomicAdd(counters + (static_cast<unsigned>(counter) << shift) + copy, draws);
  }
  // Called by all lanes of a warp together. If all their draws have the same counter, as before a
  // delivery, one lane adds them all.
  __device__ __forceinline__ void add_four(const std::int32_t (&counter)[4], unsigned valid) const {
    const std::int32_t first = __shfl_sync(whole_warp, counter[0], 0);
    const bool alike = valid == 0xFu && counter[0] == first && counter[1] == first &&
                       counter[2] == first && counter[3] == first;
    if (__all_sync(whole_warp, alike)) {
      if ((threadIdx.x & 31u) == 0) add(first, 4u * 32u);
      return;
    }
#pragma unroll
    for (int k = 0; k < 4; ++k)
      if ((valid >> k & 1u) != 0) add(counter[k], 1u);
  }

  __device__ __forceinline__ void clear(std::int32_t count) const {
    for (unsigned i = threadIdx.x; i < static_cast<unsigned>(count) << shift; i += blockDim.x)
      counters[i] = 0;
  }
  // Number of draws of a counter, over all copies.
  __device__ __forceinline__ std::uint32_t total(std::int32_t counter) const {
    std::uint32_t sum = 0;
    for (unsigned copy = 0; copy < 1u << shift; ++copy)
      sum += counters[(static_cast<unsigned>(counter) << shift) + copy];
    return sum;
  }
};

using Word = unsigned long long;

// Adds the sum over the warp to memory; additions wrap, so signs do not matter.
template <class Sum>
__device__ __forceinline__ void add_sum(Sum* to, Sum sum) {
  auto all = static_cast<Word>(sum);
  for (int distance = 16; distance > 0; distance /= 2)
    all += __shfl_down_sync(whole_warp, all, distance);
  if ((threadIdx.x & 31u) == 0 && all != 0) atomicAdd(reinterpret_cast<Word*>(to), all);
}

// Selects the outputs that a launch counts: those whose counters need more than `above_bytes` and
// at most `shared_bytes`.
struct CounterRoom {
  std::uint32_t above_bytes, shared_bytes;
};

// Grid: outputs of all steps x parts of the draws.
__global__ void __launch_bounds__(counting_threads)
    count_values_kernel(const __grid_constant__ RecordOrder order, std::int32_t first_step,
                        RecordSpan piece, std::int64_t draws, const float* records,
                        const __grid_constant__ DeviceTally tally, CounterRoom room) {
  const std::int64_t record = blockIdx.x;
  const std::int64_t step = record / order.outputs();
  const std::int64_t place = order.place(first_step + step),
                     output = record - step * order.outputs();
  if (!order.is_recorded(place, output)) return;
  const std::int64_t index = order.cell(place, output);
  const Cell cell = tally.cells[index];
  const std::int32_t counters = counter_count(cell);
  const std::uint32_t bytes = static_cast<std::uint32_t>(counters) * sizeof(std::uint32_t);
  if (bytes <= room.above_bytes || bytes > room.shared_bytes) return;
  const SharedBins bins{shared_counters, copies_shift(counters, room.shared_bytes)};
  bins.clear(counters);
  __syncthreads();
  const CellSums sums =
      count_values(cell, reinterpret_cast<const FourRecords<float>*>(records + record * draws),
                   span_of_part(piece, blockIdx.y, gridDim.y), static_cast<int>(threadIdx.x),
                   counting_threads, bins);
  add_sum(&tally.sums[index].units, sums.units);
  add_sum(&tally.sums[index].low_squares, sums.low_squares);
  add_sum(&tally.sums[index].high_squares, sums.high_squares);
  __syncthreads();
  for (std::int32_t c = static_cast<std::int32_t>(threadIdx.x); c < counters;
       c += counting_threads) {
    const std::uint32_t found = bins.total(c);
    if (found != 0) atomicAdd(tally.counts + cell.offset + c, found);
  }
}

// Grid: variants and firms of all steps x parts of the draws.
__global__ void __launch_bounds__(counting_threads)
    count_bindings_kernel(const __grid_constant__ RecordOrder order, std::int32_t first_round,
                          RecordSpan piece, std::int64_t draws, const std::uint8_t* records,
                          const __grid_constant__ DeviceTally tally) {
  const std::int64_t record = blockIdx.x;
  const SharedBins bins{shared_counters, max_copies_shift};
  bins.clear(constraint_count);
  __syncthreads();
  count_bindings(reinterpret_cast<const FourRecords<std::uint8_t>*>(records + record * draws),
                 span_of_part(piece, blockIdx.y, gridDim.y), static_cast<int>(threadIdx.x),
                 counting_threads, bins);
  __syncthreads();
  if (threadIdx.x >= constraint_count) return;
  const std::uint32_t found = bins.total(static_cast<std::int32_t>(threadIdx.x));
  const std::int64_t round = record / order.bindings;
  const std::int64_t binding =
      order.place(first_round + round) * order.bindings + (record - round * order.bindings);
  std::uint64_t* const counters = tally.bindings + binding * constraint_count;
  if (found != 0) atomicAdd(reinterpret_cast<Word*>(counters + threadIdx.x), Word{found});
}

}  // namespace

void launch_count(const RecordOrder& order, StepRange steps, RecordSpan span, std::int64_t draws,
                  const RecordMemory& records, const DeviceTally& tally, const CountingPlan& values,
                  const CountingPlan& bindings, cudaStream_t stream) {
  const std::int64_t step_count = steps.last - steps.first;
  const auto blocks = [&](std::int64_t records_of_step, const CountingPlan& plan) {
    return dim3(static_cast<unsigned>(records_of_step * step_count), plan.parts);
  };
  const auto count_values = [&](CounterRoom room) {
    if (order.outputs() == 0 || room.shared_bytes == 0) return;
    count_values_kernel<<<blocks(order.outputs(), values), counting_threads, room.shared_bytes,
                          stream>>>(order, steps.first, span, draws, records.values, tally, room);
    check(cudaGetLastError());
  };
  const auto few = static_cast<std::uint32_t>(values.few_bytes);
  count_values({0, few});
  count_values({few, static_cast<std::uint32_t>(values.many_bytes)});
  if (order.bindings == 0) return;
  count_bindings_kernel<<<blocks(order.bindings, bindings), counting_threads, bindings.few_bytes,
                          stream>>>(order, steps.first, span, draws, records.bindings, tally);
  check(cudaGetLastError());
}

void allow_counters(std::size_t bytes) {
  check(cudaFuncSetAttribute(count_values_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                             static_cast<int>(bytes)));
}

}  // namespace tranche::kernels
