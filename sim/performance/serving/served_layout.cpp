// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/serving/served_layout.hpp"

#include <fmt/format.h>

namespace tranche {

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
  if (kernels::is_mixture(model) && model.experts % expert != 0)
    return fmt::format("EP {} does not divide {} experts", expert, model.experts);
  return {};
}

}  // namespace tranche
