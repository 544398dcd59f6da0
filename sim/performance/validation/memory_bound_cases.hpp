// SPDX-License-Identifier: Apache-2.0

// Measured cases of memory-bound kernels: rows with the columns of
// scenarios/measured/membound_cases.csv, turned into what the model predicts.
#pragma once

#include <string>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/input/csv_reader.hpp"
#include "sim/performance/coefficients/memory_bound.hpp"
#include "sim/performance/validation/case_result.hpp"

namespace tranche {

struct MemoryBoundCase {
  std::string id, source, chip_name, app, unit;
  std::string skipped;  // why no prediction is made; empty when one is
  double measured = 0;
  double chips = 1;
  double per_unit = 1;  // the printed value is units of work per second divided by this
  kernels::ChipParams chip;
  kernels::MemoryBoundWork work;
  double software_factor = 1;  // of the arithmetic rate, for old software
  // What moves between these bytes: then the prediction is the most that can be.
  double most_bytes_per_unit = 0;
};

// Turns rows into cases; a row that cannot be predicted has `skipped` set. The work of
// DLRM, lattice Boltzmann and GEMV is that of the catalogue's workloads.
std::vector<MemoryBoundCase> read_memory_bound_cases(const CsvTable& table,
                                                     const Catalogue& catalogue,
                                                     const MemoryBoundModel& model);

// One result per case, in order and in the unit of the row.
std::vector<CaseResult> validate_memory_bound(const std::vector<MemoryBoundCase>& cases,
                                              const MemoryBoundModel& model);

}  // namespace tranche
