// SPDX-License-Identifier: Apache-2.0

// A table of draws in memory, column by column, for methods that need all draws at once (ranks,
// regressions, boxes).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/simulate/draw_table.hpp"
#include "sim/simulate/execution.hpp"

namespace tranche {

struct DrawMatrix {
  std::uint64_t draws = 0;
  std::vector<InputColumn> input_columns;
  std::vector<std::vector<float>> inputs, outputs;
};

// The first `draws` draws, simulated on the CPU; every rank has all of them at the end. Throws
// InputError if the columns would exceed max_matrix_bytes, Interrupted if the execution was
// stopped.
DrawMatrix draw_matrix(const LoweredScenario& lowered, std::vector<InputColumn> inputs,
                       const std::vector<OutputChoice>& outputs, std::uint64_t draws,
                       const Execution& execution);
inline constexpr double max_matrix_bytes = 4e9;

}  // namespace tranche
