// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/space.hpp"

#include <algorithm>

namespace tranche {
namespace {

using kernels::Recompute;
using kernels::Schedule;
using kernels::Sharding;
using kernels::TrainingPlan;

// Years of the first releases of what a search may use: Megatron-LM with sequence parallelism and
// selective recomputation (Korthikanti et al., May 2022); ring attention in Megatron-Core (autumn
// 2023).
constexpr double sequence_parallel_year = 2022.35;
constexpr double context_parallel_year = 2023.75;

// The fixed value, else all.
template <class T>
std::vector<T> choices(const std::optional<T>& fixed, std::vector<T> all) {
  return fixed ? std::vector<T>{*fixed} : all;
}

std::vector<std::int32_t> powers_of_two(std::int32_t largest) {
  std::vector<std::int32_t> out;
  for (std::int32_t x = 1; x <= largest; x *= 2) out.push_back(x);
  return out;
}

// Builds the tables of one question.
class Space {
 public:
  Space(const PlanQuestion& question, const kernels::Coefficients& coefficients)
      : q_(question),
        c_(coefficients),
        schedules_(searched_schedules(question)),
        micro_batches_(choices(q_.choices.micro_batch, {1, 2, 4, 8, 16})),
        has_sequence_parallel_(q_.job.software_year >= sequence_parallel_year),
        recomputes_(
            choices(q_.choices.recompute,
                    has_sequence_parallel_
                        ? std::vector{Recompute::none, Recompute::selective, Recompute::full}
                        : std::vector{Recompute::none, Recompute::full})) {
    // without tensor parallelism the sequence-parallel variants are duplicates, which keep the
    // tables rectangular
    space_.variants = micro_batches_.size() * recomputes_.size() * 2;
  }

  PlanSpace fill() {
    const kernels::ModelParams& m = q_.model;
    const bool mixture = kernels::is_mixture(m);
    const std::int32_t longest = q_.job.sequence_length >= 8192
                                     ? static_cast<std::int32_t>(q_.job.sequence_length / 4096)
                                     : 1;
    const bool has_context = q_.job.software_year >= context_parallel_year;
    for (const std::int32_t tensor :
         choices(q_.choices.tensor, powers_of_two(std::min(q_.system.chip.scale_up_chips, 16)))) {
      if (m.heads % tensor != 0 || q_.chips % tensor != 0) continue;
      for (const std::int32_t context :
           choices(q_.choices.context, powers_of_two(has_context ? std::min(longest, 32) : 1))) {
        if (q_.chips % (tensor * context) != 0) continue;
        for (const std::int32_t expert :
             choices(q_.choices.expert, powers_of_two(mixture ? m.experts : 1))) {
          if (mixture && m.experts % expert != 0) continue;
          TrainingPlan plan;
          plan.tensor = tensor;
          plan.context = context;
          plan.expert = expert;
          if (add_pipelines(plan)) add_layers(plan);
        }
      }
    }
    return std::move(space_);
  }

 private:
  // Adds stage parts of one (tensor, context, expert); false if there are none.
  bool add_pipelines(TrainingPlan plan) {
    const std::size_t before = space_.stages.size();
    const std::int32_t ranks = plan.tensor * plan.context;
    const std::int32_t deepest = q_.choices.pipeline.value_or(q_.model.layers);
    for (std::int32_t stages = q_.choices.pipeline.value_or(1); stages <= deepest; ++stages) {
      if (q_.chips % (ranks * stages) != 0) continue;
      plan.pipeline = stages;
      plan.data = q_.chips / (ranks * stages);
      if (q_.choices.data && plan.data != *q_.choices.data) continue;
      if (ranks * plan.data % plan.expert != 0 || plan.data > q_.job.global_batch) continue;
      add_schedules(plan);
    }
    return space_.stages.size() > before;
  }

  void add_schedules(TrainingPlan plan) {
    const std::int32_t stages = plan.pipeline;
    const std::int32_t fixed = q_.choices.virtual_stages.value_or(0);  // 0: not fixed
    const auto is_searched = [&](std::int32_t v) {
      if (fixed > 0 && v != fixed) return false;
      return q_.choices.pipeline ? fills_chunks(q_.model, stages, v)
                                 : is_even_enough(q_.model, stages, v);
    };
    if (is_searched(1)) {
      if (schedules_.one_f_one_b) add_stages(plan);
      if (schedules_.zero_bubble && stages > 1) {
        plan.schedule = Schedule::zero_bubble;
        add_stages(plan);
      }
      if (schedules_.bidirectional && stages > 1 && stages % 2 == 0) {
        plan.schedule = Schedule::bidirectional;
        add_stages(plan);
      }
      plan.schedule = Schedule::one_f_one_b;
    }
    if (!schedules_.interleaved || stages == 1) return;
    for (std::int32_t v = 2; v <= q_.model.layers / stages; ++v) {
      if (!is_searched(v)) continue;
      plan.virtual_stages = v;
      add_stages(plan);
    }
  }

  // Adds stage parts of one pipeline, for each sharding.
  void add_stages(TrainingPlan plan) {
    for (const Sharding sharding :
         choices(q_.choices.sharding,
                 {Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::weights})) {
      if (!q_.choices.sharding) {
        // every measured run of a mixture shards the optimizer at most
        if (kernels::is_mixture(q_.model) && sharding > Sharding::optimizer) continue;
        const bool alone = plan.data * plan.context == 1;
        if (alone && sharding != Sharding::none) continue;
        // gathering weights again for each micro-batch of a pipeline never pays
        if (plan.pipeline > 1 && sharding >= Sharding::gradients) continue;
      }
      plan.sharding = sharding;
      space_.stages.push_back(kernels::stage_part(q_.model, q_.job, plan, q_.system, c_));
      space_.stage_plans.push_back(plan);
      space_.layer_base.push_back(static_cast<std::int32_t>(space_.layers.size()));
    }
  }

  // Adds layer parts of one (tensor, context, expert), all variants.
  void add_layers(TrainingPlan plan) {
    for (const std::int32_t micro_batch : micro_batches_) {
      for (const Recompute recompute : recomputes_) {
        for (const bool split : {true, false}) {
          plan.micro_batch = micro_batch;
          plan.recompute = recompute;
          plan.sequence_parallel = split && plan.tensor > 1 && has_sequence_parallel_;
          space_.layers.push_back(kernels::layer_part(q_.model, q_.job, plan, q_.system, c_));
          space_.layer_plans.push_back(plan);
        }
      }
    }
  }

  const PlanQuestion& q_;
  const kernels::Coefficients& c_;
  ScheduleSet schedules_;
  std::vector<std::int32_t> micro_batches_;
  bool has_sequence_parallel_;
  std::vector<Recompute> recomputes_;
  PlanSpace space_;
};

}  // namespace

TrainingPlan PlanSpace::plan(std::uint64_t index) const {
  const std::size_t stage = static_cast<std::size_t>(index / variants);
  const TrainingPlan& inner = layer_plans[static_cast<std::size_t>(layer_base[stage]) +
                                          static_cast<std::size_t>(index % variants)];
  TrainingPlan out = stage_plans[stage];
  out.micro_batch = inner.micro_batch;
  out.recompute = inner.recompute;
  out.sequence_parallel = inner.sequence_parallel;
  return out;
}

bool fills_chunks(const kernels::ModelParams& model, std::int32_t stages,
                  std::int32_t virtual_stages) {
  const std::int32_t chunks = stages * virtual_stages;
  if (chunks > model.layers) return false;
  if (model.layers % chunks == 0 || (model.layers + 2) % chunks == 0) return true;
  const std::int32_t fullest = (model.layers + stages - 1) / stages;
  return fullest % virtual_stages == 0;
}

bool is_even_enough(const kernels::ModelParams& model, std::int32_t stages,
                    std::int32_t virtual_stages) {
  constexpr double largest_over_mean = 1.1;
  if (!fills_chunks(model, stages, virtual_stages)) return false;
  const std::int32_t chunks = stages * virtual_stages;
  if (model.layers % chunks == 0 || (model.layers + 2) % chunks == 0) return true;
  const std::int32_t fullest = (model.layers + stages - 1) / stages;
  return fullest * stages <= largest_over_mean * (model.layers + 2);
}

ScheduleSet searched_schedules(const PlanQuestion& question) {
  return question.choices.schedules.value_or(ScheduleSet{});
}

PlanSpace plan_space(const PlanQuestion& question, const kernels::Coefficients& coefficients) {
  return Space(question, coefficients).fill();
}

}  // namespace tranche
