// SPDX-License-Identifier: Apache-2.0

// Every plan of a training job that a search looks at, as the tables of
// kernels/models/training/plan_search.hpp.
#pragma once

#include <vector>

#include "sim/performance/plan/plan.hpp"

namespace tranche {

// The tables with the plans they stand for.
struct PlanSpace {
  std::vector<kernels::StagePart> stages;
  std::vector<kernels::TrainingPlan> stage_plans;
  std::vector<std::int32_t> layer_base;
  std::vector<kernels::LayerPart> layers;
  std::vector<kernels::TrainingPlan> layer_plans;
  std::size_t variants = 1;

  kernels::TrainingPlan plan(std::uint64_t index) const;
};

// Whether the layers fill this many chunks of a pipeline with no chunk fuller than the fullest
// stage of a plain pipeline has room for, so that kernels::stage_layers() is right: they divide,
// with embedding and loss counted as two layers or not, or `virtual_stages` divides the fullest
// stage (61 layers on 16 stages: four each with three places free, as one or two chunks). There are
// at least as many layers as chunks.
bool fills_chunks(const kernels::ModelParams& model, std::int32_t stages,
                  std::int32_t virtual_stages);

// Whether a pipeline is worth a look: the layers fill it, and its fullest stage has at most a
// tenth more layers than the mean of them, embedding and loss counted as two.
bool is_even_enough(const kernels::ModelParams& model, std::int32_t stages,
                    std::int32_t virtual_stages);

// The schedules searched where none is asked for, see find_plans.
ScheduleSet searched_schedules(const PlanQuestion& question);

PlanSpace plan_space(const PlanQuestion& question, const kernels::Coefficients& coefficients);

}  // namespace tranche
