// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/serving/served_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

using kernels::InferencePlan;
using kernels::InferenceSetup;

constexpr std::int32_t widest_domain = 64;
// A wider replica must be this much faster per chip: it needs more chips to run at all.
constexpr double least_gain = 1.03;

bool is_asked_for(const ServedLayout& asked, const InferencePlan& plan) {
  return plan.tensor == asked.tensor.value_or(plan.tensor) &&
         plan.pipeline == asked.pipeline.value_or(plan.pipeline) &&
         plan.expert == asked.expert.value_or(plan.expert) &&
         plan.attention_data_parallel ==
             asked.attention_data_parallel.value_or(plan.attention_data_parallel);
}

// Layouts of `stages` domains, fewest chips first.
std::vector<InferencePlan> layouts(const ServedQuestion& q, std::int32_t stages) {
  const kernels::ModelParams& shape = q.model.shape;
  const bool is_mixture = shape.experts > 0;
  const std::int32_t domain = std::clamp(q.chip.scale_up_chips, 1, widest_domain);
  std::vector<InferencePlan> plans;
  const auto add = [&](InferencePlan plan) {
    plan.pipeline = stages;
    if (kernels::chips_per_replica(plan) <= q.max_chips && is_asked_for(q.layout, plan))
      plans.push_back(plan);
  };
  for (std::int32_t chips = 1; chips <= domain; chips *= 2) {
    if (shape.heads % chips == 0) add({.tensor = chips, .pipeline = 1, .expert = 1});
    if (!is_mixture || chips == 1) continue;
    if (shape.heads % chips == 0 && shape.experts % chips == 0)
      add({.tensor = chips, .pipeline = 1, .expert = chips});
    if (shape.experts % chips == 0)
      add({.tensor = 1, .pipeline = 1, .expert = chips, .attention_data_parallel = chips});
  }
  // Experts over whole servers or racks, attention by users: published ones have 16 to 320 chips.
  for (const std::int32_t chips : {16, 32, 64, 72, 128, 144, 256, 320}) {
    const InferencePlan wide{
        .tensor = 1, .pipeline = 1, .expert = chips, .attention_data_parallel = chips};
    const bool is_searched = chips <= domain && shape.experts % chips == 0;
    if (is_mixture && !is_searched && stages == 1 && layout_problem(shape, wide).empty() &&
        network_problem(q.chip, wide).empty())
      add(wide);
  }
  // A fixed layout need not be among the searched ones.
  const ServedLayout& asked = q.layout;
  const InferencePlan stated{.tensor = asked.tensor.value_or(1),
                             .pipeline = stages,
                             .expert = asked.expert.value_or(1),
                             .attention_data_parallel = asked.attention_data_parallel.value_or(1)};
  const bool is_stated = asked.tensor || asked.expert || asked.attention_data_parallel;
  if (plans.empty() && is_stated && layout_problem(shape, stated).empty()) add(stated);
  return plans;
}

// Numbers of pipeline stages that are tried until one holds the model.
std::vector<std::int32_t> stages_of(const ServedLayout& asked) {
  if (asked.pipeline) return {*asked.pipeline};
  return {1, 2, 4, 8};
}

kernels::PhaseTime decode_step_of(const InferenceSetup& setup, double sequences, double context) {
  return kernels::step_time(setup, {sequences / setup.plan.pipeline, context, 0.0, 0.0});
}

// Largest number of sequences, up to `room`, whose step is short enough; 0 if a single one takes
// too long.
double max_in_time(const InferenceSetup& setup, double context, double room, double longest_s) {
  const auto is_in_time = [&](double sequences) {
    return decode_step_of(setup, sequences, context).total_s() <= longest_s;
  };
  if (!is_in_time(1.0)) return 0.0;
  double low = 1.0, high = room;
  while (high - low >= 1.0) {
    const double middle = std::ceil(0.5 * (low + high));
    if (is_in_time(middle))
      low = middle;
    else
      high = middle - 1.0;
  }
  return low;
}

ServedAnswer decode_with(const InferenceSetup& setup, const ServedQuestion& q) {
  ServedAnswer a;
  a.plan = setup.plan;
  a.memory = kernels::memory_map(setup.model, setup.plan, setup.chip, setup.on_chip, setup.software,
                                 q.context_tokens);
  const double most = setup.software.max_sequences * setup.plan.attention_data_parallel;
  const double room = std::min(std::floor(a.memory.sequences), most);
  a.sequences = q.sequences.value_or(room);
  if (!q.sequences && q.max_tpot_s && room >= 1.0)
    a.sequences = max_in_time(setup, q.context_tokens, room, *q.max_tpot_s);
  a.limited_by_memory = !q.sequences && a.sequences == room && a.memory.sequences < most;
  a.fits = room >= 1.0 && a.memory.sequences >= a.sequences && a.sequences >= 1.0;
  if (!a.fits) return a;
  a.step = decode_step_of(setup, a.sequences, q.context_tokens);
  a.tpot_s = a.step.total_s();
  a.tokens_per_s_per_chip = a.sequences / a.tpot_s / kernels::chips_per_replica(setup.plan);
  return a;
}

ServedAnswer serve_with(const InferenceSetup& setup, const ServedQuestion& q) {
  ServedAnswer a;
  a.plan = setup.plan;
  const kernels::ServingCase load{.load = kernels::Load::saturated,
                                  .input_tokens = q.input_tokens,
                                  .output_tokens = q.output_tokens};
  const kernels::ServingResult result = kernels::serve(setup, load);
  const double chips = kernels::chips_per_replica(setup.plan);
  a.memory = result.memory;
  a.fits = result.fits;
  a.limited_by_memory = result.limited_by_memory;
  a.sequences = result.sequences;
  if (q.task == ServedTask::prefill) {
    a.step = kernels::step_time(setup, {0, 0, setup.software.chunk_tokens, q.input_tokens});
    a.tokens_per_s_per_chip = setup.software.chunk_tokens / a.step.total_s() / chips;
    return a;
  }
  a.step = result.decode;
  a.tpot_s = result.tpot_s;
  a.tokens_per_s_per_chip = result.tokens_per_s / chips;
  return a;
}

std::string why_not(const ServedQuestion& q, const kernels::MemoryMap& closest, double chips) {
  if (closest.sequences >= 1.0 && q.max_tpot_s)
    return fmt::format("even one sequence takes more than {:.3g} ms a token", 1e3 * *q.max_tpot_s);
  if (chips == 0)
    return fmt::format("no layout of at most {:.0f} chips is as asked for", q.max_chips);
  return fmt::format(
      "a replica with {} does not fit: {} on each of {:.0f} chips, the most that were tried",
      q.sequences ? fmt::format("{:.0f} sequences", *q.sequences) : std::string("one sequence"),
      describe(closest), chips);
}

}  // namespace

ServedAnswer answer(const ServedQuestion& question, const InferenceCoefficients& coefficients) {
  const kernels::ChipParams& chip = question.chip;
  ServedAnswer best;
  if (!(chip.memory_bandwidth_bytes_per_s > 0.0) || !(chip.memory_capacity_bytes > 0.0) ||
      !(kernels::peak(chip, kernels::Precision::bf16) > 0.0)) {
    best.why = "its memory or its 16-bit rate is not published";
    return best;
  }
  best.why = layout_problem(question.model.shape, question.layout);
  if (!best.why.empty()) return best;
  if (const ServedLayout& asked = question.layout; asked.tensor || asked.attention_data_parallel) {
    best.why = network_problem(
        chip, {.tensor = asked.tensor.value_or(1),
               .pipeline = 1,
               .expert = 1,
               .attention_data_parallel = asked.attention_data_parallel.value_or(1)});
    if (!best.why.empty()) return best;
  }
  InferenceSetup setup{question.model,
                       {},
                       chip,
                       coefficients.of(chip.generation),
                       coefficients.of(question.software),
                       {}};
  kernels::MemoryMap closest;
  double closest_chips = 0;
  for (const std::int32_t stages : stages_of(question.layout)) {
    if (best.fits) break;
    for (const InferencePlan& plan : layouts(question, stages)) {
      setup.plan = plan;
      const ServedAnswer one = question.task == ServedTask::decode ? decode_with(setup, question)
                                                                   : serve_with(setup, question);
      if (!one.fits) {
        closest = one.memory;
        closest_chips = kernels::chips_per_replica(plan);
      } else if (!best.fits ||
                 one.tokens_per_s_per_chip > least_gain * best.tokens_per_s_per_chip) {
        best = one;
      }
    }
  }
  if (!best.fits) best.why = why_not(question, closest, closest_chips);
  return best;
}

std::string describe(const InferencePlan& plan) {
  std::string out;
  const auto add = [&](const char* name, std::int32_t ways) {
    if (ways > 1) out += fmt::format("{}{} {}", out.empty() ? "" : " x ", name, ways);
  };
  add("TP", plan.tensor);
  add("attention DP", plan.attention_data_parallel);
  add("PP", plan.pipeline);
  if (out.empty()) out = "one chip";
  if (plan.expert > 1) out += fmt::format(", EP {}", plan.expert);
  return out;
}

std::string describe(const kernels::MemoryMap& memory) {
  constexpr double gigabyte_bytes = 1e9;
  const double left_bytes = memory.capacity_bytes - memory.weights_bytes - memory.workspace_bytes;
  const std::string parts =
      fmt::format("{:.1f} GB weights, {:.1f} GB working space",
                  memory.weights_bytes / gigabyte_bytes, memory.workspace_bytes / gigabyte_bytes);
  if (left_bytes <= 0.0)
    return fmt::format("{}, {:.1f} GB more than the {:.1f} GB there are", parts,
                       -left_bytes / gigabyte_bytes, memory.capacity_bytes / gigabyte_bytes);
  return fmt::format(
      "{}, {:.1f} GB reserve, {:.1f} GB cache, of {:.1f} GB; room for {} tokens in a replica",
      parts, (left_bytes - memory.cache_bytes) / gigabyte_bytes,
      memory.cache_bytes / gigabyte_bytes, memory.capacity_bytes / gigabyte_bytes,
      human_number(std::floor(memory.sequences * memory.sequence_tokens)));
}

}  // namespace tranche
