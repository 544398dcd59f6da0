// SPDX-License-Identifier: Apache-2.0

// Arrival times of the batches of a tranche, and the fraction that has arrived by the end of a
// step.
#pragma once

#include "kernels/engine/fleet/closures.hpp"
#include "kernels/engine/fleet/columns.hpp"
#include "kernels/engine/fleet/month.hpp"

namespace tranche::kernels {

// Closures of the permissions of a schedule, whose test delay is in a temporary column.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_closures(const FleetView& view, const Lanes& lanes,
                                       const ScheduleSpec& spec) {
  const float* const test = lanes.column(view.temporary_columns + 1);
  const float* const announced = slot(lanes, spec.announced, 0);
  const float* const lead_time = slot(lanes, spec.lead_time, 0);
  float* const on_the_way = lanes.column(spec.on_the_way);
  float* const granted = lanes.column(spec.granted_column);
  float* const earliest = lanes.column(spec.looked_at);
  std::int32_t all = 0, idle = 0;
  for (std::int32_t p = spec.permission_begin; p < spec.permission_end; ++p) {
    const PermissionSpec permission = view.permissions[p];
    all += find_closures(view, lanes, permission, spec.closures + 2 * all);
    if (permission.idles != 0)
      idle += find_closures(view, lanes, permission, spec.idle_closures + 2 * idle);
  }
  // Whether anything may move is left to the closures.
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    on_the_way[j] = test[j] + lead_time[j];
    granted[j] = 1.0f;
    earliest[j] = announced[j];
  });
  merge_closures(lanes, spec.closures, all, earliest);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { earliest[j] = -unlimited; });
  merge_closures(lanes, spec.idle_closures, idle, earliest);
}

// Arrival times of batches that are shipped outside of closures only.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_put_off_arrivals(const Lanes& lanes, const ScheduleSpec& spec) {
  const float* const announced = slot(lanes, spec.announced, 0);
  const float* const on_the_way = lanes.column(spec.on_the_way);
  float* const due = lanes.column(spec.looked_at);  // without closures
  lanes.each([=](int j) TRANCHE_INLINE_BODY { due[j] = announced[j]; });
  const float* const interval = slot(lanes, spec.interval, 0);
  const std::int32_t batches = spec.batches > 0 ? spec.batches : 1;
  for (std::int32_t batch = 0; batch < batches; ++batch) {
    float* const arrival = lanes.column(spec.arrival_columns + batch);
    const float wait = batch > 0 ? 1.0f : 0.0f;
    lanes.each([=](int j) TRANCHE_INLINE_BODY { due[j] = due[j] + wait * interval[j]; });
    if (spec.has_slips != 0) {
      const float* const probability = slot(lanes, spec.slip_probability, 0);
      const float* const uniform = slot(lanes, spec.slip_uniform, batch);
      const float* const length = slot(lanes, spec.slip_length, batch);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        due[j] = due[j] + (uniform[j] < probability[j] ? length[j] : 0.0f);
      });
    }
    lanes.each([=](int j) TRANCHE_INLINE_BODY { arrival[j] = due[j]; });
    put_off(lanes, spec.closures, spec.closure_count, arrival);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      arrival[j] = min_of(arrival[j] + on_the_way[j], unlimited);
    });
    if (spec.transit_waits != 0) wait_for_end(lanes, spec.closures, spec.closure_count, arrival);
  }
}

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
  if (spec.closure_count > 0) {
    set_up_closures(view, lanes, spec);
    set_up_put_off_arrivals(lanes, spec);
    return;
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

// The same for even arrival that stands still in closures.
template <class Lanes>
TRANCHE_HD_INLINE void put_off_fraction(const Lanes& lanes, const ScheduleSpec& spec, float time,
                                        const float* delay, float* out) {
  const float* const announced = slot(lanes, spec.announced, 0);
  const float* const duration = slot(lanes, spec.interval, 0);
  const float* const on_the_way = lanes.column(spec.on_the_way);
  float* const shipped = lanes.column(spec.looked_at);  // when the last arrivals were
  if (delay == nullptr)
    lanes.each([=](int j) TRANCHE_INLINE_BODY { shipped[j] = time; });
  else
    lanes.each([=](int j) TRANCHE_INLINE_BODY { shipped[j] = time - delay[j]; });
  if (spec.transit_waits != 0) stop_at_begin(lanes, spec.closures, spec.closure_count, shipped);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { shipped[j] = shipped[j] - on_the_way[j]; });
  open_steps(lanes, spec.closures, spec.closure_count, announced, shipped, out);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = ramp_fraction(out[j], 0.0f, duration[j]); });
}

// out = fraction of the schedule that has arrived `delay` steps before `time` (null: at `time`).
template <class Lanes>
TRANCHE_HD_INLINE void arrived_fraction(const Lanes& lanes, const ScheduleSpec& spec, float time,
                                        const float* delay, float* out) {
  const std::int32_t first = spec.arrival_columns;
  if (spec.batches == 0 && spec.closure_count > 0) {
    put_off_fraction(lanes, spec, time, delay, out);
    return;
  }
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

// Whether permissions are in effect at the end of the step, and the part of it in which chips may
// be used.
template <class Lanes>
TRANCHE_HD_INLINE void step_closures(const Lanes& lanes, const ScheduleSpec& spec,
                                     std::int32_t step) {
  const auto end = static_cast<float>(step + 1);
  float* const is_open = lanes.column(spec.is_open);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { is_open[j] = 1.0f; });
  for (std::int32_t k = 0; k < spec.closure_count; ++k) {
    const ClosureColumns own = closure(lanes, spec.closures, k);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const bool is_in = (own.begin[j] <= end) & (end < own.end[j]);
      is_open[j] = is_in ? 0.0f : is_open[j];
    });
  }
  if (spec.idle_count == 0) return;
  float* const in_use = lanes.column(spec.in_use);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { in_use[j] = 1.0f; });
  for (std::int32_t k = 0; k < spec.idle_count; ++k) {
    const ClosureColumns own = closure(lanes, spec.idle_closures, k);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const float closed = min_of(own.end[j], end) - max_of(own.begin[j], end - 1.0f);
      in_use[j] = max_of(in_use[j] - max_of(closed, 0.0f), 0.0f);
    });
  }
}

// Stores the fraction that has arrived by the end of the step, for the installation delay.
template <class Lanes>
TRANCHE_HD_INLINE void step_schedule(const Lanes& lanes, const ScheduleSpec& spec,
                                     std::int32_t step) {
  float* const now = lanes.column(spec.fraction);
  arrived_fraction(lanes, spec, static_cast<float>(step + 1), nullptr, now);
  if (spec.closure_count > 0) step_closures(lanes, spec, step);
  if (spec.past_steps == 0) return;
  float* const kept = lanes.column(spec.past_columns + (step + 1) % spec.past_steps);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { kept[j] = now[j]; });
}

}  // namespace tranche::kernels
