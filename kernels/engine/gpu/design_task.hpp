// SPDX-License-Identifier: Apache-2.0

// A design as a GPU evaluates it, and the index lists derived from it in advance.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "kernels/engine/gpu/design_plan.hpp"
#include "kernels/engine/gpu/design_program.hpp"

namespace tranche::kernels {

// A design; exactly one of the two methods is set.
struct DesignTask {
  const DesignModel& model;
  const DesignWork& work;
  const PairDesign* pairs = nullptr;
  const EffectDesign* effects = nullptr;

  std::size_t rows() const {
    return 2 * model.numbers->numbers.size() + (effects != nullptr ? model.columns.size() : 0);
  }
  int points_at_once() const {
    return pairs == nullptr
               ? batch_draws
               : static_cast<int>(std::min<std::uint64_t>(pairs->block_points, batch_draws));
  }
};

// Steps whose outputs are summed at once.
struct OutputRange {
  StepRange steps;
  std::int32_t first, count;
};
// Returns ranges in order, each of at most `most` outputs unless a single step has more; steps
// after the last output are left out.
std::vector<OutputRange> output_ranges(const FleetView& view, std::span<const std::int64_t> cells,
                                       std::size_t most);
// Largest number of outputs of a step.
std::size_t max_outputs_of_step(const FleetView& view, std::span<const std::int64_t> cells);
// Every drawn column.
std::vector<MixedColumn> mixed_columns(const DesignModel& model);
// Output of each cell, or -1.
std::vector<std::int32_t> outputs_of_cells(const DesignModel& model);
// Parts of a piece, in order.
std::vector<DesignPart> parts_of(const DesignTask& task,
                                 const std::vector<DesignSegment>& segments);

}  // namespace tranche::kernels
