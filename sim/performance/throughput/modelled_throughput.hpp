// SPDX-License-Identifier: Apache-2.0

// Predictions of the performance models for one chip, as tables for the fleet simulation: the same
// models that `plan`, `compare` and `validate` use.
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

// A training job; defaults are those of `tranche plan`.
struct ModelledTraining {
  std::string model;
  // "bf16", or "best": the fastest of bf16 and fp8 on the chip. A format without a rate on the chip
  // is computed in bf16, with a note in the table.
  std::string precision;
  std::optional<double> sequence_tokens;
  std::optional<double> global_batch;  // sequences
};

// Seconds of one chip per token with the best plan at each cluster size: operators, host and
// stragglers as compute, the optimizer as memory, exposed communication as network, pipeline fill
// and drain as bubble. A cluster without a faster plan than half of its chips leaves the other half
// idle (bubble). Sizes below the first that holds the model do no work.
ThroughputTable training_table(const ModelledTraining& work, const ChipEntry& chip,
                               const Catalogue& catalogue,
                               const kernels::Coefficients& coefficients);

// Steady-state decoding of a served model.
struct ModelledDecode {
  std::string model;
  // `precision` may be "best": the fastest of 16, 8 and 4 bit on the chip, among the formats that
  // its matrix engine supports.
  FormatRequest formats;
  ServingSoftware software = ServingSoftware::tensorrt_llm_pytorch;
  double context_tokens = 0;              // mean tokens of a sequence in the cache
  std::optional<double> batch_sequences;  // per replica; empty: as many as fit
  ServedLayout layout;
};

// Questions of a decode for one chip, one for each candidate format; empty if the precision is not
// a format of a served model.
std::vector<ServedQuestion> decode_questions(const ModelledDecode& work, const ChipEntry& chip,
                                             const Catalogue& catalogue);

// Seconds of one chip per output token, with the layout that answer() finds best. Clusters smaller
// than a replica do nothing. Kernel starts and the host are counted as bubble.
ThroughputTable decode_table(const ModelledDecode& work, const ChipEntry& chip,
                             const Catalogue& catalogue, const InferenceCoefficients& coefficients);

// Seconds of one chip per unit of a memory-bound workload of the catalogue.
ThroughputTable memory_bound_table(const WorkloadEntry& workload, const ChipEntry& chip,
                                   const MemoryBoundModel& model);

}  // namespace tranche
