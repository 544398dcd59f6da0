// Stands in for the CUDA launchers of this folder in a build without CUDA.
#if !TRANCHE_WITH_CUDA
#include "kernels/backend/backend.hpp"
#include "kernels/performance/plan_search.hpp"
#include "kernels/performance/reliability.hpp"

namespace tranche::kernels {
namespace {

[[noreturn]] void refuse() {
  throw BackendUnavailable(
      "backend `gpu` cannot run here (this build has no CUDA; configure "
      "with -DTRANCHE_CUDA=ON on a machine with the CUDA Toolkit)");
}

}  // namespace

PlanSearchResult search_plans_on_gpu(const PlanTables&, std::size_t) { refuse(); }

JobStatistics play_jobs_on_gpu(const PlayJob&, std::uint64_t) { refuse(); }

}  // namespace tranche::kernels
#endif
