// SPDX-License-Identifier: Apache-2.0

// The CUDA probes of a build without CUDA.
#include "kernels/probes/probes.hpp"
#if !TRANCHE_WITH_CUDA
#include <stdexcept>

namespace tranche::kernels {

namespace {

[[noreturn]] void refuse() {
  throw std::runtime_error("this build has no CUDA; probe with `--device cpu`");
}

}  // namespace

ProbeDevice probe_device_cuda() { refuse(); }

std::vector<ProbeResult> run_probes_cuda(const ProbeSettings&) { refuse(); }

}  // namespace tranche::kernels
#endif
