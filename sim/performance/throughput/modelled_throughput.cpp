// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/throughput/modelled_throughput.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernels/models/serving/serving.hpp"
#include "sim/catalogue/precisions.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/plan/report.hpp"
#include "sim/performance/throughput/memory_bound_work.hpp"

namespace tranche {
namespace {

using kernels::ThroughputPoint;

constexpr ThroughputPoint no_work{kernels::no_throughput_s, 0, 0, 0};

double seconds_of(const ThroughputPoint& point) {
  return static_cast<double>(point.compute_s) + point.memory_s + point.network_s + point.bubble_s;
}

ThroughputPoint per_token(const RankedPlan& best, const PlanQuestion& question) {
  const kernels::TrainingStep& step = best.step;
  const double chip_seconds =
      question.chips / (question.job.global_batch * question.job.sequence_length);
  const auto part = [&](double seconds) { return static_cast<float>(seconds * chip_seconds); };
  return {part(step.compute_s + step.host_s + step.straggler_s), part(step.optimizer_s),
          part(step.network_s), part(step.bubble_s)};
}

// Job on half of the cluster, with the other half idle.
ThroughputPoint on_half(ThroughputPoint half) {
  half.bubble_s += static_cast<float>(seconds_of(half));
  return half;
}

ThroughputTable table_of(const ServedQuestion& question, const ServedAnswer& found,
                         const ChipEntry& chip) {
  if (!found.fits) return no_throughput(found.why);
  const double chips = kernels::chips_per_copy(found.plan);
  const double chips_per_token = chips / found.sequences;
  const kernels::PhaseTime& step = found.step;
  const auto part = [&](double seconds) { return static_cast<float>(seconds * chips_per_token); };
  ThroughputTable table =
      throughput_of({part(step.compute_s + step.power_s), part(step.bandwidth_s),
                     part(step.network_s), part(step.latency_s + step.host_s)});
  table.copy_chips = static_cast<float>(chips);
  table.how = {.formats = describe_formats(question.model),
               .arithmetic = describe_arithmetic(question.model, question.chip),
               .widened = widened_formats(question.model, question.chip, chip.name),
               .not_modelled = {},
               .layout = describe(found.plan),
               .memory = describe(found.memory),
               .copy_chips = chips,
               .sequences = found.sequences,
               .time_per_token_s = found.time_per_token_s};
  return table;
}

}  // namespace

PerformanceModels read_performance_models(const std::string& data_folder) {
  return {read_coefficients(data_folder), read_inference_coefficients(data_folder),
          read_memory_bound_model(data_folder)};
}

ThroughputTable training_table(const ModelledTraining& work, const ChipEntry& chip,
                               const Catalogue& catalogue,
                               const kernels::Coefficients& coefficients) {
  PlanRequest request;
  request.model = work.model;
  request.chip = chip.name;
  request.count = 1;
  request.precision = work.precision;
  if (work.sequence_tokens) request.seq_len = std::llround(*work.sequence_tokens);
  if (work.global_batch) request.global_batch = std::llround(*work.global_batch);
  PlanProblem problem;
  try {
    problem = plan_problem(request, catalogue);
  } catch (const InputError& wrong) {  // names are checked: a property of the chip is missing
    return no_throughput(wrong.diagnostics().front().problem);
  }
  PlanQuestion question = problem.question;
  question.keep = 1;
  question.device = kernels::ComputeDevice::cpu;
  ThroughputTable table;
  table.size_dependent = true;
  table.possible = false;
  ThroughputPoint last = no_work;
  for (int k = 0; k < kernels::throughput_points; ++k) {
    question.chips = 1 << k;
    const PlanAnswer answer = find_plans(question, coefficients);
    ThroughputPoint point = answer.best.empty() ? no_work : per_token(answer.best[0], question);
    if (table.possible && seconds_of(point) > 2.0 * seconds_of(last)) point = on_half(last);
    table.possible = table.possible || !answer.best.empty();
    if (!table.possible) table.reason = answer.why_empty;
    table.points[static_cast<std::size_t>(k)] = last = point;
  }
  table.how.formats = table.how.arithmetic = problem.precision;
  table.how.widened = problem.widened;
  table.how.not_modelled = catalogue.find_model(problem.model)->not_modelled;
  if (table.possible) {
    table.reason.clear();
    table.largest_job_chips = largest_useful_job(table);
  }
  return table;
}

std::vector<ServedQuestion> decode_questions(const ModelledDecode& work, const ChipEntry& chip,
                                             const Catalogue& catalogue) {
  const ModelEntry& model = *catalogue.find_model(work.model);
  ServedQuestion question;
  question.chip = chip_params(chip);
  question.software = work.software;
  question.context_tokens = work.context_tokens;
  question.sequences = work.batch_sequences;
  question.layout = work.layout;
  std::vector<std::string> words = {work.formats.precision};
  if (work.formats.precision == "best") {
    words.clear();
    for (const std::string& word : precision_names(as_best))
      if (kernels::peak(question.chip, *stored_format(word)) > 0.0) words.push_back(word);
  }
  std::vector<ServedQuestion> questions;
  for (const std::string& word : words) {
    FormatRequest request = work.formats;
    request.precision = word;
    const auto served = served_model(model, request, sets_narrow_cache(work.software));
    if (!served) continue;
    question.model = *served;
    questions.push_back(question);
  }
  return questions;
}

ThroughputTable decode_table(const ModelledDecode& work, const ChipEntry& chip,
                             const Catalogue& catalogue,
                             const InferenceCoefficients& coefficients) {
  ThroughputTable best = no_throughput(
      work.formats.precision == "best"
          ? fmt::format("the 16-bit rate of {} is not published", chip.name)
          : fmt::format("the model serves in bf16, fp16, fp8, int8, fp4 and int4, not {}",
                        work.formats.precision));
  bool is_first = true;
  for (const ServedQuestion& question : decode_questions(work, chip, catalogue)) {
    ThroughputTable table = table_of(question, answer(question, coefficients), chip);
    const bool is_better = table.possible && (!best.possible || seconds_of(table.points[0]) <
                                                                    seconds_of(best.points[0]));
    if (is_better || is_first) best = std::move(table);
    is_first = false;
  }
  if (best.possible) best.how.not_modelled = catalogue.find_model(work.model)->not_modelled;
  return best;
}

ThroughputTable memory_bound_table(const WorkloadEntry& workload, const ChipEntry& chip,
                                   const MemoryBoundModel& model) {
  const kernels::ChipParams params = chip_params(chip);
  const kernels::MemoryBoundWork work = work_of(workload);
  const kernels::MemoryBoundResult result =
      kernels::run_memory_bound(params, model.of(params.generation), work);
  if (!(result.units_per_s > 0.0) || !result.rate_known)
    return no_throughput(fmt::format("a rate of {} is not published", chip.name));
  if (!result.fits)
    return no_throughput(fmt::format("{:.0f} GB must be resident; {} has {:.0f} GB",
                                     work.resident_bytes / 1e9, chip.name,
                                     params.memory_capacity_bytes / 1e9));
  const auto part = [](double seconds) { return static_cast<float>(seconds); };
  return throughput_of({part(result.time.compute_s + result.time.power_s),
                        part(result.time.bandwidth_s), part(result.time.network_s),
                        part(result.time.latency_s + result.time.host_s)});
}

}  // namespace tranche
