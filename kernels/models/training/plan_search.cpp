// SPDX-License-Identifier: Apache-2.0
#include "kernels/models/training/plan_search.hpp"

#include <algorithm>

namespace tranche::kernels {
namespace {

// Inserts into the sorted list and keeps at most `keep` entries.
void insert(std::vector<PlanRank>& best, const PlanRank& rank, std::size_t keep) {
  if (best.size() == keep && !is_faster(rank, best.back())) return;
  best.insert(std::upper_bound(best.begin(), best.end(), rank, is_faster), rank);
  if (best.size() > keep) best.pop_back();
}

}  // namespace

void add_result(PlanSearchResult& into, const PlanSearchResult& part, std::size_t keep) {
  for (const PlanRank& rank : part.best) insert(into.best, rank, keep);
  into.evaluated += part.evaluated;
  into.fitting += part.fitting;
  if (is_smaller(part.smallest, into.smallest)) into.smallest = part.smallest;
}

PlanSearchResult search_plans(const PlanTables& tables, std::size_t keep) {
  PlanSearchResult result;
  const ScorePlan score{tables};
  const std::int64_t stages = static_cast<std::int64_t>(tables.stage_count);
  // Below some milliseconds of work, starting the other threads costs more than it saves.
  constexpr std::uint64_t worth_threads = 500'000;
#pragma omp parallel if (tables.stage_count * tables.variants >= worth_threads)
  {
    PlanSearchResult own;
#pragma omp for schedule(static, 16) nowait
    for (std::int64_t stage = 0; stage < stages; ++stage) {
      const auto row = static_cast<std::uint64_t>(stage);
      const StagePart& part = tables.stages[row];
      const LayerPart* const layers = score.layers_of(row);
      // Divisions cost as much as the rest, and neighbours share the micro-batch.
      double micro_batch = 0.0;
      MicroBatches count;
      for (std::uint64_t v = 0; v < tables.variants; ++v) {
        const LayerPart& layer = layers[v];
        if (layer.micro_batch != micro_batch) {
          micro_batch = layer.micro_batch;
          count = score.count(part, micro_batch);
        }
        const PlanRank rank{row * tables.variants + v, score.of(part, layer, count)};
        ++own.evaluated;
        if (is_smaller(rank, own.smallest)) own.smallest = rank;
        if (rank.score.step_s >= no_step_s) continue;
        ++own.fitting;
        if (keep > 0) insert(own.best, rank, keep);
      }
    }
#pragma omp critical
    add_result(result, own, keep);
  }
  return result;
}

PlanSearchResult search_plans(const PlanTables& tables, std::size_t keep, ComputeDevice device) {
  // Creating a CUDA context takes some tenths of a second, in which a core scores this many plans.
  constexpr std::uint64_t worth_a_gpu = 50'000'000;
  if (device == ComputeDevice::automatic && tables.stage_count * tables.variants < worth_a_gpu)
    device = ComputeDevice::cpu;
  return run_on(
      device, [&] { return search_plans_on_gpu(tables, keep); },
      [&] { return search_plans(tables, keep); });
}

}  // namespace tranche::kernels
