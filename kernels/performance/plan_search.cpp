#include "kernels/performance/plan_search.hpp"

#include <algorithm>

namespace tranche::kernels {
namespace {

bool before(const PlanRank& a, const PlanRank& b) {
  return a.score.step_s != b.score.step_s ? a.score.step_s < b.score.step_s : a.index < b.index;
}

bool smaller(const PlanRank& a, const PlanRank& b) {
  return a.score.bytes != b.score.bytes ? a.score.bytes < b.score.bytes : a.index < b.index;
}

// Keeps the list sorted and at most `keep` long.
void insert(std::vector<PlanRank>& best, const PlanRank& rank, std::size_t keep) {
  if (best.size() == keep && !before(rank, best.back())) return;
  best.insert(std::upper_bound(best.begin(), best.end(), rank, before), rank);
  if (best.size() > keep) best.pop_back();
}

void merge(PlanSearchResult& into, const PlanSearchResult& part, std::size_t keep) {
  for (const PlanRank& rank : part.best) insert(into.best, rank, keep);
  into.evaluated += part.evaluated;
  into.fitting += part.fitting;
  if (smaller(part.smallest, into.smallest)) into.smallest = part.smallest;
}

}  // namespace

PlanSearchResult search_plans(const PlanTables& tables, std::size_t keep) {
  PlanSearchResult result;
  const ScorePlan score{tables};
  const std::int64_t stages = static_cast<std::int64_t>(tables.stage_count);
#pragma omp parallel
  {
    PlanSearchResult own;
#pragma omp for schedule(static, 16) nowait
    for (std::int64_t stage = 0; stage < stages; ++stage) {
      for (std::uint64_t v = 0; v < tables.variants; ++v) {
        const std::uint64_t index = static_cast<std::uint64_t>(stage) * tables.variants + v;
        const PlanRank rank{index, score(index)};
        ++own.evaluated;
        if (smaller(rank, own.smallest)) own.smallest = rank;
        if (rank.score.step_s >= no_step_s) continue;
        ++own.fitting;
        if (keep > 0) insert(own.best, rank, keep);
      }
    }
#pragma omp critical
    merge(result, own, keep);
  }
  return result;
}

}  // namespace tranche::kernels
