// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/input/diagnostic.hpp"
#include "sim/performance/plan/layout.hpp"
#include "sim/performance/plan/report.hpp"
#include "sim/performance/plan/trained_format.hpp"
#include "sim/performance/plan/training_case_text.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

constexpr std::int64_t max_chips = 10'000'000;
constexpr std::int64_t max_sequences = 1'000'000'000;
constexpr std::int64_t max_tokens = 16'777'216;      // in one sequence
constexpr double default_batch_tokens = 16'777'216;  // 2^24
constexpr double default_seq_len = 8192;

void check_chip(const ChipEntry& entry, const kernels::ChipParams& chip, Problems& problems) {
  std::string missing;
  const auto need = [&](double value, const char* name) {
    if (!(value > 0.0)) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
  };
  need(chip.memory_capacity_bytes, "memory capacity");
  need(chip.memory_bandwidth_bytes_per_s, "memory bandwidth");
  if (missing.empty()) return;
  problems.error({}, fmt::format("the {} of `{}` is not known", missing, entry.name),
                 {fmt::format("see `tranche catalogue chips {}`", entry.name)});
}

// Format of the job; empty, with an error, if the chip cannot train in it or the word is unknown.
std::optional<TrainedFormat> checked_format(const PlanRequest& request, const ChipEntry& entry,
                                            const kernels::ChipParams& chip, Problems& problems) {
  const auto format = trained_format(request.precision, entry.name, chip);
  if (format) return format;
  std::string words;
  for (const std::string& name : trained_format_names()) words += fmt::format("`{}`, ", name);
  words += "or `best`";
  const auto known = trained_format_names();
  const bool is_word = request.precision == "best" ||
                       std::find(known.begin(), known.end(), request.precision) != known.end();
  if (is_word)
    problems.error({}, fmt::format("`{}` has no rate to train with", entry.name),
                   {fmt::format("see `tranche catalogue chips {}`", entry.name)});
  else
    problems.error({}, fmt::format("unknown precision `{}`", request.precision), {words});
  return std::nullopt;
}

void check_range(const char* option, std::int64_t value, std::int64_t most, const char* what,
                 Problems& problems) {
  if (value >= 1 && value <= most) return;
  problems.error({}, fmt::format("`{} {}` is not a number of {}", option, value, what),
                 {fmt::format("a whole number from 1 to {}",
                              with_separators(static_cast<std::uint64_t>(most)))});
}

void fill_network(const ChipEntry& entry, PlanProblem& problem) {
  kernels::ChipParams& chip = problem.question.system.chip;
  chip.scale_up_chips = std::max(chip.scale_up_chips, 1);
  if (chip.scale_out_bytes_per_s <= 0) {
    // one adapter per chip: 200 Gb/s with A100, 400 Gb/s with later chips
    chip.scale_out_bytes_per_s = chip.generation == kernels::ChipGeneration::ampere ? 25e9 : 50e9;
    problem.assumed.push_back(fmt::format("network {:.0f} GB/s per chip (not known for {})",
                                          chip.scale_out_bytes_per_s / 1e9, entry.name));
  }
  if (chip.scale_up_chips > 1 && chip.scale_up_bytes_per_s <= 0) {
    chip.scale_up_chips = 1;
    problem.assumed.push_back("no scale-up domain (its bandwidth is not known)");
  }
}

// Notes the degrees of tensor parallelism in a server that do not divide the heads.
void note_heads(PlanProblem& problem) {
  const PlanQuestion& q = problem.question;
  std::string out;
  for (std::int32_t tensor = 2; tensor <= std::min(q.system.chip.scale_up_chips, 8); tensor *= 2) {
    if (q.model.heads % tensor != 0) out += fmt::format("{}{}", out.empty() ? "" : ", ", tensor);
  }
  if (out.empty()) return;
  problem.notes.push_back(
      fmt::format("{} heads do not divide by {}: no such tensor parallelism", q.model.heads, out));
}

}  // namespace

PlanProblem plan_problem(const PlanRequest& request, const Catalogue& catalogue) {
  Problems problems;
  PlanProblem problem;
  PlanQuestion& q = problem.question;
  std::optional<TrainedFormat> format;
  const ModelEntry* const model = catalogue.find_model(request.model);
  const ChipEntry* const chip = catalogue.find_chip(request.chip);
  if (model == nullptr) {
    problems.error({}, fmt::format("unknown model `{}`", request.model),
                   name_help(request.model, catalogue.model_names(), "models known"));
  }
  if (chip == nullptr) {
    problems.error({}, fmt::format("unknown chip `{}`", request.chip),
                   name_help(request.chip, catalogue.chip_names(), "chips known"));
  }
  check_range("--count", request.count, max_chips, "chips", problems);
  q.device = request.device;
  q.system.oversubscription = request.oversubscription;
  if (request.pod_chips) {
    check_range("--pod", *request.pod_chips, max_chips, "chips", problems);
    q.system.pod_chips = static_cast<double>(*request.pod_chips);
  }
  if (!(request.oversubscription >= 1.0) || request.oversubscription > 1000.0)
    problems.error(
        {},
        fmt::format("`--oversubscription {}` is not a ratio of links", request.oversubscription),
        {"from 1 (full bisection) to 1000"});
  if (request.global_batch)
    check_range("--global-batch", *request.global_batch, max_sequences, "sequences", problems);
  if (request.seq_len) check_range("--seq-len", *request.seq_len, max_tokens, "tokens", problems);
  if (chip != nullptr) {
    q.system.chip = chip_params(*chip);
    check_chip(*chip, q.system.chip, problems);
    format = checked_format(request, *chip, q.system.chip, problems);
  }
  if (model != nullptr && (model->shape.layers < 1 || model->shape.hidden < 1 ||
                           model->shape.heads < 1 || model->shape.vocab < 1)) {
    problems.error({}, fmt::format("the shape of `{}` is not known", model->name),
                   {"layers, hidden width, heads and vocabulary above zero"});
  }
  problems.throw_if_errors();

  problem.model = model->name;
  problem.chip = chip->name;
  problem.precision = format->precision;
  problem.widened = format->widened;
  if (!format->widened.empty())
    problem.notes.push_back(fmt::format("{}: computed in {}", format->widened, format->precision));
  if (!model->not_modelled.empty())
    problem.notes.push_back(fmt::format("not modelled: {}", model->not_modelled));
  q.model = model->shape;
  q.chips = static_cast<std::int32_t>(request.count);
  q.keep = request.top;
  q.choices = request.choices;
  q.job.precision = *training_precision(format->precision);
  if (request.seq_len) {
    q.job.sequence_length = static_cast<double>(*request.seq_len);
  } else {
    q.job.sequence_length = std::min(default_seq_len, model->context_tokens.value_or(2048.0));
    problem.assumed.push_back(
        fmt::format("sequences of {} tokens",
                    with_separators(static_cast<std::uint64_t>(q.job.sequence_length))));
  }
  if (request.global_batch) {
    q.job.global_batch = static_cast<double>(*request.global_batch);
  } else {
    q.job.global_batch = std::max(1.0, std::floor(default_batch_tokens / q.job.sequence_length));
    problem.assumed.push_back(
        fmt::format("global batch of {} sequences (16.8 M tokens, as Llama 3 405B)",
                    with_separators(static_cast<std::uint64_t>(q.job.global_batch))));
  }
  fill_network(*chip, problem);
  if (q.system.oversubscription > 1.0)
    problem.notes.push_back(
        fmt::format("1 : {} links between pods of {} chips", q.system.oversubscription,
                    with_separators(static_cast<std::uint64_t>(q.system.pod_chips))));
  if (!q.choices.tensor) note_heads(problem);
  check_choices(q, problems);
  problems.throw_if_errors();
  return problem;
}

namespace {

std::string count_text(double x) { return with_separators(static_cast<std::uint64_t>(x)); }

bool has_plan(PlanQuestion q, std::int32_t chips, double batch, const kernels::Coefficients& c) {
  q.chips = chips;
  q.job.global_batch = batch;
  q.keep = 1;
  Problems problems;
  check_choices(q, problems);
  return !problems.has_errors() && !find_plans(q, c).best.empty();
}

// Smallest of 2, 4, ... times as many chips that fit the job.
std::string more_chips(const PlanQuestion& q, const kernels::Coefficients& c) {
  for (std::int64_t chips = 2LL * q.chips; chips <= max_chips && chips <= 4096LL * q.chips;
       chips *= 2) {
    if (has_plan(q, static_cast<std::int32_t>(chips), q.job.global_batch, c))
      return fmt::format("; it fits on {} chips", count_text(static_cast<double>(chips)));
  }
  return {};
}

// A similar job with a plan: fewer chips, else a larger batch.
std::string nearby(const PlanQuestion& q, const kernels::Coefficients& c) {
  std::int32_t step = 1;
  while (step * 128 <= q.chips) step *= 2;
  for (std::int32_t chips = (q.chips - 1) / step * step; chips > q.chips / 2; chips -= step) {
    if (has_plan(q, chips, q.job.global_batch, c))
      return fmt::format("; {} chips have a plan", count_text(chips));
  }
  for (double batch = 1; batch <= 4.0 * q.chips; batch *= 2) {
    if (batch > q.job.global_batch && has_plan(q, q.chips, batch, c))
      return fmt::format("; a batch of {} has a plan", count_text(batch));
  }
  return {};
}

}  // namespace

std::string why_no_plan(const PlanProblem& problem, const PlanAnswer& answer,
                        const kernels::Coefficients& coefficients) {
  if (!answer.best.empty()) return {};
  const PlanQuestion& q = problem.question;
  if (answer.missing_bytes > 0) return answer.why_empty + more_chips(q, coefficients);
  return fmt::format(
             "no plan can use {} chips with a batch of {} {}: tensor parallelism must divide {} "
             "heads, the fullest pipeline stage must have at most a tenth more than the mean of {} "
             "layers (embedding and loss counted as two), and there must be a sequence for each "
             "replica of the rest, data parallelism",
             count_text(q.chips), count_text(q.job.global_batch),
             q.job.global_batch > 1 ? "sequences" : "sequence", q.model.heads, q.model.layers + 2) +
         nearby(q, coefficients);
}

}  // namespace tranche
