// SPDX-License-Identifier: Apache-2.0

// Comparison of chips on workloads: language models (prompts, decoding, serving at full load) and
// the memory-bound workloads of the catalogue. Data only.
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

// Load of language models: prompts and outputs of these lengths; `decode` runs a fixed number of
// sequences per replica, `serve` and `prefill` have requests always waiting. Default precision: the
// published one if there is a single one, else fp8.
struct ServingOptions {
  FormatRequest formats = {
      .precision = "", .attention_weights = {}, .expert_weights = {}, .cache = {}};
  ServingSoftware software = default_serving_software;
  double input_tokens = 1024, output_tokens = 1024;
  std::optional<double> sequences = 32.0;  // decode: per replica; empty: as many as fit in time
  std::optional<double> max_tpot_s;        // upper limit of the time per token
  ServedLayout layout;
};

struct ComparisonCell {
  std::string chip;
  bool possible = true;  // false: does not fit, or a chip property is unknown
  double value = 0;      // in the unit of the row, per chip
  // Lower bound, if the traffic is known only as a range; `value` is then the upper bound.
  std::optional<double> min_value;
  std::string customary;             // value in the customary unit: "358 GFLOP/s"
  std::optional<double> ratio;       // relative to the first chip
  RatioInterval ratio_interval;      // 90 %, relative to the ratio; 0 if unknown
  std::string bound;                 // name of bound_table (throughput/bounds.hpp)
  std::string why;                   // reason, one line
  WorkDescription how;               // with what was assumed
  std::optional<double> per_dollar;  // value per US dollar of price (middle of the range)
  std::optional<double> per_watt;    // value per watt of the chip's limit
};

struct ComparisonRow {
  std::string workload;
  std::string unit;                   // per chip
  std::vector<ComparisonCell> cells;  // in the order of the chips
};

// Inputs of a comparison, read from the data folder.
struct ComparisonInputs {
  const Catalogue& catalogue;
  const InferenceCoefficients& inference;
  const MemoryBoundModel& memory_bound;
  const kernels::Coefficients* training = nullptr;  // nullptr: no training
  const EvidenceTable* evidence = nullptr;          // nullptr: no intervals and grades
  ServingOptions serving = {};
};

// Returns the names that compare() accepts: every workload of the catalogue, and for every model
// `train:<model>`, `prefill:<model>`, `decode:<model>` and `serve:<model>`.
std::vector<std::string> comparison_names(const Catalogue& catalogue);

// Default workloads: three models and the memory-bound work.
std::vector<std::string> default_comparison(const Catalogue& catalogue);

// Returns one row per workload. Throws InputError that names every unknown chip and workload.
std::vector<ComparisonRow> compare(const std::vector<std::string>& chips,
                                   const std::vector<std::string>& workloads,
                                   const ComparisonInputs& inputs);

}  // namespace tranche
