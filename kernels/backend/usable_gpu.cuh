// Whether this build can run on the GPU of this machine.
#pragma once

#include <cuda_runtime_api.h>

#include <string>

#include "kernels/backend/backend.hpp"
#include "kernels/backend/device_buffer.cuh"

namespace tranche::kernels {

// The properties of the GPU with this number, counted round and round, which is made the one
// in use. Throws BackendUnavailable, with the reason, when there
// is none or this build holds no code of `kernel`, a __global__ function, for it.
template <class Kernel>
cudaDeviceProp usable_gpu(Kernel* kernel, int number = 0) {
  int count = 0;
  const cudaError_t found = cudaGetDeviceCount(&count);
  if (found != cudaSuccess || count == 0) {
    static_cast<void>(cudaGetLastError());
    throw BackendUnavailable(std::string("backend `gpu` cannot run here (no usable GPU: ") +
                             (found != cudaSuccess ? cudaGetErrorString(found) : "none found") +
                             ")");
  }
  cudaDeviceProp device{};
  check(cudaSetDevice(number % count));
  check(cudaGetDeviceProperties(&device, number % count));
  // A GPU for which this build holds no code is found, but cannot run the kernel.
  cudaFuncAttributes attributes{};
  if (cudaFuncGetAttributes(&attributes, kernel) != cudaSuccess) {
    static_cast<void>(cudaGetLastError());
    throw BackendUnavailable(std::string("backend `gpu` cannot run here (this build has no code "
                                         "for ") +
                             device.name + ", compute capability " + std::to_string(device.major) +
                             "." + std::to_string(device.minor) +
                             "; configure with -DCMAKE_CUDA_ARCHITECTURES)");
  }
  return device;
}

}  // namespace tranche::kernels
