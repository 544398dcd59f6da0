// SPDX-License-Identifier: Apache-2.0

// What a prediction of the performance models is about, as far as measured cases can resemble it.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace tranche {

// Questions with errors of their own; evidence of one says nothing of another.
enum class EvidenceQuestion {
  training,            // tokens/s of a training job
  serving_throughput,  // tokens/s of a server with requests always waiting
  serving_tpot,        // time per output token at a number of users
  first_token_static,  // time to the first token of a batch that starts together
  first_token_loaded,  // the same on a loaded server
  memory_bound         // rate of a memory-bound kernel
};
inline constexpr std::size_t evidence_question_count = 6;

struct EvidenceQuestionName {
  EvidenceQuestion question;
  std::string_view name;   // in scenarios/measured/evidence.csv
  std::string_view title;  // in sentences: "errors of <title>"
};
inline constexpr std::array<EvidenceQuestionName, evidence_question_count> evidence_questions{{
    {EvidenceQuestion::training, "training", "training throughput"},
    {EvidenceQuestion::serving_throughput, "serving_throughput", "serving throughput"},
    {EvidenceQuestion::serving_tpot, "serving_tpot", "time per output token"},
    {EvidenceQuestion::first_token_static, "first_token_static", "time to first token of a batch"},
    {EvidenceQuestion::first_token_loaded, "first_token_loaded",
     "time to first token of a loaded server"},
    {EvidenceQuestion::memory_bound, "memory_bound", "memory-bound kernels"},
}};
static_assert([] {
  for (std::size_t i = 0; i < evidence_questions.size(); ++i)
    if (static_cast<std::size_t>(evidence_questions[i].question) != i) return false;
  return true;
}());

constexpr const EvidenceQuestionName& name_of(EvidenceQuestion question) {
  return evidence_questions[static_cast<std::size_t>(question)];
}

// True for questions whose answer is a time; the others have rates.
constexpr bool is_of_time(EvidenceQuestion question) {
  return question == EvidenceQuestion::serving_tpot ||
         question == EvidenceQuestion::first_token_static ||
         question == EvidenceQuestion::first_token_loaded;
}

// Numbers of 0 and empty texts are unknown, and differ from nothing.
struct PredictionTraits {
  EvidenceQuestion question = EvidenceQuestion::training;
  std::string chip;               // the catalogue's name
  std::string generation;         // the catalogue's: "hopper"
  std::string vendor;             // the catalogue's
  std::string architecture;       // words of architecture_words(): "mixture latent"
  double weight_bits = 0;         // of the matrix products (training), of the weights (serving)
  std::string software;           // generation of the serving software; "fused" or "eager" training
  double software_year = 0;       // of a training stack: 2024.5
  double chips = 0;               // of the job, or of a replica of a served model
  double parameters = 0;          // of the model, all experts
  double sequence_tokens = 0;     // of a training sequence; in the cache of a served sequence
  double sequences_per_chip = 0;  // of a step: the global batch, or the running sequences
  std::string layout;             // words of ways that are used: "tensor pipeline"
  std::string work;  // training: pretrain, finetune, lora; memory-bound: access pattern

  bool operator==(const PredictionTraits&) const = default;
};

// Visits every member after the question with its name, as columns of evidence.csv.
template <class Traits, class Visit>
void for_each_trait(Traits& t, Visit visit) {
  auto& [question, chip, generation, vendor, architecture, weight_bits, software, software_year,
         chips, parameters, sequence_tokens, sequences_per_chip, layout, work] = t;
  static_cast<void>(question);
  visit("chip", chip);
  visit("generation", generation);
  visit("vendor", vendor);
  visit("architecture", architecture);
  visit("weight_bits", weight_bits);
  visit("software", software);
  visit("software_year", software_year);
  visit("chips", chips);
  visit("parameters", parameters);
  visit("sequence_tokens", sequence_tokens);
  visit("sequences_per_chip", sequences_per_chip);
  visit("layout", layout);
  visit("work", work);
}

}  // namespace tranche
