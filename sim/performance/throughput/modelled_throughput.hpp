// SPDX-License-Identifier: Apache-2.0

// What the performance models predict for one chip, as the fleet simulation reads it: the
// same models that `plan`, `compare` and `validate` use.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/models/chip/coefficients.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/catalogue/number_formats.hpp"
#include "sim/performance/coefficients/memory_bound.hpp"
#include "sim/performance/coefficients/serving.hpp"
#include "sim/performance/serving/served_work.hpp"
#include "sim/performance/throughput/throughput_table.hpp"

namespace tranche {

struct PerformanceModels {
  kernels::Coefficients training;
  InferenceCoefficients inference;
  MemoryBoundModel memory_bound;
};
PerformanceModels read_performance_models(const std::string& data_folder);

// A training job; what is left out has the defaults of `tranche plan`.
struct ModelledTraining {
  std::string model;
  // "bf16", or "best": the fastest of bf16 and fp8 that the chip has. A format that the chip has
  // no rate for is computed in bf16, and the table says so.
  std::string precision;
  std::optional<double> sequence_tokens;
  std::optional<double> global_batch;  // sequences
};

// Seconds of one chip per token with the best plan at each cluster size: operators, the host
// and stragglers as compute, the optimizer as memory, exposed communication as network,
// fill and drain of the pipeline as bubble. A cluster that has no faster plan than half of
// itself leaves the other half idle (bubble). Sizes below the first that holds the model do no
// work.
ThroughputTable training_table(const ModelledTraining& work, const ChipEntry& chip,
                               const Catalogue& catalogue,
                               const kernels::Coefficients& coefficients);

// Steady decoding of a served model.
struct ModelledDecode {
  std::string model;
  // `precision` may be "best": of 16, 8 and 4 bit what does most on the chip, among the formats
  // that its matrix engine has.
  FormatRequest formats;
  ServingSoftware software = ServingSoftware::tensorrt_llm_pytorch;
  double context_tokens = 0;              // mean length of a sequence in the cache
  std::optional<double> batch_sequences;  // of one copy; empty: as many as fit
  ServedLayout layout;
};

// The question that a decode asks of one chip, once for each format to be tried; empty where the
// precision is no format of a served model.
std::vector<ServedQuestion> decode_questions(const ModelledDecode& work, const ChipEntry& chip,
                                             const Catalogue& catalogue);

// Seconds of one chip per output token, with the copy of the model spread over chips as answer()
// finds best. Clusters smaller than a copy do nothing. Starts of kernels and the host are counted
// as bubble.
ThroughputTable decode_table(const ModelledDecode& work, const ChipEntry& chip,
                             const Catalogue& catalogue, const InferenceCoefficients& coefficients);

// Seconds of one chip per unit of a memory-bound workload of the catalogue.
ThroughputTable memory_bound_table(const WorkloadEntry& workload, const ChipEntry& chip,
                                   const MemoryBoundModel& model);

}  // namespace tranche
