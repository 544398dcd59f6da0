// SPDX-License-Identifier: Apache-2.0

// Questions to the performance models: one chip, one kind of work, everything that determines its
// throughput. `compare` and the fleet ask them; the answer is a ThroughputTable.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "kernels/models/chip/coefficients.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/catalogue/number_formats.hpp"
#include "sim/performance/coefficients/memory_bound.hpp"
#include "sim/performance/coefficients/serving.hpp"
#include "sim/performance/plan/training_problem.hpp"
#include "sim/performance/serving/served_work.hpp"
#include "sim/performance/throughput/stated_work.hpp"
#include "sim/performance/throughput/throughput_table.hpp"

namespace tranche {

// Rows of measured/accuracy.csv with the error of each model.
inline constexpr const char* training_evidence = "training";
inline constexpr const char* serving_evidence = "inference";
inline constexpr const char* memory_bound_evidence = "memory-bound kernels";

struct PerformanceModels {
  kernels::Coefficients training;
  InferenceCoefficients inference;
  MemoryBoundModel memory_bound;
  EvidenceTable evidence;
};
PerformanceModels read_performance_models(const std::string& data_folder);

// Own runs among the evidence correct `how`, not the table: the fleet draws the error of the model.

// A training job; defaults are those of `tranche plan`.
struct TrainingWork {
  const ModelEntry* model = nullptr;
  TrainingJobRequest job;
};

// A served model: `task`, lengths and limits as in ServedQuestion.
struct ServedWork {
  const ModelEntry* model = nullptr;
  // `precision` may be "best": the fastest of 16, 8 and 4 bit on the chip, among the formats that
  // its matrix engine supports.
  FormatRequest formats;
  std::optional<ServingSoftware> software;  // default: TensorRT-LLM of 2025
  ServedTask task = ServedTask::decode;
  double context_tokens = 0;              // decode: mean tokens of a sequence in the cache
  std::optional<double> batch_sequences;  // per replica; empty: as many as fit
  double input_tokens = 0, output_tokens = 0;
  std::optional<double> max_tpot_s;
  ServedLayout layout;
  // Replicas of more chips are taken only if the model does not fit into these: a fleet with few
  // chips cannot run wide ones.
  double widest_replica_chips = largest_replica_chips;
};

// A memory-bound workload of the catalogue, by the measured efficiency of its access pattern.
struct CatalogueWork {
  const WorkloadEntry* workload = nullptr;
};

struct WorkQuestion {
  const ChipEntry* chip = nullptr;  // never null when asked; as the entries of the work
  std::variant<TrainingWork, ServedWork, CatalogueWork, StatedWork> work;
};

// Never throws for a gap in the catalogue: the table then says why the work is not possible.
// Parts by kind of work:
// - training: the best plan at each cluster size; the optimizer is memory time. A cluster without
//   a faster plan than half of its chips leaves the other half idle (bubble). Sizes below the first
//   that holds the model do no work.
// - served: the layout that served_work.hpp finds best, in whole replicas; for `serve`, the parts
//   of a decode step scaled to the time of a token with its share of the prompts.
// - catalogue and stated work: the same step at every size.
ThroughputTable answer(const WorkQuestion& question, const PerformanceModels& models);

// Sets the interval and the grade of a prediction from its traits, if it has any, and corrects its
// time per token by own runs; the rate is the caller's, by own_rate_factor().
void add_evidence(WorkDescription& how, const ChipEntry& chip, const EvidenceTable& evidence);

// Formats, assumptions and evidence of a training job that is not `missing` anything.
WorkDescription training_description(const ModelEntry& model, const TrainingProblem& problem);

// The fastest of the candidate formats; if none fits, the reason of the first. Without interval and
// grade (add_evidence).
ThroughputTable served_throughput(const ServedWork& work, const ChipEntry& chip,
                                  const InferenceCoefficients& coefficients);

// Questions about a served model on a chip, one for each candidate format; empty if the precision
// is not a format of a served model.
std::vector<ServedQuestion> served_questions(const ServedWork& work, const ChipEntry& chip);

// What binds a served model: the memory's size if weights take more than half of it and more
// memory would allow more sequences, else the largest part of the step.
kernels::Bound served_bound(const ServedQuestion& question, const ServedAnswer& found);

}  // namespace tranche
