#include "sim/performance/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/input/diagnostic.hpp"

namespace tranche {
namespace {

using kernels::Recompute;
using kernels::Sharding;
using kernels::TrainingPlan;

constexpr std::int32_t micro_batch_choices[] = {1, 2, 4, 8, 16};
constexpr Recompute recompute_choices[] = {Recompute::none, Recompute::selective, Recompute::full};

// The tables of kernels/performance/plan_search.hpp with the plans they stand for.
struct PlanSpace {
  std::vector<kernels::StagePart> stages;
  std::vector<TrainingPlan> stage_plans;
  std::vector<std::int32_t> layer_base;
  std::vector<kernels::LayerPart> layers;
  std::vector<TrainingPlan> layer_plans;
  std::size_t variants = 1;

  TrainingPlan plan(std::uint64_t index) const {
    const std::size_t stage = static_cast<std::size_t>(index / variants);
    const TrainingPlan& inner = layer_plans[static_cast<std::size_t>(layer_base[stage]) +
                                            static_cast<std::size_t>(index % variants)];
    TrainingPlan out = stage_plans[stage];
    out.micro_batch = inner.micro_batch;
    out.recompute = inner.recompute;
    out.sequence_parallel = inner.sequence_parallel;
    return out;
  }
};

std::vector<std::int32_t> powers_of_two(std::int32_t largest) {
  std::vector<std::int32_t> out;
  for (std::int32_t x = 1; x <= largest; x *= 2) out.push_back(x);
  return out;
}

// Layer parts of one (tensor, context, expert), all variants; without tensor
// parallelism the sequence-parallel ones repeat the others, which keeps the tables even.
void add_layers(const PlanQuestion& q, const kernels::Coefficients& c, TrainingPlan plan,
                PlanSpace& space) {
  for (const std::int32_t micro_batch : micro_batch_choices) {
    for (const Recompute recompute : recompute_choices) {
      for (const bool split : {true, false}) {
        plan.micro_batch = micro_batch;
        plan.recompute = recompute;
        plan.sequence_parallel = split && plan.tensor > 1;
        space.layers.push_back(kernels::layer_part(q.model, q.job, plan, q.system, c));
        space.layer_plans.push_back(plan);
      }
    }
  }
}

bool pipeline_divides(const kernels::ModelParams& m, std::int32_t stages) {
  return m.layers % stages == 0 || (m.layers + 2) % stages == 0;
}

// Stage parts of one (tensor, context, expert) and pipeline depth.
void add_stages(const PlanQuestion& q, const kernels::Coefficients& c, TrainingPlan plan,
                std::int32_t base, PlanSpace& space) {
  const std::int32_t most_virtual = plan.pipeline == 1 ? 1 : q.model.layers / plan.pipeline;
  for (std::int32_t v = 1; v <= most_virtual; ++v) {
    if (v > 1 && !pipeline_divides(q.model, plan.pipeline * v)) continue;
    plan.virtual_stages = v;
    for (const Sharding sharding :
         {Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::weights}) {
      const bool replicated = plan.data * plan.context == 1;
      if (replicated != (sharding == Sharding::none) && replicated) continue;
      // gathering weights again for each micro-batch of a pipeline is never worth it
      if (sharding == Sharding::weights && plan.pipeline > 1) continue;
      if (sharding == Sharding::gradients && plan.pipeline > 1) continue;
      plan.sharding = sharding;
      space.stages.push_back(kernels::stage_part(q.model, q.job, plan, q.system, c));
      space.stage_plans.push_back(plan);
      space.layer_base.push_back(base);
    }
  }
}

PlanSpace plan_space(const PlanQuestion& q, const kernels::Coefficients& c) {
  PlanSpace space;
  space.variants = std::size(micro_batch_choices) * std::size(recompute_choices) * 2;
  const kernels::ModelParams& m = q.model;
  const bool mixture = kernels::is_mixture(m);
  const std::int32_t longest =
      q.job.sequence_length >= 8192 ? static_cast<std::int32_t>(q.job.sequence_length / 4096) : 1;
  for (const std::int32_t tensor : powers_of_two(std::min(q.system.chip.scale_up_chips, 16))) {
    if (m.heads % tensor != 0 || q.chips % tensor != 0) continue;
    for (const std::int32_t context : powers_of_two(std::min(longest, 32))) {
      if (q.chips % (tensor * context) != 0) continue;
      for (const std::int32_t expert : powers_of_two(mixture ? m.experts : 1)) {
        if (mixture && m.experts % expert != 0) continue;
        TrainingPlan plan;
        plan.tensor = tensor;
        plan.context = context;
        plan.expert = expert;
        const auto base = static_cast<std::int32_t>(space.layers.size());
        bool used = false;
        for (std::int32_t pipeline = 1; pipeline <= m.layers; ++pipeline) {
          if (!pipeline_divides(m, pipeline) || q.chips % (tensor * context * pipeline) != 0)
            continue;
          plan.pipeline = pipeline;
          plan.data = q.chips / (tensor * context * pipeline);
          if ((plan.tensor * plan.context * plan.data) % expert != 0) continue;
          if (plan.data > q.job.global_batch) continue;
          used = true;
          add_stages(q, c, plan, base, space);
        }
        if (used) add_layers(q, c, plan, space);
      }
    }
  }
  return space;
}

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
}

// The part of the step in which `plan` is slowest against `best`, in words.
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
  r.step = kernels::training_step(q.model, q.job, plan, q.system, c);
  const double node_ranks =
      std::max(1.0, q.system.chip.scale_up_chips / static_cast<double>(plan.tensor));
  r.memory = kernels::training_memory(q.model, q.job, plan, node_ranks);
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
  tables.windows = kernels::hiding_windows(question.job, coefficients);
  tables.coefficients = coefficients.training;
  // without tensor parallelism each plan is in the table twice: keep enough to drop them
  const auto found = kernels::search_plans(tables, 2 * question.keep, question.device);
  PlanAnswer answer;
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
    answer.why_empty =
        fmt::format("no plan divides {} chips and a batch of {} sequences for this model",
                    question.chips, question.job.global_batch);
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
  static constexpr const char* recompute[] = {"none", "selective", "elementwise", "alternate",
                                              "full"};
  static constexpr const char* sharding[] = {"replicated", "ZeRO-1", "ZeRO-2", "ZeRO-3", "HSDP"};
  std::string text = fmt::format("TP {}, PP {}, DP {}", p.tensor, p.pipeline, p.data);
  if (p.context > 1) text += fmt::format(", CP {}", p.context);
  if (p.expert > 1) text += fmt::format(", EP {}", p.expert);
  text += fmt::format(", micro-batch {}", p.micro_batch);
  if (p.virtual_stages > 1) text += fmt::format(", interleave {}", p.virtual_stages);
  text += fmt::format(", recompute {}, {}", recompute[static_cast<int>(p.recompute)],
                      sharding[static_cast<int>(p.sharding)]);
  if (p.sequence_parallel) text += ", SP";
  return text;
}

}  // namespace tranche
