// SPDX-License-Identifier: Apache-2.0

// A table of draws held in memory, column by column: what methods that need all draws at
// once (ranks, regressions, boxes) work on.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "sim/simulate/draw_table.hpp"
#include "sim/simulate/parallel/ranks.hpp"

namespace tranche {

struct DrawMatrix {
  std::uint64_t draws = 0;
  std::vector<InputColumn> input_columns;
  std::vector<std::vector<float>> inputs, outputs;
};

struct MatrixControl {
  std::uint64_t draws = 0;
  int threads = 0;
  std::function<void(double share)> progress = {};
  const std::atomic<bool>* stop = nullptr;
  Ranks* ranks = nullptr;  // who shares the draws; null: nobody
};

// Every rank has all draws in the end. Throws InputError when the columns would take more than
// `most_matrix_bytes`, Interrupted when `stop` was set.
DrawMatrix draw_matrix(const LoweredScenario& lowered, std::vector<InputColumn> inputs,
                       const std::vector<OutputChoice>& outputs, const MatrixControl& control);
inline constexpr double most_matrix_bytes = 4e9;

}  // namespace tranche
