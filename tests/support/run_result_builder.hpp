// SPDX-License-Identifier: Apache-2.0

// Synthetic results of a run: a function gives every value of every draw, which is counted as by a
// backend.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/simulate/run.hpp"

namespace tranche {

struct MadeRun {
  std::vector<std::string> variants = {"base"};
  std::vector<std::string> firms = {"all"};  // the last must be "all"
  std::vector<std::string> steps = {"2026-02"};
  std::vector<MetricInfo> metrics = {
      {"training_flop_per_s", "FLOP/s", "Training throughput", 0, 1.0, Better::higher}};
  std::uint64_t draws = 1000;
  // Value of the stored metric for each draw.
  std::function<float(std::uint64_t draw, int step, int variant, int firm, int metric)> value;
};

RunResult make_run_result(const MadeRun& made);

// Returns a tally of one cell with bins fitted to all values.
kernels::Tally tally_of(const std::vector<float>& values);
// The same with atoms, and with a pilot over the first `pilot` values.
kernels::Tally tally_of(const std::vector<float>& values, std::size_t pilot);

}  // namespace tranche
