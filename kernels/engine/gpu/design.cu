// SPDX-License-Identifier: Apache-2.0

// Designs on a GPU: sampling from given words, mixing, stepping and summing. The bodies are in
// gpu/design_program.hpp.
#include "kernels/engine/gpu/design.cuh"

namespace tranche::kernels {
namespace {

constexpr int sampling_threads = 128;
constexpr int summing_threads = 128;
// Launch bounds, in blocks per multiprocessor; see gpu/simulate.cu.
constexpr int sampling_blocks = 6, step_blocks = 5, pair_blocks = 7;
extern __shared__ float hot_columns[];

__device__ std::int64_t index_here() {
  return std::int64_t{blockIdx.x} * summing_threads + threadIdx.x;
}

__global__ void __launch_bounds__(sampling_threads, sampling_blocks)
    sample_given_kernel(const __grid_constant__ FleetView view,
                        const __grid_constant__ DesignMemory memory) {
  sample_four_given(view, memory, blockIdx.x * sampling_threads + threadIdx.x);
}

__global__ void __launch_bounds__(gpu_block_draws)
    mix_kernel(const __grid_constant__ DesignMemory memory, const MixedColumn* columns,
               std::int32_t count, std::int32_t first_group) {
  mix_draw(memory, columns, count, first_group, memory.point_blocks + blockIdx.x, threadIdx.x);
}

__global__ void __launch_bounds__(gpu_block_draws, step_blocks)
    chosen_steps_kernel(const __grid_constant__ FleetView view,
                        const __grid_constant__ DrawMemory memory,
                        const __grid_constant__ ChosenRecords records, StepRange steps) {
  record_chosen_steps(view, memory, {blockIdx.x, threadIdx.x, hot_columns}, records, steps);
}

__global__ void __launch_bounds__(summing_threads, pair_blocks)
    sum_pairs_kernel(const __grid_constant__ ChosenRecords records,
                     const __grid_constant__ DesignMemory memory,
                     const __grid_constant__ DesignSums sums, std::int64_t threads) {
  if (index_here() < threads) sum_pairs(records, memory, sums, index_here());
}

__global__ void __launch_bounds__(summing_threads)
    add_pairs_kernel(const __grid_constant__ ChosenRecords records,
                     const __grid_constant__ DesignMemory memory,
                     const __grid_constant__ DesignSums sums, std::int64_t threads) {
  if (index_here() < threads) add_pairs(records, memory, sums, index_here());
}

__global__ void __launch_bounds__(summing_threads)
    sum_moments_kernel(const __grid_constant__ ChosenRecords records,
                       const __grid_constant__ DesignMemory memory,
                       const __grid_constant__ DesignSums sums, std::int64_t threads) {
  if (index_here() < threads) sum_moments(records, memory, sums, index_here());
}

__global__ void __launch_bounds__(summing_threads)
    sum_effects_kernel(const __grid_constant__ ChosenRecords records,
                       const __grid_constant__ DesignMemory memory,
                       const __grid_constant__ DesignSums sums, std::int64_t threads) {
  if (index_here() < threads) sum_effects(records, memory, sums, index_here());
}

using SumKernel = void (*)(ChosenRecords, DesignMemory, DesignSums, std::int64_t);

void launch(SumKernel kernel, const ChosenRecords& records, const DesignMemory& memory,
            const DesignSums& sums, std::int64_t threads, cudaStream_t stream) {
  if (threads == 0) return;
  const auto blocks = static_cast<unsigned>((threads + summing_threads - 1) / summing_threads);
  kernel<<<blocks, summing_threads, 0, stream>>>(records, memory, sums, threads);
  check(cudaGetLastError());
}

}  // namespace

void launch_sample_given(const FleetView& view, const DesignMemory& memory, cudaStream_t stream) {
  constexpr unsigned draws_of_block = sampling_threads * FourLanes::count;
  static_assert(draws_of_block == gpu_piece_unit_draws);  // so points fill whole blocks
  const unsigned blocks = 2 * memory.point_blocks * gpu_block_draws / draws_of_block;
  sample_given_kernel<<<blocks, sampling_threads, 0, stream>>>(view, memory);
  check(cudaGetLastError());
}

void launch_mix(const DesignMemory& memory, const MixedColumn* columns, std::int32_t count,
                std::int32_t first_group, cudaStream_t stream) {
  const unsigned blocks = memory.b_slot() * memory.point_blocks;  // of the mixtures, and of B
  mix_kernel<<<blocks, gpu_block_draws, 0, stream>>>(memory, columns, count, first_group);
  check(cudaGetLastError());
}

void launch_chosen_steps(const FleetView& view, const DrawMemory& memory, std::size_t hot_bytes,
                         const ChosenRecords& records, StepRange steps, cudaStream_t stream) {
  chosen_steps_kernel<<<memory.blocks, gpu_block_draws, hot_bytes, stream>>>(view, memory, records,
                                                                             steps);
  check(cudaGetLastError());
}

void launch_sum_pairs(const ChosenRecords& records, const DesignMemory& memory,
                      const DesignSums& sums, cudaStream_t stream) {
  const std::int64_t outputs = std::int64_t{sums.part_count} * records.outputs;
  launch(sum_pairs_kernel, records, memory, sums, pair_threads(records, memory, sums), stream);
  launch(add_pairs_kernel, records, memory, sums, outputs * memory.groups, stream);
  if (sums.moments != nullptr) launch(sum_moments_kernel, records, memory, sums, outputs, stream);
}

void launch_sum_effects(const ChosenRecords& records, const DesignMemory& memory,
                        const DesignSums& sums, cudaStream_t stream) {
  const std::int64_t outputs = std::int64_t{sums.part_count} * records.outputs;
  launch(sum_effects_kernel, records, memory, sums, outputs * memory.groups, stream);
}

void allow_hot_columns_of_designs(std::size_t bytes) {
  check(cudaFuncSetAttribute(chosen_steps_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                             static_cast<int>(bytes)));
}

}  // namespace tranche::kernels
