// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/throughput/work_question.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kernels/models/serving/serving.hpp"
#include "sim/catalogue/precisions.hpp"
#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/evidence/traits_of.hpp"
#include "sim/performance/plan/plan.hpp"
#include "sim/performance/throughput/memory_bound_work.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

WorkPoint point_of(const RankedPlan& best, const PlanQuestion& question) {
  const kernels::TimeParts step = kernels::time_parts(best.step);
  return {
      .works = true,
      .step = step,
      .chips_per_unit = question.chips / (question.job.global_batch * question.job.sequence_length),
      .binds = kernels::binding_part(step)};
}

// Job on half of the cluster, with the other half idle.
WorkPoint on_half(WorkPoint half) {
  half.step.bubble_s += half.step.total_s();
  half.binds = kernels::Bound::bubble;
  return half;
}

// Traits of the largest job of at most this many chips that has a plan.
std::optional<PredictionTraits> traits_of_job(
    const std::array<std::optional<PredictionTraits>, throughput_sizes>& traits, double job_chips) {
  std::optional<PredictionTraits> found;
  for (std::size_t k = 0; k < traits.size(); ++k)
    if (traits[k] && (!found || static_cast<double>(1 << k) <= job_chips)) found = traits[k];
  return found;
}

ThroughputTable training_table(const TrainingWork& work, const ChipEntry& chip,
                               const kernels::Coefficients& coefficients) {
  const TrainingProblem problem = training_problem(*work.model, chip, work.job);
  if (!problem.missing.empty()) return no_throughput(problem.missing.front().problem);
  PlanQuestion question = problem.question;
  question.keep = 1;
  question.device = kernels::ComputeDevice::cpu;
  ThroughputTable table;
  table.size_dependent = true;
  table.possible = false;
  WorkPoint last;
  std::array<std::optional<PredictionTraits>, throughput_sizes> traits;
  for (std::size_t k = 0; k < throughput_sizes; ++k) {
    question.chips = 1 << k;
    const PlanAnswer found = find_plans(question, coefficients);
    WorkPoint point = found.best.empty() ? WorkPoint{} : point_of(found.best[0], question);
    if (table.possible && point.seconds_per_unit() > 2.0 * last.seconds_per_unit())
      point = on_half(last);
    table.possible = table.possible || !found.best.empty();
    if (!table.possible) table.reason = found.why_empty;
    if (!found.best.empty())
      traits[k] = training_traits(question.model, question.job, found.best.front().plan);
    table.points[k] = last = point;
  }
  table.how = training_description(*work.model, problem);
  if (table.possible) {
    table.reason.clear();
    table.largest_job_chips = largest_useful_job(table);
    table.how.traits = traits_of_job(traits, table.largest_job_chips);
  }
  return table;
}

// The best replica of at most this many chips; if the model does not fit, of twice as many, and so
// on.
ServedAnswer answer_within(ServedQuestion question, double widest_chips,
                           const InferenceCoefficients& coefficients) {
  for (double chips = widest_chips;; chips *= 2.0) {
    question.max_chips = std::min(chips, largest_replica_chips);
    const ServedAnswer found = answer(question, coefficients);
    if (found.fits || chips >= largest_replica_chips) return found;
  }
}

// A stated batch asks for the time per token at a number of users; otherwise the server is full.
PredictionTraits traits_of(const ServedWork& work, const ServedQuestion& question,
                           const ServedAnswer& found) {
  const bool is_timed = work.task == ServedTask::decode && work.batch_sequences;
  const double context_tokens = work.task == ServedTask::decode
                                    ? work.context_tokens
                                    : work.input_tokens + 0.5 * work.output_tokens;
  return served_traits(
      is_timed ? EvidenceQuestion::serving_tpot : EvidenceQuestion::serving_throughput,
      question.model, question.software, found.plan, context_tokens, found.sequences);
}

std::vector<std::string> assumptions_of(const ServedWork& work, const ServedAnswer& found) {
  std::vector<std::string> assumed;
  if (!work.software)
    assumed.push_back(fmt::format("served by {}", serving_software_name(default_serving_software)));
  if (work.task == ServedTask::decode && !work.batch_sequences && !work.max_tpot_s)
    assumed.push_back(fmt::format("as many sequences as fit: {}", human_number(found.sequences)));
  return assumed;
}

ThroughputTable table_of(const ServedWork& work, const ServedQuestion& question,
                         const ServedAnswer& found, const ChipEntry& chip) {
  if (!found.fits) return no_throughput(found.why);
  const double chips = kernels::chips_per_replica(found.plan);
  WorkPoint point{
      .works = true,
      .step = found.step,
      .chips_per_unit = work.task == ServedTask::decode
                            ? chips / found.sequences
                            : 1.0 / (found.tokens_per_s_per_chip * found.step.total_s()),
      .binds = served_bound(question, found)};
  ThroughputTable table = throughput_of(point);
  table.replica_chips = static_cast<float>(chips);
  table.how = {.formats = describe_formats(question.model),
               .arithmetic = describe_arithmetic(question.model, question.chip),
               .widened = widened_formats(question.model, question.chip, chip.name),
               .not_modelled = work.model->not_modelled,
               .layout = describe(found.plan),
               .memory = describe(found.memory),
               .software = std::string(serving_software_name(question.software)),
               .replica_chips = chips,
               .sequences = found.sequences,
               .tpot_s = found.tpot_s,
               .cache_bytes = found.memory.cache_bytes,
               .assumed = assumptions_of(work, found),
               .evidence = serving_evidence,
               .traits = traits_of(work, question, found),
               .prediction = {}};
  return table;
}

ThroughputTable memory_bound_table(const WorkloadEntry& workload, const ChipEntry& chip,
                                   const MemoryBoundModel& model) {
  const kernels::ChipParams params = chip_params(chip);
  const kernels::MemoryBoundWork work = work_of(workload);
  const kernels::MemoryBoundResult result =
      kernels::run_memory_bound(params, model.of(chip.name, params.generation), work);
  if (!(result.units_per_s > 0.0) || !result.rate_known)
    return no_throughput(fmt::format("a rate of {} is not published", chip.name));
  if (!result.fits)
    return no_throughput(fmt::format("{:.0f} GB must be resident; {} has {:.0f} GB",
                                     work.resident_bytes / 1e9, chip.name,
                                     params.memory_capacity_bytes / 1e9));
  ThroughputTable table = throughput_of(
      {.works = true, .step = result.time, .chips_per_unit = 1.0, .binds = result.bound});
  table.how.evidence = memory_bound_evidence;
  table.how.traits = memory_bound_traits(work, 1.0);
  if (std::string note = model.stand_in(chip.name, params.generation); !note.empty())
    table.how.assumed.push_back(std::move(note));
  return table;
}

}  // namespace

PerformanceModels read_performance_models(const std::string& data_folder) {
  return {read_coefficients(data_folder), read_inference_coefficients(data_folder),
          read_memory_bound_model(data_folder), read_evidence(data_folder)};
}

std::vector<ServedQuestion> served_questions(const ServedWork& work, const ChipEntry& chip) {
  ServedQuestion question;
  question.task = work.task;
  question.chip = chip_params(chip);
  question.software = work.software.value_or(default_serving_software);
  question.context_tokens = work.context_tokens;
  question.input_tokens = work.input_tokens;
  question.output_tokens = work.output_tokens;
  question.sequences = work.batch_sequences;
  question.max_tpot_s = work.max_tpot_s;
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
    const auto served = served_model(*work.model, request, sets_narrow_cache(question.software));
    if (!served) continue;
    question.model = *served;
    questions.push_back(question);
  }
  return questions;
}

WorkDescription training_description(const ModelEntry& model, const TrainingProblem& problem) {
  WorkDescription how;
  how.formats = how.arithmetic = problem.precision;
  how.widened = problem.widened;
  how.not_modelled = model.not_modelled;
  how.assumed = problem.assumed;
  how.evidence = training_evidence;
  return how;
}

ThroughputTable served_throughput(const ServedWork& work, const ChipEntry& chip,
                                  const InferenceCoefficients& coefficients) {
  ThroughputTable best = no_throughput(
      work.formats.precision == "best"
          ? fmt::format("the 16-bit rate of {} is not published", chip.name)
          : fmt::format("the model serves in bf16, fp16, fp8, int8, fp4 and int4, not {}",
                        work.formats.precision));
  bool is_first = true;
  for (const ServedQuestion& question : served_questions(work, chip)) {
    ThroughputTable table = table_of(
        work, question, answer_within(question, work.widest_replica_chips, coefficients), chip);
    const bool is_better =
        table.possible &&
        (!best.possible || table.points[0].seconds_per_unit() < best.points[0].seconds_per_unit());
    if (is_better || is_first) best = std::move(table);
    is_first = false;
  }
  return best;
}

kernels::Bound served_bound(const ServedQuestion& question, const ServedAnswer& found) {
  const bool is_full = question.task != ServedTask::prefill && found.limited_by_memory &&
                       found.memory.weights_bytes > 0.5 * found.memory.capacity_bytes;
  return is_full ? kernels::Bound::capacity : kernels::binding_part(found.step);
}

void add_evidence(WorkDescription& how, const ChipEntry& chip, const EvidenceTable& evidence) {
  if (!how.traits) return;
  set_chip(*how.traits, chip);
  how.prediction = evidence_of(*how.traits, evidence);
  how.tpot_s /= own_rate_factor(*how.prediction);
}

namespace {

ThroughputTable table_for(const WorkQuestion& question, const PerformanceModels& models) {
  const ChipEntry& chip = *question.chip;
  if (const auto* const training = std::get_if<TrainingWork>(&question.work))
    return training_table(*training, chip, models.training);
  if (const auto* const served = std::get_if<ServedWork>(&question.work))
    return served_throughput(*served, chip, models.inference);
  if (const auto* const listed = std::get_if<CatalogueWork>(&question.work))
    return memory_bound_table(*listed->workload, chip, models.memory_bound);
  return roofline_throughput(std::get<StatedWork>(question.work), chip);
}

}  // namespace

ThroughputTable answer(const WorkQuestion& question, const PerformanceModels& models) {
  ThroughputTable table = table_for(question, models);
  if (table.possible) add_evidence(table.how, *question.chip, models.evidence);
  return table;
}

}  // namespace tranche
