// SPDX-License-Identifier: Apache-2.0

// Chips side by side on workloads: language models (prompts, decoding, serving at full
// load) and the memory-bound workloads of the catalogue. Data only; printing is elsewhere.
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

// How language models are put to work: prompts and outputs of these lengths; `decode` runs a
// fixed number of sequences a copy, `serve` and `prefill` have requests always waiting. Without a
// precision, weights are as the model is published where that is in one format, else fp8.
struct ServingOptions {
  FormatRequest formats = {
      .precision = "", .attention_weights = {}, .expert_weights = {}, .cache = {}};
  ServingSoftware software = ServingSoftware::tensorrt_llm_pytorch;
  double input_tokens = 1024, output_tokens = 1024;
  std::optional<double> sequences = 32.0;  // decode: of a copy; empty: as many as fit, and are in
  std::optional<double> most_time_per_token_s;  // time
  ServedLayout layout;
};

struct ComparisonCell {
  std::string chip;
  bool possible = true;  // false: does not fit, or a figure is not known
  double value = 0;      // in the unit of the row, per chip
  // Where what is moved lies between two figures: the least; `value` is then the most.
  std::optional<double> least_value;
  std::string customary;             // the value in the unit that people compare: "358 GFLOP/s"
  std::optional<double> ratio;       // to the first chip
  std::string bound;                 // "compute", "bandwidth", "network", "latency", "host",
                                     // "power" or "capacity"
  std::string why;                   // one line
  WorkDescription how;               // of a language model
  std::optional<double> per_dollar;  // value per US dollar of price (middle of the range)
  std::optional<double> per_watt;    // value per watt of the chip's limit
};

struct ComparisonRow {
  std::string workload;
  std::string unit;                   // per chip
  std::vector<ComparisonCell> cells;  // in the order of the chips
};

// What a comparison needs to know; all read from the data folder.
struct ComparisonInputs {
  const Catalogue& catalogue;
  const InferenceCoefficients& inference;
  const MemoryBoundModel& memory_bound;
  const kernels::Coefficients* training = nullptr;  // without them nothing trains
  ServingOptions serving = {};
};

// Names that compare() accepts: every workload of the catalogue, and for every model
// `train:<model>`, `prefill:<model>`, `decode:<model>` and `serve:<model>`.
std::vector<std::string> comparison_names(const Catalogue& catalogue);

// The workloads compared when none is named: three models and the memory-bound work.
std::vector<std::string> default_comparison(const Catalogue& catalogue);

// One row per workload. Throws InputError that names every unknown chip and workload.
std::vector<ComparisonRow> compare(const std::vector<std::string>& chips,
                                   const std::vector<std::string>& workloads,
                                   const ComparisonInputs& inputs);

}  // namespace tranche
