// SPDX-License-Identifier: Apache-2.0

// Simulates jobs on the GPU, one replication per thread. The host sums the histories in order, so
// that the statistics equal those of the CPU.
#include <algorithm>
#include <type_traits>

#include "kernels/device/device_buffer.cuh"
#include "kernels/device/usable_gpu.cuh"
#include "kernels/models/reliability/reliability.hpp"

namespace tranche::kernels {
namespace {

static_assert(std::is_trivially_copyable_v<SimulateJob>, "handed to the GPU as an argument");

constexpr unsigned threads_per_block = 128;

__global__ void __launch_bounds__(threads_per_block)
    play_jobs_kernel(SimulateJob job, std::uint64_t replications, JobHistory* histories) {
  const std::uint64_t stride = std::uint64_t{gridDim.x} * blockDim.x;
  for (std::uint64_t i = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < replications;
       i += stride) {
    histories[i] = job(i);
  }
}

}  // namespace

JobStatistics simulate_jobs_on_gpu(const SimulateJob& job, std::uint64_t replications) {
  static_cast<void>(usable_gpu(play_jobs_kernel));
  const DeviceBuffer<JobHistory> histories(replications);
  // Limit of the grid; beyond it a thread simulates several replications.
  constexpr std::uint64_t max_blocks = 1u << 20;
  const std::uint64_t blocks =
      std::min(max_blocks, (replications + threads_per_block - 1) / threads_per_block);
  if (blocks > 0) {
    play_jobs_kernel<<<static_cast<unsigned>(blocks), threads_per_block>>>(job, replications,
                                                                           histories.data());
    check(cudaGetLastError());
  }
  return job_statistics(job, histories.to_host());
}

}  // namespace tranche::kernels
