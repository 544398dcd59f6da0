// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/compare/training.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/performance/plan/report.hpp"

namespace tranche {

ComparedTraining compare_training(const std::string& model, const std::string& chip,
                                  const Catalogue& catalogue,
                                  const kernels::Coefficients& coefficients) {
  ComparedTraining out;
  out.bound = "capacity";
  PlanRequest request;
  request.model = model;
  request.chip = chip;
  request.count = compared_training_chips;
  request.top = 1;
  PlanProblem problem;
  try {
    problem = plan_problem(request, catalogue);
  } catch (const InputError& wrong) {  // names are known: a property of the chip is missing
    out.why = wrong.diagnostics().front().problem;
    return out;
  }
  const PlanAnswer answer = find_plans(problem.question, coefficients);
  if (answer.best.empty()) {
    out.why = answer.missing_bytes > 0
                  ? fmt::format("{:.0f} GB a chip too large for {} chips",
                                answer.missing_bytes / 1e9, compared_training_chips)
                  : answer.why_empty;
    return out;
  }
  const RankedPlan& best = answer.best.front();
  const std::pair<const char*, double> parts[] = {{"compute", best.step.compute_s},
                                                  {"network", best.step.network_s},
                                                  {"latency", best.step.bubble_s},
                                                  {"host", best.step.host_s}};
  const auto most = std::max_element(std::begin(parts), std::end(parts),
                                     [](auto& a, auto& b) { return a.second < b.second; });
  const kernels::TrainingPlan& p = best.plan;
  out.possible = true;
  out.tokens_per_s_per_chip = best.tokens_per_s / compared_training_chips;
  out.bound = most->first;
  out.why = fmt::format("MFU {:.0f} %, {:.0f} % of time network; TP {}, PP {}, CP {}, EP {}",
                        100.0 * best.mfu, 100.0 * best.step.network_s / best.step_s, p.tensor,
                        p.pipeline, p.context, p.expert);
  return out;
}

}  // namespace tranche
