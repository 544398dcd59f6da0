// SPDX-License-Identifier: Apache-2.0

// Numbers over time: the value of each step, computed once for all variants that share it.
// docs/methods/fleet.md, section 1.
#pragma once

#include "kernels/base/math_float.hpp"
#include "kernels/engine/fleet/columns.hpp"
#include "kernels/engine/fleet/month.hpp"

namespace tranche::kernels {

// Value between two points, at `part` of the way, 0 to 1. Exact at both ends.
TRANCHE_HD_INLINE float between_points(float before, float after, float part) {
  const float value = before + part * (after - before);
  return part >= 1.0f ? after : value;
}

// Factor after `periods` of compounded growth: 1.3 after one year of 0.3 per year.
TRANCHE_HD_INLINE float grown_by(float growth_per_period, float periods) {
  return exp(periods * log(1.0f + growth_per_period));
}

// True if the value of the step may differ from that of the step before.
TRANCHE_HD_INLINE bool changes_at(const FleetView& view, const TimelineSpec& spec,
                                  std::int32_t step) {
  if (spec.is_delayed != 0) return true;
  const std::int32_t last = view.timeline_points[spec.point_end - 1].step;
  if (spec.grows != 0 && step > last) return true;
  for (std::int32_t p = spec.point_begin + 1; p < spec.point_end; ++p) {
    const TimelinePoint before = view.timeline_points[p - 1], point = view.timeline_points[p];
    if (before.value.column == point.value.column) continue;
    if (spec.is_linear != 0 ? before.step < step && step <= point.step : point.step == step)
      return true;
  }
  return false;
}

// out = value of the step, of points that stand at their steps.
template <class Lanes>
TRANCHE_HD_INLINE void value_at(const FleetView& view, const Lanes& lanes, const TimelineSpec& spec,
                                std::int32_t step, float* out) {
  std::int32_t p = spec.point_begin;
  while (p + 1 < spec.point_end && view.timeline_points[p + 1].step <= step) ++p;
  const TimelinePoint point = view.timeline_points[p];
  const float* const own = slot(lanes, point.value, 0);
  if (spec.is_linear != 0 && p + 1 < spec.point_end && point.step < step) {
    const TimelinePoint next = view.timeline_points[p + 1];
    const float* const after = slot(lanes, next.value, 0);
    const float part =
        static_cast<float>(step - point.step) / static_cast<float>(next.step - point.step);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = between_points(own[j], after[j], part); });
  } else if (spec.grows != 0 && p + 1 == spec.point_end && point.step < step) {
    const float* const growth = slot(lanes, spec.growth, 0);
    const float periods = static_cast<float>(step - point.step) * spec.periods_per_step;
    lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = own[j] * grown_by(growth[j], periods); });
  } else {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = own[j]; });
  }
}

// out = value of the step, of points that come later by a drawn delay. A point holds in the step
// into which it falls.
template <class Lanes>
TRANCHE_HD_INLINE void delayed_value_at(const FleetView& view, const Lanes& lanes,
                                        const TimelineSpec& spec, std::int32_t step, float* out) {
  const float* const delay = slot(lanes, spec.delay, 0);
  const float* const first = slot(lanes, view.timeline_points[spec.point_begin].value, 0);
  const auto now = static_cast<float>(step);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = first[j]; });
  for (std::int32_t p = spec.point_begin + 1; p < spec.point_end; ++p) {
    const TimelinePoint before = view.timeline_points[p - 1], point = view.timeline_points[p];
    const float* const from = slot(lanes, before.value, 0);
    const float* const to = slot(lanes, point.value, 0);
    const auto begin = static_cast<float>(before.step), end = static_cast<float>(point.step);
    const float length = end - begin;
    if (spec.is_linear != 0)
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float part = (now - delay[j] - begin) / length;
        const float value = between_points(from[j], to[j], min_of(part, 1.0f));
        out[j] = part > 0.0f ? value : out[j];
      });
    else
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        out[j] = end + delay[j] < now + 1.0f ? to[j] : out[j];
      });
  }
  if (spec.grows == 0) return;
  const auto last = static_cast<float>(view.timeline_points[spec.point_end - 1].step);
  const float* const growth = slot(lanes, spec.growth, 0);
  const float periods_per_step = spec.periods_per_step;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const float since = max_of(now - delay[j] - last, 0.0f);
    const float value = out[j] * grown_by(growth[j], since * periods_per_step);
    out[j] = since > 0.0f ? value : out[j];
  });
}

template <class Lanes>
TRANCHE_HD_INLINE void find_value(const FleetView& view, const Lanes& lanes,
                                  const TimelineSpec& spec, std::int32_t step) {
  float* const value = lanes.column(spec.value);
  if (spec.is_delayed != 0)
    delayed_value_at(view, lanes, spec, step, value);
  else
    value_at(view, lanes, spec, step, value);
}

// Values of the first step, and sums of none.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_timelines(const FleetView& view, const Lanes& lanes) {
  for (std::int32_t t = 0; t < view.timeline_count; ++t) {
    const TimelineSpec spec = view.timelines[t];
    find_value(view, lanes, spec, 0);
    if (spec.is_sum == 0) continue;
    float* const sum = lanes.column(spec.sum);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { sum[j] = 0.0f; });
  }
}

// Brings timelines to the step; steps come in order, from 0.
template <class Lanes>
TRANCHE_HD_INLINE void step_timelines(const FleetView& view, const Lanes& lanes,
                                      std::int32_t step) {
  for (std::int32_t t = 0; t < view.timeline_count; ++t) {
    const TimelineSpec spec = view.timelines[t];
    if (step > 0 && changes_at(view, spec, step)) find_value(view, lanes, spec, step);
    if (spec.is_sum == 0) continue;
    const float* const value = lanes.column(spec.value);
    const float* const base = slot(lanes, spec.base, step);
    float* const sum = lanes.column(spec.sum);
    float* const total = lanes.column(spec.total);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      sum[j] = sum[j] + value[j];
      total[j] = base[j] + sum[j];
    });
  }
}

}  // namespace tranche::kernels
