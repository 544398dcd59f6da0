// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/evidence/traits_of.hpp"

#include <string>

#include "kernels/models/transformer/model_counts.hpp"
#include "sim/performance/coefficients/memory_bound.hpp"

namespace tranche {
namespace {

constexpr double bits_per_byte = 8.0;

// Words of the ways that are larger than one.
class LayoutWords {
 public:
  LayoutWords& add(const char* word, bool is_used) {
    if (is_used) words_ += (words_.empty() ? "" : " ") + std::string(word);
    return *this;
  }
  std::string text() const { return words_; }

 private:
  std::string words_;
};

const char* task_word(kernels::Task task) {
  switch (task) {
    case kernels::Task::pretrain:
      return "pretrain";
    case kernels::Task::finetune:
      return "finetune";
    case kernels::Task::lora:
      return "lora";
  }
  return "";
}

}  // namespace

void set_chip(PredictionTraits& traits, const ChipEntry& chip) {
  traits.chip = chip.name;
  traits.generation = chip.generation;
  traits.vendor = chip.vendor;
}

std::string architecture_words(const kernels::ModelParams& model) {
  std::string words = "transformer";
  if (model.experts > 1) words += " mixture";
  if (model.attention == kernels::Attention::latent) words += " latent";
  if (model.linear_layers > 0 || model.ssm_layers > 0) words += " linear";
  if (model.sparse_top_k > 0) words += " sparse";
  if (model.compressed_layers > 0 || model.heavy_compressed_layers > 0) words += " compressed";
  return words;
}

PredictionTraits training_traits(const kernels::ModelParams& model, const kernels::TrainingJob& job,
                                 const kernels::TrainingPlan& plan) {
  PredictionTraits t;
  t.question = EvidenceQuestion::training;
  t.architecture = architecture_words(model);
  t.weight_bits = bits_per_byte * kernels::bytes_per_value(job.precision);
  t.software = job.stack == kernels::Stack::eager ? "eager" : "fused";
  t.software_year = job.software_year;
  t.chips = kernels::chips(plan);
  t.parameters = kernels::total_parameters(model);
  t.sequence_tokens = job.sequence_length;
  t.sequences_per_chip = job.global_batch / t.chips;
  t.layout = LayoutWords()
                 .add("tensor", plan.tensor > 1)
                 .add("pipeline", plan.pipeline > 1)
                 .add("context", plan.context > 1)
                 .add("expert", plan.expert > 1)
                 .add("sharded", plan.sharding == kernels::Sharding::weights ||
                                     plan.sharding == kernels::Sharding::hybrid)
                 .text();
  t.work = task_word(job.task);
  return t;
}

PredictionTraits served_traits(EvidenceQuestion question, const kernels::ServedModel& model,
                               ServingSoftware software, const kernels::InferencePlan& plan,
                               double context_tokens, double sequences) {
  PredictionTraits t;
  t.question = question;
  t.architecture = architecture_words(model.shape);
  t.weight_bits =
      bits_per_byte *
      kernels::bytes_per_value(model.shape.experts > 1 ? model.expert_weights : model.mlp_weights);
  t.software = std::string(serving_software_name(software));
  t.chips = kernels::chips_per_replica(plan);
  t.parameters = kernels::total_parameters(model.shape);
  t.sequence_tokens = context_tokens;
  t.sequences_per_chip = sequences / t.chips;
  t.layout = LayoutWords()
                 .add("tensor", plan.tensor > 1)
                 .add("pipeline", plan.pipeline > 1)
                 .add("expert", plan.expert > 1)
                 .add("attention-data", plan.attention_data_parallel > 1)
                 .text();
  return t;
}

PredictionTraits memory_bound_traits(const kernels::MemoryBoundWork& work, double chips) {
  PredictionTraits t;
  t.question = EvidenceQuestion::memory_bound;
  t.chips = chips;
  t.work = access_pattern_names()[static_cast<std::size_t>(work.pattern)];
  return t;
}

}  // namespace tranche
