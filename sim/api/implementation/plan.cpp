// SPDX-License-Identifier: Apache-2.0
#include "sim/api/plan.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "sim/api/implementation/files.hpp"
#include "sim/api/implementation/names.hpp"
#include "sim/api/implementation/state.hpp"
#include "sim/performance/plan/report.hpp"

namespace tranche::api {

struct Plans::State {
  PlanProblem problem;
  PlanAnswer answer;
  std::string why_none;
  std::vector<Plan> best;
};

namespace {

PlanChoices choices_of(const FixedLayout& layout) {
  using kernels::Recompute;
  using kernels::Sharding;
  PlanChoices choices;
  choices.tensor = layout.tensor;
  choices.pipeline = layout.pipeline;
  choices.data = layout.data;
  choices.context = layout.context;
  choices.expert = layout.expert;
  choices.micro_batch = layout.micro_batch;
  choices.virtual_stages = layout.virtual_stages;
  if (layout.recompute) {
    constexpr Recompute kinds[] = {Recompute::none, Recompute::selective, Recompute::full};
    choices.recompute = kinds[index_of_name(*layout.recompute, {"none", "selective", "full"},
                                            "recomputation", "kinds")];
  }
  if (layout.zero_stage) {
    constexpr Sharding stages[] = {Sharding::none, Sharding::optimizer, Sharding::gradients,
                                   Sharding::weights};
    if (*layout.zero_stage < 0 || *layout.zero_stage > 3)
      throw RequestRefused(fmt::format("{} is not a ZeRO stage", *layout.zero_stage),
                           {"0, 1, 2 or 3"});
    choices.sharding = stages[*layout.zero_stage];
  }
  if (layout.schedule) {
    choices.schedules = schedules_named(*layout.schedule);
    if (!choices.schedules)
      throw RequestRefused(fmt::format("unknown schedule `{}`", *layout.schedule),
                           {"`1f1b`, `interleaved`, `zero-bubble`, `dualpipe` or `all`"});
  }
  return choices;
}

kernels::ComputeDevice searched_on(Device device) {
  switch (device) {
    case Device::cpu:
      return kernels::ComputeDevice::cpu;
    case Device::gpu:
      return kernels::ComputeDevice::gpu;
    case Device::automatic:
      break;
  }
  return kernels::ComputeDevice::automatic;
}

tranche::PlanRequest request_of(const PlanRequest& asked) {
  tranche::PlanRequest request;
  request.model = asked.model;
  request.chip = asked.chip;
  request.count = asked.chips;
  request.global_batch = asked.global_batch;
  request.seq_len = asked.sequence_tokens;
  request.precision = asked.precision;
  request.choices = choices_of(asked.layout);
  request.top = asked.top;
  request.oversubscription = asked.oversubscription;
  request.pod_chips = asked.pod_chips;
  request.device = searched_on(asked.device);
  return request;
}

Plan plan_of(const PlanProblem& problem, const RankedPlan& ranked) {
  const kernels::TrainingPlan& plan = ranked.plan;
  return {.description = describe(plan),
          .tensor = plan.tensor,
          .pipeline = plan.pipeline,
          .data = plan.data,
          .context = plan.context,
          .expert = plan.expert,
          .micro_batch = plan.micro_batch,
          .virtual_stages = plan.virtual_stages,
          .schedule = schedule_name(plan),
          .step_s = ranked.step_s,
          .compute_s = ranked.step.compute_s,
          .network_s = ranked.step.network_s,
          .bubble_s = ranked.step.bubble_s,
          .host_s = ranked.step.host_s,
          .optimizer_s = ranked.step.optimizer_s,
          .straggler_s = ranked.step.straggler_s,
          .tokens_per_s = ranked.tokens_per_s,
          .mfu = ranked.mfu,
          .memory_bytes = kernels::total_bytes(ranked.memory),
          .memory_capacity_bytes = problem.question.system.chip.memory_capacity_bytes,
          .lost_by = ranked.lost_by,
          .evidence = support_of(ranked.evidence)};
}

Plans found_plans(const Data::State& data, const PlanRequest& asked) {
  Plans::State found{.problem = plan_problem(request_of(asked), data.catalogue),
                     .answer = {},
                     .why_none = {},
                     .best = {}};
  const kernels::Coefficients& coefficients = training_coefficients(data);
  found.answer = find_plans(found.problem.question, coefficients);
  if (const ChipEntry* const chip = data.catalogue.find_chip(asked.chip))
    add_evidence(found.answer, found.problem.question, *chip, evidence(data));
  found.why_none = why_no_plan(found.problem, found.answer, coefficients);
  for (const RankedPlan& ranked : found.answer.best)
    found.best.push_back(plan_of(found.problem, ranked));
  return Plans(std::make_shared<const Plans::State>(std::move(found)));
}

}  // namespace

const std::vector<Plan>& Plans::best() const { return state_->best; }
const std::string& Plans::why_none() const { return state_->why_none; }
const std::string& Plans::precision() const { return state_->problem.precision; }
const std::vector<std::string>& Plans::assumed() const { return state_->problem.assumed; }
const std::vector<std::string>& Plans::notes() const { return state_->problem.notes; }
std::uint64_t Plans::searched() const { return state_->answer.evaluated; }
std::uint64_t Plans::feasible() const { return state_->answer.fitting; }

std::string Plans::text(TextFormat format) const {
  return print_plans(state_->problem, state_->answer, state_->why_none, format_of(format));
}

Expected<Written> Plans::write(const std::string& folder, const ReportTemplate& report) const {
  return guarded([&] {
    FileSet files(folder);
    files.write("plan.csv", csv_text(plan_table(state_->problem, state_->answer)));
    return published(files, report);
  });
}

Expected<Plans> plan(const Data& data, const PlanRequest& request) {
  return guarded([&] { return found_plans(*data.state(), request); });
}

}  // namespace tranche::api
