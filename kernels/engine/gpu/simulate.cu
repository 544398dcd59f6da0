// SPDX-License-Identifier: Apache-2.0

// Kernels that simulate draws: sample, set up, step. They are three kernels because each then needs
// only its own registers; the data between them is in the columns of the draws.
#include "kernels/device/device_buffer.cuh"
#include "kernels/engine/gpu/kernels.cuh"

namespace tranche::kernels {
namespace {

constexpr int sampling_threads = 128;
// Launch bounds, in blocks per multiprocessor: the most that leave each thread the registers it
// needs. docs/dev/speed.md has the measurements.
constexpr int sampling_blocks = 6, set_up_blocks = 7, step_blocks = 5;
extern __shared__ float hot_columns[];

__device__ ThreadPlace here() { return {blockIdx.x, threadIdx.x, hot_columns}; }

__global__ void __launch_bounds__(gpu_block_draws)
    fill_constants_kernel(const __grid_constant__ FleetView view,
                          const __grid_constant__ DrawMemory memory) {
  fill_block_constants(view, memory, here());
}

__global__ void __launch_bounds__(sampling_threads, sampling_blocks)
    sample_kernel(const __grid_constant__ FleetView view, const __grid_constant__ DrawMemory memory,
                  std::uint64_t draw) {
  sample_four(view, memory, blockIdx.x * sampling_threads + threadIdx.x, draw);
}

__global__ void __launch_bounds__(gpu_block_draws, set_up_blocks)
    set_up_kernel(const __grid_constant__ FleetView view,
                  const __grid_constant__ DrawMemory memory) {
  set_up(view, DrawLanes(memory, here()));
}

__global__ void __launch_bounds__(gpu_block_draws, step_blocks)
    steps_kernel(const __grid_constant__ FleetView view, const __grid_constant__ DrawMemory memory,
                 const __grid_constant__ RecordMemory records,
                 const __grid_constant__ RecordOrder order, StepRange steps) {
  record_steps(view, memory, here(), records, order, steps);
}

void allow(const void* kernel, std::size_t bytes) {
  check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                             static_cast<int>(bytes)));
}

}  // namespace

void launch_fill_constants(const FleetView& view, const DrawMemory& memory, cudaStream_t stream) {
  fill_constants_kernel<<<memory.blocks, gpu_block_draws, 0, stream>>>(view, memory);
  check(cudaGetLastError());
}

void launch_sample(const FleetView& view, const DrawMemory& memory, std::uint64_t draw,
                   cudaStream_t stream) {
  constexpr unsigned blocks_of_draws = sampling_threads * FourLanes::count / gpu_block_draws;
  static_assert(blocks_of_draws * gpu_block_draws == gpu_piece_unit_draws);
  sample_kernel<<<(memory.blocks + blocks_of_draws - 1) / blocks_of_draws, sampling_threads, 0,
                  stream>>>(view, memory, draw);
  check(cudaGetLastError());
}

void launch_set_up(const FleetView& view, const DrawMemory& memory, std::size_t hot_bytes,
                   cudaStream_t stream) {
  set_up_kernel<<<memory.blocks, gpu_block_draws, hot_bytes, stream>>>(view, memory);
  check(cudaGetLastError());
}

void launch_steps(const FleetView& view, const DrawMemory& memory, std::size_t hot_bytes,
                  StepRange steps, const RecordMemory& records, cudaStream_t stream) {
  steps_kernel<<<memory.blocks, gpu_block_draws, hot_bytes, stream>>>(view, memory, records,
                                                                      record_order(view), steps);
  check(cudaGetLastError());
}

std::vector<UsableGpu> usable_gpus(GpuChoice choice) { return usable_gpus(steps_kernel, choice); }

void allow_hot_columns(std::size_t hot_bytes) {
  allow(reinterpret_cast<const void*>(set_up_kernel), hot_bytes);
  allow(reinterpret_cast<const void*>(steps_kernel), hot_bytes);
}

}  // namespace tranche::kernels
