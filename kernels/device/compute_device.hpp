// SPDX-License-Identifier: Apache-2.0

// On which device a computation runs. The results are the same bits on every device.
#pragma once

#include <cstdint>
#include <stdexcept>

namespace tranche::kernels {

// A device was asked for that cannot run here; the text gives the reason.
struct BackendUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline constexpr const char* no_cuda_text =
    "backend `gpu` cannot run here (this build has no CUDA; configure "
    "with -DTRANCHE_CUDA=ON on a machine with the CUDA Toolkit)";

// Which of this machine's GPUs to use: all that this build can run on, or the one with this
// number (from 0). With `wraps`, the number is taken modulo the count of GPUs.
struct GpuChoice {
  static constexpr int all = -1;
  int number = all;
  bool wraps = false;
};

enum class ComputeDevice : std::int32_t {
  automatic,  // the GPU where there is a usable one, else the CPU
  cpu,
  gpu  // BackendUnavailable where there is none
};

// Returns on_gpu() or on_cpu(), as `device` says. on_gpu throws BackendUnavailable where there
// is no usable GPU.
template <class OnGpu, class OnCpu>
auto run_on(ComputeDevice device, const OnGpu& on_gpu, const OnCpu& on_cpu) {
  if (device == ComputeDevice::cpu) return on_cpu();
  if (device == ComputeDevice::gpu) return on_gpu();
  try {
    return on_gpu();
  } catch (const BackendUnavailable&) {
    return on_cpu();  // `automatic` takes whichever there is
  }
}

}  // namespace tranche::kernels
