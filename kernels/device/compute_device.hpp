// SPDX-License-Identifier: Apache-2.0

// Device of a computation. The results have the same bits on every device.
#pragma once

#include <cstdint>
#include <stdexcept>

namespace tranche::kernels {

// The requested device cannot run here; the text gives the reason.
struct BackendUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline constexpr const char* no_cuda_text =
    "backend `gpu` cannot run here (this build has no CUDA; configure "
    "with -DTRANCHE_CUDA=ON on a machine with the CUDA Toolkit)";

// GPUs of this machine to use: all that this build has code for, or the one with this number (from
// 0). With `wraps`, the number is taken modulo the number of GPUs.
struct GpuChoice {
  static constexpr int all = -1;
  int number = all;
  bool wraps = false;
};

enum class ComputeDevice : std::int32_t {
  automatic,  // the GPU if one is usable, else the CPU
  cpu,
  gpu  // BackendUnavailable if no GPU is usable
};

// Returns on_gpu() or on_cpu() according to `device`. on_gpu throws BackendUnavailable if no GPU is
// usable.
template <class OnGpu, class OnCpu>
auto run_on(ComputeDevice device, const OnGpu& on_gpu, const OnCpu& on_cpu) {
  if (device == ComputeDevice::cpu) return on_cpu();
  if (device == ComputeDevice::gpu) return on_gpu();
  try {
    return on_gpu();
  } catch (const BackendUnavailable&) {
    return on_cpu();  // `automatic` falls back to the CPU
  }
}

}  // namespace tranche::kernels
