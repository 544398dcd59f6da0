// SPDX-License-Identifier: Apache-2.0

// Measured training runs, one per row of a CSV file (scenarios/measured/), as inputs of the
// performance model. Columns are found by name; unknown ones and free text (notes, source) are
// ignored.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/models/training/plan.hpp"
#include "kernels/models/transformer/model_params.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/input/csv_reader.hpp"
#include "sim/performance/plan/network_text.hpp"

namespace tranche {

struct TrainingCase {
  std::string id, source, family, chip, precision, model_name;
  std::string skipped;  // reason why the row cannot be predicted; empty if it can
  kernels::ModelParams model;
  kernels::TrainingJob job;
  kernels::TrainingPlan plan;
  double chips_per_node = 8;
  // properties of the machine in the row that replace the catalogue's
  std::optional<double> network_bytes_per_s;  // one direction, per chip
  std::optional<PodText> pods;                // oversubscription between pods
  ScaleUpText scale_up;
  std::optional<double> memory_bandwidth_bytes_per_s;
  std::optional<double> memory_capacity_bytes;
  std::optional<double> tdp_w;
  // true if the row states them; otherwise the best plan that fits is used
  bool recompute_known = true;
  bool sharding_known = true;
  bool micro_batch_known = true;
  bool virtual_stages_known = true;
  bool software_year_known = true;  // otherwise by date_software
  std::optional<double> measured_tokens_per_s_per_chip;
  std::vector<std::string> assumed;  // "micro-batch 2", "network 50 GB/s per chip"
};

// Returns one case per row. A row without required values has `skipped` set; it does not stop the
// reading.
std::vector<TrainingCase> training_cases(const CsvTable& table, const Catalogue& catalogue);

// The catalogue's model of a row that leaves every column of the shape blank; nullptr otherwise.
const ModelEntry* training_model_of(const CsvTable& table, std::size_t row,
                                    const Catalogue& catalogue);

// Gives a case whose row states no year of its software the usual one for its chip, format and
// kind of model, and says so in `assumed`. `available` is the date of the chip, "2025-06".
void date_software(TrainingCase& c, const std::string& available);

}  // namespace tranche
