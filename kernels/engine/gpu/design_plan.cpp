// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/gpu/design_plan.hpp"

#include <algorithm>

#include "kernels/engine/gpu/layout.hpp"
#include "kernels/engine/gpu/pieces.hpp"

namespace tranche::kernels {

static_assert(batch_draws % gpu_piece_unit_draws == 0);

std::uint64_t room_of(std::uint64_t points) {
  constexpr std::uint64_t batch = batch_draws;
  return (points + batch - 1) / batch * batch;
}

std::optional<DesignPlan> plan_design(const DesignBytes& bytes, std::uint64_t points,
                                      std::size_t groups, std::size_t step_outputs,
                                      std::size_t all_outputs, std::size_t budget_bytes) {
  // The same limit as for records; see plan_piece.
  constexpr std::size_t outputs_budget_bytes = std::size_t{512} << 20;
  constexpr std::uint64_t unit = batch_draws;
  DesignPlan plan{unit, groups, std::max<std::size_t>(step_outputs, 1)};
  const std::size_t draw_bytes = plan.bytes({bytes.draw, 0, bytes.output}) / plan.draws();
  const std::size_t affordable = budget_bytes / unit;  // bytes per point
  if (affordable < 3 * draw_bytes + bytes.point) return std::nullopt;
  plan.groups = std::min(groups, (affordable - bytes.point) / draw_bytes - 2);
  const std::size_t point_bytes = (plan.groups + 2) * draw_bytes + bytes.point;
  const std::uint64_t most = std::min(
      {room_of(points), budget_bytes / point_bytes, largest_piece_draws / (plan.groups + 2)});
  plan.points = std::max(most / unit, std::uint64_t{1}) * unit;
  const std::size_t left_bytes =
      budget_bytes -
      plan.points * (point_bytes - (plan.groups + 2) * 2 * plan.outputs * bytes.output);
  const std::size_t fit =
      std::min(left_bytes / 2, outputs_budget_bytes) / (plan.draws() * bytes.output);
  plan.outputs = std::clamp(fit, plan.outputs, std::max(all_outputs, plan.outputs));
  return plan;
}

std::span<const DesignUnit> DesignQueue::take(std::uint64_t points) {
  const std::lock_guard lock(mutex_);
  const std::size_t first = taken_;
  std::uint64_t room = 0;
  while (taken_ < units_.size()) {
    const DesignUnit& next = units_[taken_];
    const bool is_alike = next.first_group == units_[first].first_group &&
                          next.last_group == units_[first].last_group;
    room += room_of(next.points);
    if (taken_ > first && (!is_alike || room > points)) break;
    ++taken_;
  }
  return units_.subspan(first, taken_ - first);
}

void DesignQueue::close() {
  const std::lock_guard lock(mutex_);
  taken_ = units_.size();
}

std::vector<std::vector<DesignSegment>> pieces_of(std::span<const DesignUnit> units,
                                                  std::uint64_t points) {
  std::vector<std::vector<DesignSegment>> pieces;
  std::uint64_t room = 0;  // left in the last piece
  for (const DesignUnit& unit : units)
    for (std::uint64_t done = 0; done < unit.points;) {
      if (room == 0) {
        pieces.emplace_back();
        room = points;
      }
      const std::uint64_t count = std::min(unit.points - done, room);
      pieces.back().push_back({unit.first_point + done, static_cast<std::int32_t>(points - room),
                               static_cast<std::int32_t>(count)});
      done += count;
      room -= room_of(count);
    }
  return pieces;
}

}  // namespace tranche::kernels
