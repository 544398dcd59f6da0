// SPDX-License-Identifier: Apache-2.0

// Measured training runs, one per row of a CSV file (scenarios/measured/), as inputs of
// the performance model. Columns are found by name; unknown ones are ignored, and free text
// (notes, source) changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/models/training/plan.hpp"
#include "kernels/models/transformer/model_params.hpp"
#include "sim/input/csv_reader.hpp"
#include "sim/performance/plan/network_text.hpp"

namespace tranche {

struct TrainingCase {
  std::string id, source, family, chip, precision, model_name;
  std::string skipped;  // why the row cannot be predicted; empty when it can
  kernels::ModelParams model;
  kernels::TrainingJob job;
  kernels::TrainingPlan plan;
  double chips_per_node = 8;
  // what the row says of the machine, where it differs from the catalogue
  std::optional<double> network_bytes_per_s;  // one direction, per chip
  std::optional<PodText> pods;                // where the network beyond them is thinner
  ScaleUpText scale_up;
  std::optional<double> memory_bandwidth_bytes_per_s;
  std::optional<double> memory_capacity_bytes;
  std::optional<double> tdp_w;
  // blanks that the prediction fills with the best plan that fits
  bool recompute_known = true;
  bool micro_batch_known = true;
  bool virtual_stages_known = true;
  std::optional<double> measured_tokens_per_s_per_chip;
  std::vector<std::string> assumed;  // "micro-batch 2", "network 50 GB/s per chip"
};

// One case per row. A row that lacks what the model needs has `skipped` filled, and
// never stops the reading.
std::vector<TrainingCase> training_cases(const CsvTable& table);

}  // namespace tranche
