// SPDX-License-Identifier: Apache-2.0

// Comparison with a counterpart whose level grows. docs/methods/fleet.md, section 3.
#pragma once

#include "kernels/base/math_float.hpp"
#include "kernels/engine/fleet/columns.hpp"
#include "kernels/engine/fleet/month.hpp"

namespace tranche::kernels {

inline constexpr float longest_lag_months = 240.0f;

TRANCHE_HD_INLINE float clamped_lag(float months) {
  return max_of(min_of(months, longest_lag_months), -longest_lag_months);
}

// Months until `level` of the compared sum is the counterpart's: positive if behind. The
// counterpart grows as exp(growth x steps). Clamped to +-240 months.
TRANCHE_HD_INLINE float months_behind(float own, float counterpart_level, float growth_per_step,
                                      float time, float months_per_step) {
  const float growth = max_of(growth_per_step, 1e-5f);
  const float ratio = counterpart_level / max_of(own, 1e-30f);
  return clamped_lag((time + log(ratio) / growth) * months_per_step);
}

// Keeps the sum of the growth up to the step, if it changes over time.
template <class Lanes>
TRANCHE_HD_INLINE void keep_growth(const Lanes& lanes, const CounterpartSpec& spec,
                                   std::int32_t step) {
  if (spec.growth.is_timeline == 0) return;
  const float* const grown = slot(lanes, spec.grown, step);
  float* const kept = lanes.column(spec.past_growth + step);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { kept[j] = grown[j]; });
}

// Part of a step, 0 to 1, in which a sum of growth is above `wanted`.
TRANCHE_HD_INLINE float part_above(float wanted, float before, float after) {
  const float part = (after - wanted) / max_of(after - before, 1e-30f);
  return max_of(min_of(part, 1.0f), 0.0f);
}

// out = the ratio of both levels, or the months since the counterpart was at `own`: back along its
// own growth to the start, at the growth of the first step before it, and ahead at that of this
// step.
template <class Lanes>
TRANCHE_HD_INLINE void compare_over_time(const Lanes& lanes, const CounterpartSpec& spec,
                                         MetricKind kind, const float* own, std::int32_t step,
                                         float* out) {
  const float* const level = slot(lanes, spec.level, 0);
  const float* const grown = slot(lanes, spec.grown, step);
  if (kind != MetricKind::months_behind) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = own[j] / (level[j] * exp(grown[j])); });
    return;
  }
  const auto wanted = [=](int j)
                          TRANCHE_INLINE_BODY { return log(max_of(own[j], 1e-30f) / level[j]); };
  constexpr float least_growth = 1e-5f;
  const float* const first = lanes.column(spec.past_growth);
  const float* const growth = slot(lanes, spec.growth, step);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const float before_start = max_of(-wanted(j), 0.0f) / max_of(first[j], least_growth);
    const float ahead = max_of(wanted(j) - grown[j], 0.0f) / max_of(growth[j], least_growth);
    out[j] = before_start - ahead + part_above(wanted(j), 0.0f, first[j]);
  });
  for (std::int32_t s = 1; s <= step; ++s) {
    const float* const before = lanes.column(spec.past_growth + s - 1);
    const float* const after = lanes.column(spec.past_growth + s);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      out[j] = out[j] + part_above(wanted(j), before[j], after[j]);
    });
  }
  const float months_per_step = spec.months_per_step;
  lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = clamped_lag(out[j] * months_per_step); });
}

}  // namespace tranche::kernels
