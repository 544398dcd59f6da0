// SPDX-License-Identifier: Apache-2.0

// Columns of numbers that change over time: a part of ColumnPlan.
#include <fmt/format.h>

#include <optional>

#include "kernels/engine/fleet/members.hpp"
#include "sim/input/year_month.hpp"
#include "sim/simulate/lowering/column_plan.hpp"

namespace tranche {
namespace {

using kernels::Slot;
using kernels::TimelinePoint;
using kernels::TimelineSpec;

std::int32_t step_of_month(std::int32_t month, std::int32_t months_per_step) {
  const std::int32_t whole = month / months_per_step;
  return month % months_per_step < 0 ? whole - 1 : whole;
}

std::string text_of(const Slot& slot) {
  return fmt::format("{}:{}:{}", slot.column, slot.step_stride, slot.is_timeline);
}

}  // namespace

// Appends the points, and returns the first.
std::int32_t ColumnPlan::points_of(const Input& input, double factor, const Owner& owner) {
  const Schedule& schedule = *input.schedule;
  const std::int32_t first = size_of(data_.timeline_points);
  // The value between amounts, and before the first.
  const auto add_nothing = [&](std::int32_t step) {
    data_.timeline_points.push_back({step, constant(0.0)});
  };
  std::optional<std::size_t> own;  // among the drawn inputs
  for (std::size_t p = 0; p < schedule.points.size(); ++p) {
    const Schedule::Point& point = schedule.points[p];
    const std::int32_t step = step_of_month(point.month, months_per_step_);
    Slot value;
    if (point.value.distribution.is_constant()) {
      value = constant(point.value.distribution.parameters.at(0) * factor);
    } else if (point.value.variable != input.variable) {
      value = drawn_input(point.value, factor, owner, "");
    } else {
      // All points with the schedule's own random number are one input.
      const InputInstance instance = instance_of(point.value, factor, owner);
      Input whole = point.value;
      whole.text = input.text;
      if (own)
        add_instance(*own, instance);
      else
        own = remember(whole, instance);
      value = {instance.column, 0};
    }
    if (schedule.are_amounts && p == 0) add_nothing(step - 1);
    data_.timeline_points.push_back({step, value});
    const bool is_followed =
        p + 1 < schedule.points.size() &&
        step_of_month(schedule.points[p + 1].month, months_per_step_) == step + 1;
    if (schedule.are_amounts && !is_followed) add_nothing(step + 1);
  }
  return first;
}

TimelineSpec ColumnPlan::timeline_of(const Input& input, double factor, const Owner& owner) {
  const Schedule& schedule = *input.schedule;
  TimelineSpec spec;
  spec.point_begin = points_of(input, factor, owner);
  spec.point_end = size_of(data_.timeline_points);
  spec.is_linear = schedule.is_linear ? 1 : 0;
  spec.growth = spec.delay = spec.base = constant(0.0);
  if (schedule.growth && !is_always(*schedule.growth, 0.0)) {
    spec.grows = 1;
    const double period_s = schedule.growth_period_months * seconds_per_month;
    spec.growth = this->input(*schedule.growth, period_s, owner);
    spec.periods_per_step =
        static_cast<float>(months_per_step_) / static_cast<float>(schedule.growth_period_months);
  }
  if (schedule.delay && !is_always(*schedule.delay, 0.0)) {
    spec.is_delayed = 1;
    spec.delay = this->input(*schedule.delay, 1.0 / (months_per_step_ * seconds_per_month), owner);
  }
  if (schedule.are_amounts) spec.is_sum = 1;
  return spec;
}

Slot ColumnPlan::timeline(TimelineSpec spec) {
  std::string key = fmt::format("{}{}{}{}{}", spec.is_linear, spec.grows, spec.is_delayed,
                                spec.is_sum, spec.periods_per_step);
  for (const Slot& slot : {spec.growth, spec.delay, spec.base}) key += "," + text_of(slot);
  for (std::int32_t p = spec.point_begin; p < spec.point_end; ++p) {
    const TimelinePoint& point = data_.timeline_points[static_cast<std::size_t>(p)];
    key += fmt::format("|{}={}", point.step, text_of(point.value));
  }
  const auto [found, is_new] = timelines_.try_emplace(key);
  if (!is_new) {
    data_.timeline_points.resize(static_cast<std::size_t>(spec.point_begin));
    return found->second;
  }
  spec.value = state();
  if (spec.is_sum != 0) {
    spec.sum = state();
    spec.total = state();
  }
  data_.timelines.push_back(spec);
  found->second = {spec.is_sum != 0 ? spec.total : spec.value, 0, 1};
  return found->second;
}

Slot ColumnPlan::accumulated(const Input& rate, double factor, Slot base, const Owner& owner) {
  TimelineSpec spec = timeline_of(rate, factor, owner);
  spec.is_sum = 1;
  spec.base = base;
  return timeline(spec);
}

}  // namespace tranche
