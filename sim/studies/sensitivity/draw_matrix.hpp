// SPDX-License-Identifier: Apache-2.0

// A table of draws in memory, column by column, for methods that need all draws at once (ranks,
// regressions, boxes).
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
  Ranks* ranks = nullptr;  // MPI ranks to distribute over; null runs in this process
};

// Every rank has all draws at the end. Throws InputError if the columns would exceed
// `most_matrix_bytes`, Interrupted if `stop` was set.
DrawMatrix draw_matrix(const LoweredScenario& lowered, std::vector<InputColumn> inputs,
                       const std::vector<OutputChoice>& outputs, const MatrixControl& control);
inline constexpr double max_matrix_bytes = 4e9;

}  // namespace tranche
