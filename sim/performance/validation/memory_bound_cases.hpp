// SPDX-License-Identifier: Apache-2.0

// Measured cases of memory-bound kernels: rows with the columns of
// scenarios/measured/membound_cases.csv, converted to inputs of the model.
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
  std::string skipped;  // reason for no prediction; empty if there is one
  std::string assumed;  // what the row leaves open, and what stands in for an unmeasured chip
  double measured = 0;
  double chips = 1;
  double per_unit = 1;   // printed value = units of work per second over this
  bool is_time = false;  // the printed value is a time: the inverse of that
  kernels::ChipParams chip;
  kernels::MemoryBoundWork work;
  double rate_factor = 1;  // latency limit, power limit, software of an earlier round
  // Upper bound of the bytes, if they are a range: the prediction is then an upper bound.
  double max_bytes_per_unit = 0;
};

// Converts rows to cases; a row that cannot be predicted has `skipped` set. The work of DLRM,
// lattice Boltzmann and GEMV is that of the catalogue's workloads.
std::vector<MemoryBoundCase> read_memory_bound_cases(const CsvTable& table,
                                                     const Catalogue& catalogue,
                                                     const MemoryBoundModel& model);

// Returns one result per case, in order and in the unit of the row.
std::vector<CaseResult> validate_memory_bound(const std::vector<MemoryBoundCase>& cases,
                                              const MemoryBoundModel& model);

}  // namespace tranche
