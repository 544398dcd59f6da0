// SPDX-License-Identifier: Apache-2.0

// Replaces the CUDA launcher in a build without CUDA.
#if !TRANCHE_WITH_CUDA
#include "kernels/models/training/plan_search.hpp"

namespace tranche::kernels {

PlanSearchResult search_plans_on_gpu(const PlanTables&, std::size_t) {
  throw BackendUnavailable(no_cuda_text);
}

}  // namespace tranche::kernels
#endif
