// SPDX-License-Identifier: Apache-2.0

// Evaluates plans by index; the source is common to CPU threads and CUDA.
//
// A plan is a stage part (tensor, pipeline, context, expert, data, virtual stages,
// sharding) with one variant of the layer part of its tensor, context and expert
// parallelism (micro-batch, recompute, sequence parallel). Both are in tables, so that
// a plan costs a memory check of a dozen operations and, when it fits, about a hundred
// more. sim/performance/plan/plan.cpp fills the tables.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/device/compute_device.hpp"
#include "kernels/models/training/step.hpp"

namespace tranche::kernels {

// Plan `index` is stage index / variants, layer layer_base[stage] + index % variants.
struct PlanTables {
  const StagePart* stages = nullptr;
  const std::int32_t* layer_base = nullptr;  // by stage
  const LayerPart* layers = nullptr;
  std::uint64_t stage_count = 0;
  std::uint64_t variants = 1;
  double global_batch = 0;
  double capacity_bytes = 0;
  OverlapWindows windows{};
  TrainingCoefficients coefficients{};
};

TRANCHE_HD constexpr std::uint64_t plan_count(const PlanTables& t) {
  return t.stage_count * t.variants;
}

// Step time of a plan that is invalid or does not fit.
inline constexpr double no_step_s = 1e300;

struct PlanScore {
  double step_s = no_step_s;  // no_step_s: invalid or does not fit
  double bytes = no_step_s;   // on the fullest chip; no_step_s: invalid
};

struct ScorePlan {
  PlanTables tables;

  TRANCHE_HD PlanScore operator()(std::uint64_t index) const {
    const std::uint64_t stage_index = index / tables.variants;
    const StagePart& stage = tables.stages[stage_index];
    const LayerPart& layer = layers_of(stage_index)[index % tables.variants];
    return of(stage, layer, count(stage, layer.micro_batch));
  }

  TRANCHE_HD const LayerPart* layers_of(std::uint64_t stage_index) const {
    return tables.layers + tables.layer_base[stage_index];
  }

  TRANCHE_HD MicroBatches count(const StagePart& stage, double micro_batch) const {
    return rounded_up(tables.global_batch / (stage.data * micro_batch), stage.slots);
  }

  TRANCHE_HD PlanScore of(const StagePart& stage, const LayerPart& layer,
                          const MicroBatches& count) const {
    PlanScore score;
    score.bytes = part_bytes(stage, layer, count.slots);
    if (score.bytes > tables.capacity_bytes) return score;
    score.step_s = total_s(training_step(stage, layer, count, tables.windows, tables.coefficients));
    return score;
  }
};

struct PlanRank {
  std::uint64_t index = 0;
  PlanScore score;
};

// True if `a` is faster; equal times are ordered by index.
TRANCHE_HD constexpr bool is_faster(const PlanRank& a, const PlanRank& b) {
  return a.score.step_s != b.score.step_s ? a.score.step_s < b.score.step_s : a.index < b.index;
}

// True if `a` needs less memory; equal bytes are ordered by index.
TRANCHE_HD constexpr bool is_smaller(const PlanRank& a, const PlanRank& b) {
  return a.score.bytes != b.score.bytes ? a.score.bytes < b.score.bytes : a.index < b.index;
}

struct PlanSearchResult {
  std::vector<PlanRank> best;  // fastest first; equal times by index
  std::uint64_t evaluated = 0;
  std::uint64_t fitting = 0;
  PlanRank smallest;  // the valid plan with the smallest memory
};

// Merges the result of other plans into `into`, which keeps its `keep` fastest.
void add_result(PlanSearchResult& into, const PlanSearchResult& part, std::size_t keep);

// Returns the `keep` fastest plans, using all hardware threads. Independent of the number of
// threads: ranks are ordered by time, then by index.
PlanSearchResult search_plans(const PlanTables& tables, std::size_t keep);

// The same, bit for bit, on the GPU, from tables in host memory. Throws BackendUnavailable if this
// build has no CUDA or this machine no usable GPU.
PlanSearchResult search_plans_on_gpu(const PlanTables& tables, std::size_t keep);

// The same on the requested device; throws BackendUnavailable if that is a GPU and none is usable.
// With `automatic`, small searches stay on the CPU.
PlanSearchResult search_plans(const PlanTables& tables, std::size_t keep, ComputeDevice device);

}  // namespace tranche::kernels
