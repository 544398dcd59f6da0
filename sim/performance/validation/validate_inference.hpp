// SPDX-License-Identifier: Apache-2.0

// Predictions against measured inference.
#pragma once

#include <vector>

#include "sim/performance/validation/case_result.hpp"
#include "sim/performance/validation/inference_cases.hpp"

namespace tranche {

// One result per case, in order. A case that the model cannot hold in memory is skipped:
// its recorded plan cannot be the one that ran.
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

// Pairs of predicted rows that agree in everything but the chip; plan printed, time to
// first token under load left out (its measured values differ by queueing).
std::vector<ChipPair> chip_pairs(const std::vector<InferenceCase>& cases,
                                 const std::vector<CaseResult>& results, const std::string& first,
                                 const std::string& second);

// Errors of the pairs, as one group.
CaseSummary summarise_pairs(const std::vector<ChipPair>& pairs);

}  // namespace tranche
