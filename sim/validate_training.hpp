// Predictions against measured training runs.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kernels/coefficients.hpp"
#include "kernels/training_step.hpp"
#include "sim/training_cases.hpp"

namespace tranche {

struct Catalogue;

struct TrainingPrediction {
  kernels::TrainingPlan plan;  // with the blanks filled
  kernels::TrainingStep step;
  kernels::TrainingMemory memory;
  double tokens_per_s_per_chip = 0;
  bool fits = true;
  std::vector<std::string> assumed;
};

// Predicts one case on a chip. Blanks take the fastest plan that fits in memory; when
// none fits, the one that needs least. `chip` holds catalogue figures; what the row says
// of its machine replaces them.
TrainingPrediction predict_training(const TrainingCase& c, kernels::ChipParams chip,
                                    const kernels::Coefficients& coefficients);

// One row of `tranche validate`. status is "ok" or "skipped: why".
struct ValidationRow {
  std::string id, source, chip, precision, family, unit, status;
  std::optional<double> predicted, measured, error_percent;
  std::vector<std::string> assumed;
};

// Errors of one group of rows, in per cent; families weigh the same.
struct ValidationSummary {
  std::string group;
  std::size_t rows = 0;
  std::size_t families = 0;
  double mean_absolute_error_percent = 0;  // mean over families of their mean
  double median_absolute_error_percent = 0;  // over rows
  double bias_percent = 0;                 // mean over families
};

using ChipLookup = std::function<std::optional<kernels::ChipParams>(const std::string&)>;

// One row for each case, in order; unknown chips are skipped with the reason.
std::vector<ValidationRow> validate_training(const std::vector<TrainingCase>& cases,
                                             const ChipLookup& find_chip,
                                             const kernels::Coefficients& coefficients);

enum class GroupBy { all, source, chip, precision, family };
std::vector<ValidationSummary> summarise(const std::vector<ValidationRow>& rows, GroupBy by);

}  // namespace tranche
