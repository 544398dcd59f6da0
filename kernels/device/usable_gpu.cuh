// SPDX-License-Identifier: Apache-2.0

// Selection of GPUs on which this build can run.
#pragma once

#include <cuda_runtime_api.h>

#include <string>
#include <thread>
#include <vector>

#include "kernels/device/compute_device.hpp"
#include "kernels/device/device_buffer.cuh"

namespace tranche::kernels {

struct UsableGpu {
  int number = 0;
  cudaDeviceProp properties{};
};

// Number of GPUs visible to the driver. Throws BackendUnavailable, with the reason, if there are
// none.
inline int visible_gpus() {
  int count = 0;
  const cudaError_t found = cudaGetDeviceCount(&count);
  if (found == cudaSuccess && count > 0) return count;
  static_cast<void>(cudaGetLastError());
  throw BackendUnavailable(std::string("backend `gpu` cannot run here (no usable GPU: ") +
                           (found != cudaSuccess ? cudaGetErrorString(found) : "none found") + ")");
}

// Makes the GPU with this number current and returns it. Throws BackendUnavailable if this build
// has no code of `kernel`, a __global__ function, for it.
template <class Kernel>
UsableGpu use_gpu(Kernel* kernel, int number) {
  UsableGpu gpu{number, {}};
  check(cudaSetDevice(number));
  check(cudaGetDeviceProperties(&gpu.properties, number));
  // A GPU without code in this build is found, but cannot run the kernel.
  cudaFuncAttributes attributes{};
  if (cudaFuncGetAttributes(&attributes, kernel) == cudaSuccess) return gpu;
  static_cast<void>(cudaGetLastError());
  throw BackendUnavailable(
      std::string("backend `gpu` cannot run here (this build has no code for ") +
      gpu.properties.name + ", compute capability " + std::to_string(gpu.properties.major) + "." +
      std::to_string(gpu.properties.minor) + "; configure with -DCMAKE_CUDA_ARCHITECTURES)");
}

// Makes the first GPU current and returns it. Throws like visible_gpus and use_gpu.
template <class Kernel>
UsableGpu usable_gpu(Kernel* kernel) {
  static_cast<void>(visible_gpus());
  return use_gpu(kernel, 0);
}

// Returns the chosen GPUs; for all, those that this build has code for. Throws BackendUnavailable
// if there are none.
template <class Kernel>
std::vector<UsableGpu> usable_gpus(Kernel* kernel, GpuChoice choice) {
  const int count = visible_gpus();
  if (choice.number != GpuChoice::all) {
    const int number = choice.wraps ? choice.number % count : choice.number;
    if (number < 0 || number >= count)
      throw BackendUnavailable("backend `gpu` cannot run here (there is no GPU " +
                               std::to_string(number) + "; the numbers go from 0 to " +
                               std::to_string(count - 1) + ")");
    return {use_gpu(kernel, number)};
  }
  std::vector<UsableGpu> gpus;
  std::string reason;
  for (int number = 0; number < count; ++number) {
    try {
      gpus.push_back(use_gpu(kernel, number));
    } catch (const BackendUnavailable& unavailable) {
      if (reason.empty()) reason = unavailable.what();
    }
  }
  if (gpus.empty()) throw BackendUnavailable(reason);
  return gpus;
}

// Calls work(gpu) for every GPU, each in its own thread; returns when all have ended. `work` must
// not throw.
template <class Work>
void on_each_gpu(const std::vector<UsableGpu>& gpus, const Work& work) {
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < gpus.size(); ++i)
    others.emplace_back([&work, &gpus, i] { work(gpus[i]); });
  work(gpus.front());
  for (std::thread& other : others) other.join();
}

}  // namespace tranche::kernels
