// Where a search or a simulation of jobs runs. The results are the same bits everywhere.
#pragma once

#include <cstdint>

namespace tranche::kernels {

enum class ComputeDevice : std::int32_t {
  automatic,  // the GPU where there is a usable one, else the CPU
  cpu,
  gpu  // BackendUnavailable where there is none
};

// Runs `on_gpu` or `on_cpu`, as `device` says. `Unavailable` is what `on_gpu` throws where
// there is no usable GPU.
template <class Unavailable, class OnGpu, class OnCpu>
auto run_on(ComputeDevice device, const OnGpu& on_gpu, const OnCpu& on_cpu) {
  if (device == ComputeDevice::cpu) return on_cpu();
  if (device == ComputeDevice::gpu) return on_gpu();
  try {
    return on_gpu();
  } catch (const Unavailable&) {
    return on_cpu();  // asked for whichever there is
  }
}

}  // namespace tranche::kernels
