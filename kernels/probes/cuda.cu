// SPDX-License-Identifier: Apache-2.0

// The current CUDA device, and the list of probes run on it.
#include <string>

#include "kernels/probes/device.cuh"

namespace tranche::kernels {

ProbeDevice probe_device_cuda() {
  int device = 0, runtime = 0, driver = 0;
  check(cudaGetDevice(&device));
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, device));
  check(cudaRuntimeGetVersion(&runtime));
  check(cudaDriverGetVersion(&driver));
  const auto version = [](int v) {  // 13020 is 13.2
    return std::to_string(v / 1000) + "." + std::to_string(v % 1000 / 10);
  };
  return {properties.name, "CUDA " + version(runtime) + ", driver for CUDA " + version(driver),
          static_cast<double>(properties.totalGlobalMem)};
}

std::vector<ProbeResult> run_probes_cuda(const ProbeSettings& settings) {
  return run_every_probe<CudaProbes>(settings);
}

}  // namespace tranche::kernels
