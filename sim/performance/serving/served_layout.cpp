// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/serving/served_layout.hpp"

#include <fmt/format.h>

namespace tranche {

namespace {

// Engines make the experts of a chip whole by second copies of popular ones: 288 places for 256
// experts on 72 or 144 chips, 320 on 320 (DeepSeek-V3 report, arXiv 2412.19437; SGLang).
bool has_whole_experts(std::int32_t experts, std::int32_t groups) {
  if (experts % groups == 0) return true;
  const std::int32_t places = (experts + groups - 1) / groups * groups;
  return groups > 4 && groups % 4 == 0 && 4 * places <= 5 * experts;
}

}  // namespace

std::string network_problem(const kernels::ChipParams& chip, const kernels::InferencePlan& plan) {
  const std::int32_t chips = plan.tensor * plan.attention_data_parallel;
  if (chips <= chip.scale_up_chips || chip.scale_out_bytes_per_s > 0.0) return {};
  return fmt::format(
      "{} chips of a stage are more than the {} of a scale-up domain, and `scale_out_bandwidth` of "
      "the chip is not known",
      chips, chip.scale_up_chips);
}

std::string layout_problem(const kernels::ModelParams& model, const kernels::InferencePlan& plan) {
  const std::int32_t chips = plan.tensor * plan.attention_data_parallel;
  std::string problem =
      layout_problem(model, ServedLayout{.tensor = plan.tensor,
                                         .pipeline = plan.pipeline,
                                         .expert = plan.expert,
                                         .attention_data_parallel = plan.attention_data_parallel});
  if (problem.empty() && chips % plan.expert != 0)
    problem = fmt::format("EP {} does not divide the {} chips of a stage", plan.expert, chips);
  return problem;
}

std::string layout_problem(const kernels::ModelParams& model, const ServedLayout& asked) {
  const std::int32_t tensor = asked.tensor.value_or(1), pipeline = asked.pipeline.value_or(1);
  const std::int32_t expert = asked.expert.value_or(1);
  if (model.heads % tensor != 0)
    return fmt::format("TP {} does not divide {} heads", tensor, model.heads);
  if (pipeline > model.layers)
    return fmt::format("PP {} is above {} layers", pipeline, model.layers);
  if (!kernels::is_mixture(model) && expert > 1)
    return fmt::format("EP {} of a model without experts", expert);
  if (!kernels::is_mixture(model) && asked.attention_data_parallel.value_or(1) > 1)
    return fmt::format("attention DP {} of a model without experts: its replicas are whole",
                       *asked.attention_data_parallel);
  if (kernels::is_mixture(model) && !has_whole_experts(model.experts, expert))
    return fmt::format("EP {} does not divide {} experts", expert, model.experts);
  return {};
}

}  // namespace tranche
