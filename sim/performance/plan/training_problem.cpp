// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/training_problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/performance/plan/trained_format.hpp"
#include "sim/performance/plan/training_case_text.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

constexpr double default_batch_tokens = 16'777'216;  // 2^24
constexpr double default_sequence_tokens = 8192;
constexpr double default_context_tokens = 2048;  // of a model without a published context

std::string whole_number(double x) { return with_separators(static_cast<std::uint64_t>(x)); }

constexpr double max_sequence_tokens = 16'777'216;
constexpr double max_batch_sequences = 1e9;

std::string catalogue_help(const ChipEntry& chip) {
  return fmt::format("see `tranche catalogue chips {}`", chip.name);
}

std::string unknown_memory(const ChipEntry& chip) {
  const kernels::ChipParams params = chip_params(chip);
  std::string unknown;
  if (!(params.memory_capacity_bytes > 0.0)) unknown = "memory capacity";
  if (!(params.memory_bandwidth_bytes_per_s > 0.0))
    unknown += unknown.empty() ? "memory bandwidth" : ", memory bandwidth";
  return unknown;
}

void check_sizes(const TrainingJobRequest& request, TrainingProblem& problem) {
  const auto check = [&](const std::optional<double>& value, double most, const char* what) {
    if (!value || (*value >= 1.0 && *value <= most)) return;
    problem.missing.push_back({fmt::format("{:g} is not a number of {}", *value, what),
                               {fmt::format("a whole number from 1 to {}", whole_number(most))}});
  };
  check(request.sequence_tokens, max_sequence_tokens, "tokens in a sequence");
  check(request.global_batch, max_batch_sequences, "sequences in a batch");
}

void choose_batch(const TrainingJobRequest& request, const ModelEntry& model,
                  TrainingProblem& problem) {
  kernels::TrainingJob& job = problem.question.job;
  job.sequence_length = request.sequence_tokens.value_or(
      std::min(default_sequence_tokens, model.context_tokens.value_or(default_context_tokens)));
  if (!request.sequence_tokens)
    problem.assumed.push_back(
        fmt::format("sequences of {} tokens", whole_number(job.sequence_length)));
  job.global_batch = request.global_batch.value_or(
      std::max(1.0, std::floor(default_batch_tokens / job.sequence_length)));
  if (!request.global_batch)
    problem.assumed.push_back(
        fmt::format("global batch of {} sequences (16.8 M tokens, as Llama 3 405B)",
                    whole_number(job.global_batch)));
}

// Software of a new job: mature stacks, of early 2025 and, for what public stacks train only since
// 2025 (Blackwell, mixtures of many experts: no measured run is older than 2025.3), of early 2026.
void choose_software(TrainingProblem& problem) {
  kernels::TrainingJob& job = problem.question.job;
  if (problem.question.system.chip.generation == kernels::ChipGeneration::blackwell ||
      problem.question.model.experts > 1)
    job.software_year = 2026.0;
  problem.assumed.push_back(fmt::format("training software of {:.1f}", job.software_year));
}

void choose_network(const ChipEntry& entry, TrainingProblem& problem) {
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

}  // namespace

std::vector<MissingFigure> missing_of(const ChipEntry& chip, const std::string& precision) {
  std::vector<MissingFigure> missing;
  const std::string unknown = unknown_memory(chip);
  if (!unknown.empty())
    missing.push_back(
        {fmt::format("the {} of `{}` is not known", unknown, chip.name), {catalogue_help(chip)}});
  const kernels::ChipParams params = chip_params(chip);
  if (trained_format(precision, chip.name, params)) {
    // Attention and logits run in 16 bit whatever the format of the other products.
    if (!(kernels::sustained_peak(params, kernels::Precision::bf16) > 0.0))
      missing.push_back(
          {fmt::format("the 16-bit rate of `{}` is not known", chip.name), {catalogue_help(chip)}});
    return missing;
  }
  const auto known = trained_format_names();
  if (precision == "best" || std::find(known.begin(), known.end(), precision) != known.end()) {
    missing.push_back(
        {fmt::format("`{}` has no rate to train with", chip.name), {catalogue_help(chip)}});
    return missing;
  }
  std::string words;
  for (const std::string& name : known) words += fmt::format("`{}`, ", name);
  missing.push_back({fmt::format("unknown precision `{}`", precision), {words + "or `best`"}});
  return missing;
}

std::vector<MissingFigure> missing_of(const ModelEntry& model) {
  const kernels::ModelParams& shape = model.shape;
  // Kinds of layers that the step of training does not have: refused, not computed as attention.
  const std::pair<const char*, std::int32_t> without[] = {
      {"ssm_layers", shape.ssm_layers},
      {"mlp_layers", shape.mlp_layers},
      {"compressed_layers", shape.compressed_layers + shape.heavy_compressed_layers},
      {"expert_latent", shape.expert_latent},
      {"sliding_head_dim", shape.sliding_head_dim},
      {"linear_gate_rank", shape.linear_gate_rank}};
  for (const auto& [key, value] : without)
    if (value > 0)
      return {{fmt::format("training of `{}` is not modelled: it has `{}`", model.name, key),
               {"serving and the counts of `tranche catalogue models` have it"}}};
  if (shape.layers >= 1 && shape.hidden >= 1 && shape.heads >= 1 && shape.vocab >= 1) return {};
  return {{fmt::format("the shape of `{}` is not known", model.name),
           {"layers, hidden width, heads and vocabulary above zero"}}};
}

TrainingProblem training_problem(const ModelEntry& model, const ChipEntry& chip,
                                 const TrainingJobRequest& request) {
  TrainingProblem problem;
  problem.missing = missing_of(chip, request.precision);
  for (MissingFigure& missing : missing_of(model)) problem.missing.push_back(std::move(missing));
  check_sizes(request, problem);
  if (!problem.missing.empty()) return problem;
  problem.question.model = model.shape;
  problem.question.system.chip = chip_params(chip);
  const TrainedFormat format =
      *trained_format(request.precision, chip.name, problem.question.system.chip);
  problem.precision = format.precision;
  problem.widened = format.widened;
  problem.question.job.precision = *training_precision(format.precision);
  choose_software(problem);
  choose_batch(request, model, problem);
  choose_network(chip, problem);
  return problem;
}

}  // namespace tranche
