// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/input/diagnostic.hpp"
#include "sim/performance/evidence/traits_of.hpp"
#include "sim/performance/plan/layout.hpp"
#include "sim/performance/plan/space.hpp"

namespace tranche {
namespace {

using kernels::TrainingPlan;

void check(const PlanQuestion& q) {
  Problems problems;
  const SourceSpan line;  // the command line
  if (kernels::sustained_peak(q.system.chip, q.job.precision) <= 0) {
    problems.error(line, "the chip has no rate in this precision",
                   {"a precision of the chip: see `tranche catalogue chips`"});
  }
  if (q.model.layers < 1 || q.model.hidden < 1 || q.model.heads < 1) {
    problems.error(line, "the model has no shape", {"layers, hidden width and heads above zero"});
  }
  if (q.chips < 1) problems.error(line, "`--count` is below one", {"a number of chips"});
  if (q.job.global_batch < 1 || q.job.sequence_length < 1) {
    problems.error(line, "the batch is empty", {"`--global-batch` and `--seq-len` of at least 1"});
  }
  problems.throw_if_errors();
  check_choices(q, problems);
  problems.throw_if_errors();
}

// The component in which `plan` loses most time to `best`, in words.
std::string difference(const kernels::TrainingStep& best, const kernels::TrainingStep& plan) {
  const std::pair<const char*, double> parts[] = {
      {"compute", plan.compute_s - best.compute_s},
      {"exposed network", plan.network_s - best.network_s},
      {"pipeline bubble", plan.bubble_s - best.bubble_s},
      {"host", plan.host_s - best.host_s},
      {"optimizer", plan.optimizer_s - best.optimizer_s},
  };
  const auto worst =
      std::max_element(std::begin(parts), std::end(parts),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return fmt::format("{} +{:.1f} % of the step", worst->first,
                     100.0 * worst->second / kernels::total_s(best));
}

RankedPlan ranked(const PlanQuestion& q, const kernels::Coefficients& c, const TrainingPlan& plan) {
  RankedPlan r;
  r.plan = plan;
  r.count = kernels::rounded_up(kernels::micro_batches(plan, q.job), kernels::slot_rule(plan));
  const double factor = is_search(q.choices) ? c.training.search_factor : 1.0;
  r.step = kernels::scaled(
      kernels::training_step(kernels::stage_part(q.model, q.job, plan, q.system, c),
                             kernels::layer_part(q.model, q.job, plan, q.system, c), r.count,
                             kernels::overlap_windows(q.job, c), c.training),
      factor);
  r.detail =
      kernels::scaled(kernels::step_detail(q.model, q.job, plan, q.system, r.count, c), factor);
  const double node_ranks =
      std::max(1.0, q.system.chip.scale_up_chips / static_cast<double>(plan.tensor));
  r.memory = kernels::training_memory(q.model, q.job, plan, node_ranks, r.count.slots);
  r.step_s = kernels::total_s(r.step);
  r.tokens_per_s = q.job.global_batch * q.job.sequence_length / r.step_s;
  r.mfu = r.tokens_per_s *
          kernels::training_flop_per_token(q.model, q.job.sequence_length,
                                           kernels::AttentionCount::causal) /
          (kernels::sustained_peak(q.system.chip, q.job.precision) * q.chips);
  return r;
}

}  // namespace

PlanAnswer find_plans(const PlanQuestion& question, const kernels::Coefficients& coefficients) {
  check(question);
  const PlanSpace space = plan_space(question, coefficients);
  kernels::PlanTables tables;
  tables.stages = space.stages.data();
  tables.layer_base = space.layer_base.data();
  tables.layers = space.layers.data();
  tables.stage_count = space.stages.size();
  tables.variants = space.variants;
  tables.global_batch = question.job.global_batch;
  tables.capacity_bytes = question.system.chip.memory_capacity_bytes;
  tables.windows = kernels::overlap_windows(question.job, coefficients);
  tables.coefficients = coefficients.training;
  // without tensor parallelism each plan occurs twice: keeps enough to drop duplicates
  const auto found = kernels::search_plans(tables, 2 * question.keep, question.device);
  PlanAnswer answer;
  answer.schedules = searched_schedules(question);
  answer.evaluated = found.evaluated;
  answer.fitting = found.fitting;
  for (const kernels::PlanRank& rank : found.best) {
    if (answer.best.size() == question.keep) break;
    const TrainingPlan plan = space.plan(rank.index);
    const bool repeated =
        !answer.best.empty() && describe(answer.best.back().plan) == describe(plan);
    if (repeated) continue;
    RankedPlan r = ranked(question, coefficients, plan);
    if (!answer.best.empty()) r.lost_by = difference(answer.best.front().step, r.step);
    answer.best.push_back(std::move(r));
  }
  if (!answer.best.empty()) return answer;
  if (found.smallest.score.bytes >= kernels::no_step_s) {
    answer.why_empty = fmt::format("no plan lays this model out over {} chips", question.chips);
    return answer;
  }
  answer.smallest = space.plan(found.smallest.index);
  answer.smallest_bytes = found.smallest.score.bytes;
  answer.missing_bytes = answer.smallest_bytes - tables.capacity_bytes;
  answer.why_empty = fmt::format(
      "nothing fits: the smallest plan ({}) needs {:.1f} GB on a chip of {:.0f} GB, {:.1f} GB too "
      "much",
      describe(answer.smallest), answer.smallest_bytes / 1e9, tables.capacity_bytes / 1e9,
      answer.missing_bytes / 1e9);
  return answer;
}

std::string describe(const TrainingPlan& p) {
  static constexpr const char* recompute[] = {"none",      "selective", "elementwise",
                                              "alternate", "full",      "of modules"};
  static constexpr const char* sharding[] = {"replicated", "ZeRO-1", "ZeRO-2", "ZeRO-3", "HSDP"};
  std::string text = fmt::format("TP {}, PP {}, DP {}", p.tensor, p.pipeline, p.data);
  if (p.context > 1) text += fmt::format(", CP {}", p.context);
  if (p.expert > 1) text += fmt::format(", EP {}", p.expert);
  text += fmt::format(", micro-batch {}", p.micro_batch);
  if (p.virtual_stages > 1) text += fmt::format(", interleave {}", p.virtual_stages);
  if (p.schedule != kernels::Schedule::one_f_one_b) text += ", " + schedule_name(p);
  text += fmt::format(", recompute {}, {}", recompute[static_cast<int>(p.recompute)],
                      sharding[static_cast<int>(p.sharding)]);
  if (p.sequence_parallel) text += ", SP";
  return text;
}

void add_evidence(PlanAnswer& answer, const PlanQuestion& question, const ChipEntry& chip,
                  const EvidenceTable& evidence) {
  for (RankedPlan& ranked : answer.best) {
    PredictionTraits traits = training_traits(question.model, question.job, ranked.plan);
    set_chip(traits, chip);
    ranked.evidence = evidence_of(traits, evidence);
  }
  if (answer.best.empty() || answer.best.front().evidence.own_runs == 0) return;
  const double factor = answer.best.front().evidence.own_factor;
  for (RankedPlan& ranked : answer.best) {
    ranked.evidence.own_factor = factor;
    ranked.step = kernels::scaled(ranked.step, 1.0 / factor);
    ranked.detail = kernels::scaled(ranked.detail, 1.0 / factor);
    ranked.step_s /= factor;
    ranked.tokens_per_s *= factor;
    ranked.mfu *= factor;
  }
}

}  // namespace tranche
