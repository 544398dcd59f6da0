// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/compare/training.hpp"

#include <fmt/format.h>

#include "sim/performance/evidence/traits_of.hpp"
#include "sim/performance/plan/training_problem.hpp"
#include "sim/performance/throughput/work_question.hpp"

namespace tranche {

ComparedTraining compare_training(const ModelEntry& model, const ChipEntry& chip,
                                  const kernels::Coefficients& coefficients) {
  ComparedTraining out;
  out.how.not_modelled = model.not_modelled;
  TrainingProblem problem = training_problem(model, chip, {});
  if (!problem.missing.empty()) {
    out.why = problem.missing.front().problem;
    return out;
  }
  problem.question.chips = compared_training_chips;
  problem.question.keep = 1;
  const PlanAnswer answer = find_plans(problem.question, coefficients);
  if (answer.best.empty()) {
    out.why = answer.missing_bytes > 0
                  ? fmt::format("{:.0f} GB a chip too large for {} chips",
                                answer.missing_bytes / 1e9, compared_training_chips)
                  : answer.why_empty;
    return out;
  }
  const RankedPlan& best = answer.best.front();
  const kernels::TrainingPlan& p = best.plan;
  out.possible = true;
  out.tokens_per_s_per_chip = best.tokens_per_s / compared_training_chips;
  out.bound = kernels::binding_part(kernels::time_parts(best.step));
  out.how = training_description(model, problem);
  out.how.traits = training_traits(problem.question.model, problem.question.job, p);
  out.why = fmt::format("MFU {:.0f} %, {:.0f} % of time network; TP {}, PP {}, CP {}, EP {}",
                        100.0 * best.mfu, 100.0 * best.step.network_s / best.step_s, p.tensor,
                        p.pipeline, p.context, p.expert);
  return out;
}

}  // namespace tranche
