// SPDX-License-Identifier: Apache-2.0

// Predictions with their measurements, and errors of groups of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/performance/evidence/evidence.hpp"

namespace tranche {

// One row of `tranche validate`. `status` is "ok" or "skipped: why".
struct CaseResult {
  std::string id;
  std::size_t line = 0;  // in its file, from 1
  std::optional<double> predicted;
  std::optional<double> measured;
  std::string unit;
  std::optional<double> error_percent;  // signed, relative to the measured value
  std::string status;
  std::string chip;
  std::string source;
  std::string software;  // generation; for kernels: the access pattern
  std::string group;     // near-duplicates, weighted as one: source, software, model
  std::string metric;
  std::string precision;
  std::string assumed;  // values assumed for blanks of the row
  std::string model;    // as in the row; empty for kernels
  std::string layout;   // "TP 8, PP 4, DP 2"; empty if not stated
  PredictionTraits traits;
  PredictionEvidence evidence;  // of a predicted row
};

struct CaseSummary {
  std::string group;
  std::size_t rows = 0;
  double mean_absolute_error_percent = 0;
  double median_absolute_error_percent = 0;
  double p90_absolute_error_percent = 0;
  double bias_percent = 0;  // mean of the signed errors
};

// Errors of the predicted rows by label, in label order.
std::vector<CaseSummary> summarise_cases(
    const std::vector<CaseResult>& results,
    const std::function<std::string(const CaseResult&)>& label);

// Fraction of rows that were predicted, 0 to 1; 0 if there are none.
double coverage(const std::vector<CaseResult>& results);

}  // namespace tranche
