// SPDX-License-Identifier: Apache-2.0

// What a GPU is asked for a design, and the lists that follow from it before anything runs.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "kernels/engine/gpu/design_plan.hpp"
#include "kernels/engine/gpu/design_program.hpp"

namespace tranche::kernels {

// What is asked of a design: one of the two.
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

// Steps whose outputs are summed up at once.
struct OutputRange {
  StepRange steps;
  std::int32_t first, count;
};
// In order, each of at most `most` outputs but those of one step; steps after the last output
// are left out.
std::vector<OutputRange> output_ranges(const FleetView& view, std::span<const std::int64_t> cells,
                                       std::size_t most);
// The most outputs that a step has.
std::size_t most_outputs_of_step(const FleetView& view, std::span<const std::int64_t> cells);
// Every column that is drawn.
std::vector<MixedColumn> mixed_columns(const DesignModel& model);
// For each cell its output, or -1.
std::vector<std::int32_t> outputs_of_cells(const DesignModel& model);
// The parts of a piece, in order.
std::vector<DesignPart> parts_of(const DesignTask& task,
                                 const std::vector<DesignSegment>& segments);

}  // namespace tranche::kernels
