// SPDX-License-Identifier: Apache-2.0

// Predictions against measured training runs.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kernels/models/chip/coefficients.hpp"
#include "kernels/models/training/step.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/validation/case_result.hpp"
#include "sim/performance/validation/training_cases.hpp"

namespace tranche {

struct TrainingPrediction {
  kernels::TrainingPlan plan;  // with the blanks filled in
  kernels::TrainingStep step;
  kernels::TrainingMemory memory;
  double tokens_per_s_per_chip = 0;
  bool fits = true;
  std::vector<std::string> assumed;
};

// Machine of a row: catalogue values, replaced by those of the row; `assumed` gets what neither
// says.
kernels::TrainingSystem case_machine(const TrainingCase& c, kernels::ChipParams chip,
                                     std::vector<std::string>& assumed);

// Predicts one case on a chip. Blanks take the fastest plan that fits in memory or, if none fits,
// the one with the smallest memory. `chip` has catalogue values; those of the row replace them.
TrainingPrediction predict_training(const TrainingCase& c, kernels::ChipParams chip,
                                    const kernels::Coefficients& coefficients);

// Errors of one group of rows, in per cent; families have equal weight.
struct FamilySummary {
  std::string label;
  std::size_t rows = 0;
  std::size_t families = 0;
  double mean_absolute_error_percent = 0;    // mean over families of their mean
  double median_absolute_error_percent = 0;  // over rows
  double bias_percent = 0;                   // mean over families
};

// "TP 8, PP 4, DP 2"; "one chip".
std::string layout_text(const kernels::TrainingPlan& plan);

// The catalogue's chip of a name in a table; unlisted variants ("H100-SXM-96GB-HBM2e") are their
// base part. nullptr if there is none.
const ChipEntry* case_chip_entry(const Catalogue& catalogue, const std::string& name);

// Its values.
std::optional<kernels::ChipParams> case_chip(const Catalogue& catalogue, const std::string& name);

// Returns one result per case, in order, in tokens/s/GPU; `group` is the family. Unknown chips and
// unsupported precisions are skipped with the reason.
std::vector<CaseResult> validate_training(const std::vector<TrainingCase>& cases,
                                          const Catalogue& catalogue,
                                          const kernels::Coefficients& coefficients);

std::vector<FamilySummary> summarise_families(
    const std::vector<CaseResult>& results,
    const std::function<std::string(const CaseResult&)>& label);

}  // namespace tranche
