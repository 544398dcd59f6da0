// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/input/diagnostic.hpp"
#include "sim/performance/plan/layout.hpp"
#include "sim/performance/plan/report.hpp"
#include "sim/performance/plan/training_problem.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

constexpr std::int64_t max_chips = 10'000'000;
constexpr std::int64_t max_sequences = 1'000'000'000;
constexpr std::int64_t max_tokens = 16'777'216;  // in one sequence

void check_range(const char* option, std::int64_t value, std::int64_t most, const char* what,
                 Problems& problems) {
  if (value >= 1 && value <= most) return;
  problems.error({}, fmt::format("`{} {}` is not a number of {}", option, value, what),
                 {fmt::format("a whole number from 1 to {}",
                              with_separators(static_cast<std::uint64_t>(most)))});
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
  const auto add_missing = [&](const std::vector<MissingFigure>& missing) {
    for (const MissingFigure& figure : missing) problems.error({}, figure.problem, figure.help);
  };
  if (chip != nullptr) add_missing(missing_of(*chip, request.precision));
  if (model != nullptr) add_missing(missing_of(*model));
  problems.throw_if_errors();

  const auto number = [](const std::optional<std::int64_t>& value) {
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
  };
  TrainingProblem job = training_problem(*model, *chip,
                                         {.precision = request.precision,
                                          .sequence_tokens = number(request.seq_len),
                                          .global_batch = number(request.global_batch)});
  problem.model = model->name;
  problem.chip = chip->name;
  problem.precision = job.precision;
  problem.widened = job.widened;
  problem.assumed = std::move(job.assumed);
  if (!job.widened.empty())
    problem.notes.push_back(fmt::format("{}: computed in {}", job.widened, job.precision));
  if (!model->not_modelled.empty())
    problem.notes.push_back(fmt::format("not modelled: {}", model->not_modelled));
  q.model = job.question.model;
  q.job = job.question.job;
  q.system.chip = job.question.system.chip;
  q.chips = static_cast<std::int32_t>(request.count);
  q.keep = request.top;
  q.choices = request.choices;
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
