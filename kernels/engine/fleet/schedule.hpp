// SPDX-License-Identifier: Apache-2.0

// Arrival times of the batches of a tranche, and the fraction that has arrived by the end of a
// step.
#pragma once

#include "kernels/engine/fleet/columns.hpp"
#include "kernels/engine/fleet/month.hpp"

namespace tranche::kernels {

// Arrival times of the batches of one tranche, in steps from the start.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_schedule(const FleetView& view, const Lanes& lanes,
                                       const ScheduleSpec& spec) {
  float* const granted = lanes.column(spec.granted_column);
  float* const effective = lanes.column(view.temporary_columns);
  float* const test = lanes.column(view.temporary_columns + 1);
  const float* const announced = slot(lanes, spec.announced, 0);
  const float* const lead_time = slot(lanes, spec.lead_time, 0);
  if (spec.past_steps > 0) {
    float* const start = lanes.column(spec.past_columns);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { start[j] = 0.0f; });
  }
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    granted[j] = 1.0f;
    effective[j] = announced[j];
    test[j] = 0.0f;
  });
  for (std::int32_t p = spec.permission_begin; p < spec.permission_end; ++p) {
    const PermissionSpec permission = view.permissions[p];
    const float* const outcome = slot(lanes, permission.granted, 0);
    const float* const decided = slot(lanes, permission.effective, 0);
    const float* const delay = slot(lanes, permission.delay, 0);
    const float* const test_delay = slot(lanes, permission.test_delay, 0);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      granted[j] = outcome[j] > 0.5f ? granted[j] : 0.0f;
      effective[j] = max_of(effective[j], decided[j] + delay[j]);
      test[j] = max_of(test[j], test_delay[j]);
    });
  }
  float* const first = lanes.column(spec.arrival_columns);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { first[j] = effective[j] + test[j] + lead_time[j]; });
  if (spec.batches == 0) return;

  const float* const interval = slot(lanes, spec.interval, 0);
  const float* const probability = slot(lanes, spec.slip_probability, 0);
  for (std::int32_t batch = 0; batch < spec.batches; ++batch) {
    const float* const before = lanes.column(spec.arrival_columns + (batch > 0 ? batch - 1 : 0));
    float* const arrival = lanes.column(spec.arrival_columns + batch);
    const float wait = batch > 0 ? 1.0f : 0.0f;
    if (spec.has_slips != 0) {
      const float* const uniform = slot(lanes, spec.slip_uniform, batch);
      const float* const length = slot(lanes, spec.slip_length, batch);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float slip = uniform[j] < probability[j] ? length[j] : 0.0f;
        arrival[j] = before[j] + wait * interval[j] + slip;
      });
    } else {
      lanes.each([=](int j) TRANCHE_INLINE_BODY { arrival[j] = before[j] + wait * interval[j]; });
    }
  }
}

// Adds to `out`, or writes there, how many of `count` batches have arrived `delay` steps before
// `time`; the arrival times begin at `arrivals`. delay is null for no delay.
template <int count, bool is_first, class Lanes>
TRANCHE_HD_INLINE void count_arrivals(const Lanes& lanes, std::int32_t arrivals, float time,
                                      const float* delay, float* out) {
  const float* arrival[static_cast<std::size_t>(count)];
  for (int b = 0; b < count; ++b) arrival[b] = lanes.column(arrivals + b);
  const auto arrived_by = [=](int j, float late) TRANCHE_INLINE_BODY {
    float batches = 0.0f;
    for (int b = 0; b < count; ++b)
      batches = batches + (arrival[b][j] + late <= time ? 1.0f : 0.0f);
    return batches;
  };
  if (delay == nullptr)
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      out[j] = (is_first ? 0.0f : out[j]) + arrived_by(j, 0.0f);
    });
  else
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      out[j] = (is_first ? 0.0f : out[j]) + arrived_by(j, delay[j]);
    });
}

// out = fraction of the schedule that has arrived `delay` steps before `time` (null: at `time`).
template <class Lanes>
TRANCHE_HD_INLINE void arrived_fraction(const Lanes& lanes, const ScheduleSpec& spec, float time,
                                        const float* delay, float* out) {
  const std::int32_t first = spec.arrival_columns;
  if (spec.batches == 0) {
    const float* const begin = lanes.column(first);
    const float* const duration = slot(lanes, spec.interval, 0);
    if (delay == nullptr)
      lanes.each([=](int j)
                     TRANCHE_INLINE_BODY { out[j] = ramp_fraction(time, begin[j], duration[j]); });
    else
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        out[j] = ramp_fraction(time - delay[j], begin[j], duration[j]);
      });
    return;
  }
  std::int32_t done = spec.batches % 4;
  if (done == 0) count_arrivals<4, true>(lanes, first, time, delay, out);
  if (done == 1) count_arrivals<1, true>(lanes, first, time, delay, out);
  if (done == 2) count_arrivals<2, true>(lanes, first, time, delay, out);
  if (done == 3) count_arrivals<3, true>(lanes, first, time, delay, out);
  for (done = done == 0 ? 4 : done; done < spec.batches; done += 4)
    count_arrivals<4, false>(lanes, first + done, time, delay, out);
  const float batches = static_cast<float>(spec.batches);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = out[j] / batches; });
}

// Stores the fraction that has arrived by the end of the step, for the installation delay.
template <class Lanes>
TRANCHE_HD_INLINE void step_schedule(const Lanes& lanes, const ScheduleSpec& spec,
                                     std::int32_t step) {
  float* const now = lanes.column(spec.fraction);
  arrived_fraction(lanes, spec, static_cast<float>(step + 1), nullptr, now);
  if (spec.past_steps == 0) return;
  float* const kept = lanes.column(spec.past_columns + (step + 1) % spec.past_steps);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { kept[j] = now[j]; });
}

}  // namespace tranche::kernels
