#include "sim/performance/modelled_throughput.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernels/performance/serving.hpp"
#include "sim/catalogue/coefficients.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/performance/memory_bound_cases.hpp"
#include "sim/performance/plan_report.hpp"

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

// The job of half the cluster, with the other half idle.
ThroughputPoint on_half(ThroughputPoint half) {
  half.bubble_s += static_cast<float>(seconds_of(half));
  return half;
}

std::optional<kernels::Precision> served_precision(const std::string& text) {
  if (text == "bf16" || text == "fp16") return kernels::Precision::bf16;
  if (text == "fp8") return kernels::Precision::fp8;
  if (text == "int8") return kernels::Precision::int8;
  if (text == "fp4") return kernels::Precision::fp4;
  return std::nullopt;
}

// Seconds of a chip per token when `plan` serves one copy; empty where that does not fit.
std::optional<ThroughputPoint> decode_point(const kernels::InferenceSetup& setup,
                                            const ModelledDecode& work) {
  const kernels::MemoryMap memory = kernels::memory_map(
      setup.model, setup.plan, setup.chip, setup.on_chip, setup.software, work.context_tokens);
  const double room = std::min(std::floor(memory.sequences), setup.software.max_sequences);
  const double sequences = work.batch_sequences.value_or(room);
  if (!(room >= 1.0) || memory.sequences < sequences) return std::nullopt;
  const double stages = setup.plan.pipeline;
  const kernels::PhaseTime step =
      kernels::step_time(setup, {sequences / stages, work.context_tokens, 0.0, 0.0});
  const double chips_per_token = kernels::chips_per_copy(setup.plan) / sequences;
  const auto part = [&](double seconds) { return static_cast<float>(seconds * chips_per_token); };
  return ThroughputPoint{part(step.compute_s + step.power_s), part(step.bandwidth_s),
                         part(step.network_s), part(step.latency_s + step.host_s)};
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
  } catch (const InputError& wrong) {  // names are checked: a figure of the chip is not known
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
  if (table.possible) {
    table.reason.clear();
    table.largest_job_chips = largest_useful_job(table);
  }
  return table;
}

ThroughputTable decode_table(const ModelledDecode& work, const ChipEntry& chip,
                             const Catalogue& catalogue,
                             const InferenceCoefficients& coefficients) {
  const ModelEntry& model = *catalogue.find_model(work.model);
  kernels::InferenceSetup setup;
  setup.chip = chip_params(chip);
  if (!(setup.chip.memory_bandwidth_bytes_per_s > 0.0) ||
      !(setup.chip.memory_capacity_bytes > 0.0) ||
      !(kernels::peak(setup.chip, kernels::Precision::bf16) > 0.0))
    return no_throughput(
        fmt::format("memory or the 16-bit rate of {} is not published", chip.name));
  const auto precision = served_precision(work.precision);
  if (!precision)
    return no_throughput(
        fmt::format("the model serves in bf16, fp16, fp8, int8 and fp4, not {}", work.precision));
  setup.on_chip = coefficients.of(setup.chip.generation);
  setup.software = coefficients.of(ServingSoftware::tensorrt_llm_pytorch);
  setup.model.shape = model.shape;
  setup.model.weights = setup.model.expert_weights = setup.model.cache =
      kernels::peak(setup.chip, *precision) > 0.0 ? *precision : kernels::Precision::bf16;
  std::optional<ThroughputPoint> best;
  const std::int32_t domain = std::clamp(setup.chip.scale_up_chips, 1, 64);
  for (std::int32_t stages = 1; stages <= 8 && !best; stages *= 2) {
    for (std::int32_t tensor = 1; tensor <= domain; tensor *= 2) {
      if (model.shape.heads % tensor != 0) continue;
      setup.plan.tensor = tensor;
      setup.plan.pipeline = stages;
      const auto point = decode_point(setup, work);
      if (point && (!best || seconds_of(*point) < seconds_of(*best))) best = point;
    }
  }
  if (!best)
    return no_throughput(fmt::format(
        "a copy of {} with {} does not fit into eight domains of {} chips of {:.0f} GB", model.name,
        work.batch_sequences ? fmt::format("{:.0f} sequences", *work.batch_sequences)
                             : std::string("one sequence"),
        domain, setup.chip.memory_capacity_bytes / 1e9));
  return throughput_of(*best);
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
