// SPDX-License-Identifier: Apache-2.0

// Results of a run made by hand: every value of every draw is given by a function, and
// counted as a backend counts it.
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
  // Of the stored metric, for each draw.
  std::function<float(std::uint64_t draw, int step, int variant, int firm, int metric)> value;
};

RunResult make_run_result(const MadeRun& made);

// A tally of one cell whose bins fit the values, as a pilot over all of them chooses.
kernels::Tally tally_of(const std::vector<float>& values);
// The same, with a pilot over the first `pilot` values, with its atoms.
kernels::Tally tally_of(const std::vector<float>& values, std::size_t pilot);

}  // namespace tranche
