// SPDX-License-Identifier: Apache-2.0

// Search space of a training job, as the tables of kernels/models/training/plan_search.hpp.
#pragma once

#include <vector>

#include "sim/performance/plan/plan.hpp"

namespace tranche {

// Tables, and the plans of their entries.
struct PlanSpace {
  std::vector<kernels::StagePart> stages;
  std::vector<kernels::TrainingPlan> stage_plans;
  std::vector<std::int32_t> layer_base;
  std::vector<kernels::LayerPart> layers;
  std::vector<kernels::TrainingPlan> layer_plans;
  std::size_t variants = 1;

  kernels::TrainingPlan plan(std::uint64_t index) const;
};

// True if the layers can be divided into this many chunks of a pipeline, none larger than the
// fullest stage of a plain pipeline, so that kernels::stage_layers() is correct: they divide, with
// embedding and loss counted as two layers or not, or `virtual_stages` divides the fullest stage
// (61 layers on 16 stages: four each with three places free, as one or two chunks). There are at
// least as many layers as chunks.
bool fills_chunks(const kernels::ModelParams& model, std::int32_t stages,
                  std::int32_t virtual_stages);

// True if the layers fill the pipeline, and its fullest stage has at most a tenth more layers than
// the mean, embedding and loss counted as two.
bool is_even_enough(const kernels::ModelParams& model, std::int32_t stages,
                    std::int32_t virtual_stages);

// Default schedules of the search, see find_plans.
ScheduleSet searched_schedules(const PlanQuestion& question);

PlanSpace plan_space(const PlanQuestion& question, const kernels::Coefficients& coefficients);

}  // namespace tranche
