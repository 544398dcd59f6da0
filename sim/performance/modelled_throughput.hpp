// What the performance models predict for one chip, as the fleet simulation reads it: the
// same models that `plan`, `compare` and `validate` use.
#pragma once

#include <optional>
#include <string>

#include "kernels/performance/coefficients.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/catalogue/inference_coefficients.hpp"
#include "sim/catalogue/memory_bound_coefficients.hpp"
#include "sim/performance/throughput_table.hpp"

namespace tranche {

struct PerformanceModels {
  kernels::Coefficients training;
  InferenceCoefficients inference;
  MemoryBoundModel memory_bound;
};
PerformanceModels read_performance_models(const std::string& data_folder);

// A training job; what is left out has the defaults of `tranche plan`.
struct ModelledTraining {
  std::string model, precision;  // of the catalogue; "bf16"
  std::optional<double> sequence_tokens;
  std::optional<double> global_batch;  // sequences
};

// Seconds of one chip per token with the best plan at each cluster size: operators, the host
// and stragglers as compute, the optimizer as memory, exposed communication as network,
// fill and drain of the pipeline as bubble. A cluster that has no faster plan than half of
// itself leaves the other half idle (bubble). Sizes below the first that holds the model,
// and chips without the precision, do no work.
ThroughputTable training_table(const ModelledTraining& work, const ChipEntry& chip,
                               const Catalogue& catalogue,
                               const kernels::Coefficients& coefficients);

// Steady decoding of a served model.
struct ModelledDecode {
  std::string model, precision;
  double context_tokens = 0;              // mean length of a sequence in the cache
  std::optional<double> batch_sequences;  // of one copy; empty: as many as fit
};

// Seconds of one chip per output token, with the copy of the model spread over so many
// chips of a scale-up domain (and, where one does not hold it, over up to eight domains in
// a pipeline) that each chip does the most. Weights and cache are in the precision of the
// work, or in 16 bit where the chip's matrix engine does not have it. Starts of kernels
// and the host are counted as bubble.
ThroughputTable decode_table(const ModelledDecode& work, const ChipEntry& chip,
                             const Catalogue& catalogue, const InferenceCoefficients& coefficients);

// Seconds of one chip per unit of a memory-bound workload of the catalogue.
ThroughputTable memory_bound_table(const WorkloadEntry& workload, const ChipEntry& chip,
                                   const MemoryBoundModel& model);

}  // namespace tranche
