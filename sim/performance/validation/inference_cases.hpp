// SPDX-License-Identifier: Apache-2.0

// Measured cases of LLM inference: rows of a CSV file with the columns of
// scenarios/measured/inference_cases.csv, converted to inputs of the model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernels/models/serving/serving.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/input/csv_reader.hpp"
#include "sim/performance/coefficients/serving.hpp"
#include "sim/performance/validation/inference_metrics.hpp"
#include "sim/performance/validation/inference_pools.hpp"

namespace tranche {

// One measured row as input of the model.
struct InferenceCase {
  std::string id;
  std::string source;
  std::string chip_name;
  std::string software_name;
  std::string model_name;
  std::string scenario;
  std::string unit;
  double measured = 0;     // in `unit`
  double metric_unit = 1;  // factor from a printed value to tokens/s, samples/s or ms
  bool per_chip = false;   // the unit is per chip
  double chips = 1;        // in the whole system
  std::string skipped;     // reason for no prediction; empty if there is one
  InferenceMetric metric = InferenceMetric::tokens_per_s;
  ServingSoftware software = ServingSoftware::vllm_v1;
  kernels::ServedModel model;
  kernels::InferencePlan plan;
  bool plan_known = true;  // false: the submitter's plan is not printed, the best is used
  kernels::ChipParams chip;
  kernels::ServingCase serving;
  PoolCase pools;
  StatedSpeculation speculation;
};

// Converts rows to cases. A row that cannot be predicted has `skipped` set.
std::vector<InferenceCase> read_inference_cases(const CsvTable& table, const Catalogue& catalogue);

// Returns the prediction of one case, in the unit of the row. Does not throw; a case that does not
// fit into memory returns 0 and sets `why`.
double predict(const InferenceCase& measured, const InferenceCoefficients& coefficients,
               std::string& why);

// Inputs of the model for a case with a plan.
kernels::InferenceSetup setup_of(const InferenceCase& measured, const kernels::InferencePlan& plan,
                                 const InferenceCoefficients& coefficients);

}  // namespace tranche
