// Measured training runs, one per row of a CSV file (scenarios/measured/), as inputs of
// the performance model. Columns are found by name; unknown ones are ignored.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/performance/model_params.hpp"
#include "kernels/performance/plan.hpp"
#include "sim/input/csv_reader.hpp"
#include "sim/performance/network_text.hpp"

namespace tranche {

struct TrainingCase {
  std::string id, source, family, chip, precision;
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

// When a training stack was written and whether it fuses elementwise work, by words in
// the source of a row: the first row of scenarios/measured/software_stacks.csv whose
// `match` occurs in it.
struct SoftwareStack {
  std::string match;
  double year = 0;
  kernels::Stack stack = kernels::Stack::fused;
};
std::vector<SoftwareStack> read_software_stacks(const std::string& data_folder);

// The year of the software of a row: MLPerf round, container version ("24.07"), arXiv
// number, table of known sources, in this order; empty when none of them tells.
std::optional<double> software_year(const std::string& source, const std::string& locator,
                                    const std::vector<SoftwareStack>& known);

// One case per row. A row that lacks what the model needs has `skipped` filled, and
// never stops the reading.
std::vector<TrainingCase> training_cases(const CsvTable& table,
                                         const std::vector<SoftwareStack>& stacks);

}  // namespace tranche
