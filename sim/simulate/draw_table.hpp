// SPDX-License-Identifier: Apache-2.0

// Single draws of a scenario as a table: one column for each drawn input and each chosen output,
// one row for each draw. Rows come in draw order, a batch at a time, so memory does not grow with
// draws; the values do not depend on the number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "kernels/engine/backend/backend.hpp"
#include "kernels/engine/cpu/batch_runner.hpp"
#include "sim/simulate/execution.hpp"
#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Indices into LoweredScenario; firm may be the last index, all firms together.
struct OutputChoice {
  std::int32_t variant = 0, firm = 0, step = 0, metric = 0;
  friend bool operator==(const OutputChoice&, const OutputChoice&) = default;
};

// Every output of the scenario: variants, then firms, then months, then metrics.
std::vector<OutputChoice> all_outputs(const LoweredScenario& lowered);

// One random number of an input as a column: one value per draw.
struct InputColumn {
  std::size_t input = 0;  // into LoweredScenario::inputs
  std::string firm, tranche;
  std::int32_t index = -1;  // of the month or batch; -1: one value for all of them
  bool is_month = false;    // what the index counts
  std::uint64_t key = 0;    // key of its random numbers, and the instance
  std::uint32_t number = 0;
  std::int32_t column = 0;  // of the simulation
  double scale = 1;         // from the simulation's value to the input's own unit
  // For a share: the value is the column over the sum of these columns.
  std::vector<std::int32_t> parts = {};
  // "assumptions.mfu[alibaba]", "all_firms.availability[tencent, 2026-05]"
  std::string name = {};
};
std::vector<InputColumn> input_columns(const LoweredScenario& lowered);

// True if the column can influence the output: it belongs to the output's firm or to all firms, and
// to no later month.
bool can_bear_on(const LoweredScenario& lowered, const InputColumn& column,
                 const OutputChoice& output);

// Reads an input column for the draws in the runner, in the input's own unit.
void read_input(kernels::BatchRunner& runner, const InputColumn& column, std::span<float> values);

struct DrawRequest {
  kernels::DrawRange range = {};
  std::vector<InputColumn> inputs = {};
  std::vector<OutputChoice> outputs = {};
  Execution execution = {};  // of this rank's range: on the CPU, without other ranks
};

// Rows first_draw ... first_draw + count - 1, column by column.
class DrawBatch {
 public:
  DrawBatch(std::size_t inputs, std::size_t outputs)
      : inputs_(inputs), values_((inputs + outputs) * kernels::batch_draws) {}
  std::uint64_t first_draw = 0;
  int count = 0;
  // Columns in the order of DrawRequest::inputs and outputs, in their own units.
  std::span<const float> input(std::size_t i) const { return column(i); }
  std::span<const float> output(std::size_t i) const { return column(inputs_ + i); }
  float* mutable_column(std::size_t i) { return values_.data() + i * kernels::batch_draws; }

 private:
  std::span<const float> column(std::size_t i) const {
    return {values_.data() + i * kernels::batch_draws, static_cast<std::size_t>(count)};
  }
  std::size_t inputs_;
  std::vector<float> values_;
};

// Calls `consume` for every batch of the range, in draw order, one at a time. Returns the number of
// draws done: fewer than requested only if the execution was stopped. An exception of `consume`
// ends the run and is rethrown.
std::uint64_t for_each_draw(const LoweredScenario& lowered, const DrawRequest& request,
                            const std::function<void(const DrawBatch&)>& consume);

}  // namespace tranche
