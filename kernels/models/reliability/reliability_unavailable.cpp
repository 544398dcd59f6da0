// SPDX-License-Identifier: Apache-2.0

// Replaces the CUDA launcher in a build without CUDA.
#if !TRANCHE_WITH_CUDA
#include "kernels/models/reliability/reliability.hpp"

namespace tranche::kernels {

JobStatistics simulate_jobs_on_gpu(const SimulateJob&, std::uint64_t) {
  throw BackendUnavailable(no_cuda_text);
}

}  // namespace tranche::kernels
#endif
