// SPDX-License-Identifier: Apache-2.0

// Chips of a firm's deliveries that are at least the installation delay old and can be installed.
// docs/methods/fleet.md, section 1.
#pragma once

#include <cstddef>

#include "kernels/engine/fleet/firm_step.hpp"
#include "kernels/engine/fleet/month.hpp"
#include "kernels/engine/fleet/schedule.hpp"

namespace tranche::kernels {

// Whole steps of the firm's installation delay (at least one), and the fraction of the following
// step that has passed. Both are constant over steps.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_delay(const Lanes& lanes, const FirmSpec& firm,
                                    std::int32_t past_steps) {
  const float* const delay = slot(lanes, firm.installation_delay, 0);
  float* const lag = lanes.column(firm.lag);
  float* const since = lanes.column(firm.lag + 1);
  const auto longest = static_cast<float>(past_steps - 1);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const float whole = static_cast<float>(static_cast<std::int32_t>(min_of(delay[j], longest)));
    const float steps = max_of(min_of(whole < delay[j] ? whole + 1.0f : whole, longest), 1.0f);
    lag[j] = steps;
    since[j] = max_of(steps - delay[j], 0.0f);
  });
}

// Columns for a line's past deliveries that the interpolation needs.
struct DeliveredColumns {
  float *before, *after, *fraction_before, *fraction_after;
};

// Gathers past deliveries of draws with a lag of `first` to `first + count - 1` steps, one lag
// beside the other, so that neighbouring draws read neighbouring memory. A lag to before the start
// reads the first step.
template <int count, class Lanes>
TRANCHE_HD_INLINE void take_past(const FirmStep<Lanes>& at, const AllotmentSpec& allotment,
                                 const ScheduleSpec& schedule, std::int32_t first,
                                 const DeliveredColumns& out) {
  const auto& lanes = at.lanes;
  struct Past {
    const float *before, *after, *fraction_before, *fraction_after;
  } pasts[static_cast<std::size_t>(count)];
  for (int k = 0; k < count; ++k) {
    const std::int32_t looked_at = at.step + 1 - first - k;
    const std::int32_t step = looked_at > 0 ? looked_at : 0;
    const std::int32_t before = step % schedule.past_steps;
    const std::int32_t after = (step + 1) % schedule.past_steps;
    pasts[k] = {
        lanes.column(allotment.past_columns + before), lanes.column(allotment.past_columns + after),
        lanes.column(schedule.past_columns + before), lanes.column(schedule.past_columns + after)};
  }
  const float* const lag = lanes.column(at.firm.lag);
  const auto min_lag = static_cast<float>(first);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    float before = out.before[j], after = out.after[j];
    float fraction_before = out.fraction_before[j], fraction_after = out.fraction_after[j];
    for (int k = 0; k < count; ++k) {
      const bool is_own = lag[j] == min_lag + static_cast<float>(k);
      before = is_own ? pasts[k].before[j] : before;
      after = is_own ? pasts[k].after[j] : after;
      fraction_before = is_own ? pasts[k].fraction_before[j] : fraction_before;
      fraction_after = is_own ? pasts[k].fraction_after[j] : fraction_after;
    }
    out.before[j] = before;
    out.after[j] = after;
    out.fraction_before[j] = fraction_before;
    out.fraction_after[j] = fraction_after;
  });
}

// ready = chips of the line's deliveries that can be installed.
template <class Lanes>
TRANCHE_HD_INLINE void find_ready(const FirmStep<Lanes>& at, std::int32_t l) {
  const auto& lanes = at.lanes;
  const AllotmentSpec& allotment = at.view.allotments[l];
  const ScheduleSpec& schedule = at.view.schedules[allotment.schedule];
  const float* const delivered = lanes.column(allotment.delivered);
  float* const out = at.of_line(l, ready);
  if (at.firm.is_delayed == 0) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = delivered[j]; });
    return;
  }
  const float* const delay = slot(lanes, at.firm.installation_delay, at.step);
  const float* const lag = lanes.column(at.firm.lag);
  const float* const since = lanes.column(at.firm.lag + 1);
  float* const early = at.of_line(l, wanted);
  arrived_fraction(lanes, schedule, static_cast<float>(at.step + 1), delay, early);
  const DeliveredColumns past{at.of_line(l, given), out, at.of_line(l, line_rate_part),
                              at.of_line(l, line_power_part)};
  const LaneRange lags = lanes.range_of(lag);
  constexpr int lags_at_once = 4;
  for (auto m = static_cast<std::int32_t>(lags.least); m <= static_cast<std::int32_t>(lags.most);
       m += lags_at_once)
    take_past<lags_at_once>(at, allotment, schedule, m, past);
  const auto steps = static_cast<float>(at.step + 1);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const float has_begun = lag[j] <= steps ? 1.0f : 0.0f;
    out[j] = delivered_by({past.before[j], past.after[j], past.fraction_before[j],
                           past.fraction_after[j], early[j], since[j] * has_begun});
  });
}

}  // namespace tranche::kernels
