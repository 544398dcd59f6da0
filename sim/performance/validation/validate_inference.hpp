// SPDX-License-Identifier: Apache-2.0

// Predictions against measured inference.
#pragma once

#include <vector>

#include "sim/performance/validation/case_result.hpp"
#include "sim/performance/validation/inference_cases.hpp"

namespace tranche {

// Returns one result per case, in order. A case that does not fit in memory is skipped: its
// recorded plan cannot be the actual one.
std::vector<CaseResult> validate_inference(const std::vector<InferenceCase>& cases,
                                           const InferenceCoefficients& coefficients);

// The same configuration measured on two chips.
struct ChipPair {
  std::string id_of_first, id_of_second;
  std::string metric, group;
  double measured_ratio = 0;  // second over first, in the unit of the rows
  double predicted_ratio = 0;
  double error_percent = 0;  // of the ratio, signed
};

// Returns pairs of predicted rows that differ only in the chip; with printed plan, without time to
// first token under load (its measured values differ by queueing).
std::vector<ChipPair> chip_pairs(const std::vector<InferenceCase>& cases,
                                 const std::vector<CaseResult>& results, const std::string& first,
                                 const std::string& second);

// Errors of the pairs, as one group.
CaseSummary summarise_pairs(const std::vector<ChipPair>& pairs);

}  // namespace tranche
