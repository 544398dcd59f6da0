// The CUDA probes of a build without CUDA.
#include "kernels/performance/probes.hpp"
#if !TRANCHE_WITH_CUDA
#include <stdexcept>

namespace tranche::kernels {

std::vector<ProbeResult> run_probes_cuda(const ProbeSettings&) {
  throw std::runtime_error("this build has no CUDA; probe with `--device cpu`");
}

}  // namespace tranche::kernels
#endif
