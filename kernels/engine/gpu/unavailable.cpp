// SPDX-License-Identifier: Apache-2.0

// Replaces the CUDA backend in a build without CUDA.
#if !TRANCHE_WITH_CUDA
#include "kernels/engine/backend/backend.hpp"

namespace tranche::kernels {

bool has_gpu_code() { return false; }

std::unique_ptr<Backend> make_gpu_backend(GpuChoice) { throw BackendUnavailable(no_cuda_text); }

}  // namespace tranche::kernels
#endif
