// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/gpu/design_task.hpp"

#include <cassert>

namespace tranche::kernels {

std::vector<OutputRange> output_ranges(const FleetView& view, std::span<const std::int64_t> cells,
                                       std::size_t most) {
  const std::int64_t per_step = value_cells_of_step(view);
  std::vector<OutputRange> ranges;
  std::size_t next = 0;
  for (std::int32_t step = 0; next < cells.size(); ++step) {
    const std::size_t first = next;
    while (next < cells.size() && cells[next] < (step + 1) * per_step) ++next;
    const auto count = static_cast<std::int32_t>(next - first);
    if (!ranges.empty() && static_cast<std::size_t>(ranges.back().count + count) <= most) {
      ranges.back().steps.last = step + 1;
      ranges.back().count += count;
    } else {
      ranges.push_back({{step, step + 1}, static_cast<std::int32_t>(first), count});
    }
  }
  return ranges;
}

std::size_t max_outputs_of_step(const FleetView& view, std::span<const std::int64_t> cells) {
  std::int32_t most = 0;
  for (const OutputRange& range : output_ranges(view, cells, 0)) most = std::max(most, range.count);
  return static_cast<std::size_t>(most);
}

std::vector<MixedColumn> mixed_columns(const DesignModel& model) {
  const FleetData& data = *model.data;
  std::vector<std::int32_t> group_of(static_cast<std::size_t>(data.numbers.column_count), -1);
  for (std::size_t g = 0; g < model.columns.size(); ++g)
    for (const std::int32_t column : model.columns[g])
      group_of[static_cast<std::size_t>(column)] = static_cast<std::int32_t>(g);
  std::vector<MixedColumn> mixed;
  const auto add = [&](std::int32_t column) {
    mixed.push_back({column, group_of[static_cast<std::size_t>(column)]});
  };
  for (const DrawSpec& spec : data.draws)
    for (std::int32_t k = 0; k < spec.count; ++k) add(spec.first_column + k);
  for (const CopulaSpec& spec : data.copulas) add(spec.column);
  return mixed;
}

std::vector<std::int32_t> outputs_of_cells(const DesignModel& model) {
  const FleetView view = model.data->view();
  assert(view.variant_count == 1);
  std::vector<std::int32_t> outputs(static_cast<std::size_t>(cell_count(view)), -1);
  for (std::size_t i = 0; i < model.cells.size(); ++i)
    outputs[static_cast<std::size_t>(model.cells[i])] = static_cast<std::int32_t>(i);
  return outputs;
}

std::vector<DesignPart> parts_of(const DesignTask& task,
                                 const std::vector<DesignSegment>& segments) {
  const auto part_points =
      task.pairs != nullptr ? task.pairs->block_points : static_cast<std::uint64_t>(batch_draws);
  std::vector<DesignPart> parts;
  for (const DesignSegment& segment : segments)
    for (std::int32_t done = 0; done < segment.points;) {
      const std::uint64_t point = segment.first_point + static_cast<std::uint64_t>(done);
      const auto count = static_cast<std::int32_t>(std::min<std::uint64_t>(
          part_points - point % part_points, static_cast<std::uint64_t>(segment.points - done)));
      parts.push_back(
          {static_cast<std::int64_t>(point / part_points), segment.first + done, count});
      done += count;
    }
  return parts;
}

}  // namespace tranche::kernels
