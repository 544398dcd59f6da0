// SPDX-License-Identifier: Apache-2.0

// Times in which a permission is not in effect: before it is granted, after it is revoked, and in
// some states of its regime. docs/methods/fleet.md, section 1.
//
// A closure is a half-open interval [begin, end) in steps, in two columns. An empty one has
// begin = end. What would have been shipped in a closure is shipped later by its length.
#pragma once

#include "kernels/engine/fleet/columns.hpp"
#include "kernels/engine/fleet/month.hpp"

namespace tranche::kernels {

struct ClosureColumns {
  float *begin, *end;
};
template <class Lanes>
TRANCHE_HD_INLINE ClosureColumns closure(const Lanes& lanes, std::int32_t first, std::int32_t k) {
  return {lanes.column(first + 2 * k), lanes.column(first + 2 * k + 1)};
}

// Writes the closures of one permission from `first` on, and returns their number: one until it is
// granted, one for each event that revokes it, and one for each stay of its regime.
template <class Lanes>
TRANCHE_HD_INLINE std::int32_t find_closures(const FleetView& view, const Lanes& lanes,
                                             const PermissionSpec& permission, std::int32_t first) {
  std::int32_t count = 1;
  float* const before = lanes.column(view.temporary_columns + 2);  // time of the last event
  float* const is_open = lanes.column(view.temporary_columns + 3);
  const float* const granted = slot(lanes, permission.granted, 0);
  const float* const decided = slot(lanes, permission.effective, 0);
  const float* const delay = slot(lanes, permission.delay, 0);
  const ClosureColumns until = closure(lanes, first, 0);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    before[j] = decided[j] + delay[j];
    is_open[j] = granted[j] > 0.5f ? 1.0f : 0.0f;
    until.begin[j] = -unlimited;
    until.end[j] = granted[j] > 0.5f ? before[j] : unlimited;
  });
  for (std::int32_t e = permission.event_begin; e < permission.event_end; ++e) {
    const EventSpec event = view.events[e];
    const float* const time = slot(lanes, event.time, 0);
    const float* const occurs = slot(lanes, event.occurs, 0);
    const float from = event.is_relative != 0 ? 1.0f : 0.0f;
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      before[j] = max_of(before[j], time[j] + from * before[j]);
    });
    if (event.grants != 0) {
      for (std::int32_t k = 0; k < count; ++k) {
        const ClosureColumns open_ended = closure(lanes, first, k);
        lanes.each([=](int j) TRANCHE_INLINE_BODY {
          const bool ends = (occurs[j] > 0.5f) & (open_ended.begin[j] < unlimited) &
                            (open_ended.end[j] >= unlimited);
          open_ended.end[j] = ends ? before[j] : open_ended.end[j];
        });
      }
      lanes.each([=](int j)
                     TRANCHE_INLINE_BODY { is_open[j] = occurs[j] > 0.5f ? 1.0f : is_open[j]; });
      continue;
    }
    const ClosureColumns revoked = closure(lanes, first, count);
    ++count;
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const bool begins = (occurs[j] > 0.5f) & (is_open[j] > 0.5f);
      revoked.begin[j] = begins ? before[j] : unlimited;
      revoked.end[j] = unlimited;
      is_open[j] = begins ? 0.0f : is_open[j];
    });
  }
  if (permission.regime < 0) return count;
  const RegimeSpec regime = view.regimes[permission.regime];
  for (std::int32_t k = 0; k <= regime.jumps; ++k, ++count) {
    const float* const begin = lanes.column(regime.begins + k);
    const float* const state = lanes.column(regime.states + k);
    const float* const end = lanes.column(regime.begins + (k < regime.jumps ? k + 1 : k));
    const float last = k == regime.jumps ? 1.0f : 0.0f;
    const std::uint32_t open_states = permission.open_states;
    const ClosureColumns stay = closure(lanes, first, count);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const auto which = static_cast<std::uint32_t>(state[j]);
      const float until_then = last > 0.0f ? unlimited : end[j];
      stay.begin[j] = begin[j];
      stay.end[j] = (open_states >> which & 1u) != 0 ? begin[j] : until_then;
    });
  }
  return count;
}

// Sorts closures by their begin, and makes them disjoint; their union from `earliest` on stays.
template <class Lanes>
TRANCHE_HD_INLINE void merge_closures(const Lanes& lanes, std::int32_t first, std::int32_t count,
                                      const float* earliest) {
  for (std::int32_t pass = 0; pass < count; ++pass)
    for (std::int32_t k = pass % 2; k + 1 < count; k += 2) {
      const ClosureColumns a = closure(lanes, first, k), b = closure(lanes, first, k + 1);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const bool swaps = b.begin[j] < a.begin[j];
        const float begin = a.begin[j], end = a.end[j];
        a.begin[j] = swaps ? b.begin[j] : begin;
        a.end[j] = swaps ? b.end[j] : end;
        b.begin[j] = swaps ? begin : b.begin[j];
        b.end[j] = swaps ? end : b.end[j];
      });
    }
  for (std::int32_t k = 0; k < count; ++k) {
    const ClosureColumns own = closure(lanes, first, k);
    const float* const ended = k > 0 ? closure(lanes, first, k - 1).end : earliest;
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      own.begin[j] = max_of(own.begin[j], ended[j]);
      own.end[j] = max_of(own.end[j], own.begin[j]);
    });
  }
}

// time = when what is due at `time` is shipped: after the closures that begin by then.
template <class Lanes>
TRANCHE_HD_INLINE void put_off(const Lanes& lanes, std::int32_t first, std::int32_t count,
                               float* time) {
  for (std::int32_t k = 0; k < count; ++k) {
    const ClosureColumns own = closure(lanes, first, k);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const float length = own.end[j] - own.begin[j];
      time[j] = own.begin[j] <= time[j] ? min_of(time[j] + length, unlimited) : time[j];
    });
  }
}

// time = end of the closure that contains it; unchanged outside of closures.
template <class Lanes>
TRANCHE_HD_INLINE void wait_for_end(const Lanes& lanes, std::int32_t first, std::int32_t count,
                                    float* time) {
  for (std::int32_t k = 0; k < count; ++k) {
    const ClosureColumns own = closure(lanes, first, k);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const bool is_in = (own.begin[j] <= time[j]) & (time[j] < own.end[j]);
      time[j] = is_in ? own.end[j] : time[j];
    });
  }
}

// time = begin of the closure that contains it; unchanged outside of closures.
template <class Lanes>
TRANCHE_HD_INLINE void stop_at_begin(const Lanes& lanes, std::int32_t first, std::int32_t count,
                                     float* time) {
  for (std::int32_t k = 0; k < count; ++k) {
    const ClosureColumns own = closure(lanes, first, k);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const bool is_in = (own.begin[j] <= time[j]) & (time[j] < own.end[j]);
      time[j] = is_in ? own.begin[j] : time[j];
    });
  }
}

// out = steps of (from, to] that lie outside of closures.
template <class Lanes>
TRANCHE_HD_INLINE void open_steps(const Lanes& lanes, std::int32_t first, std::int32_t count,
                                  const float* from, const float* to, float* out) {
  lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = max_of(to[j] - from[j], 0.0f); });
  for (std::int32_t k = 0; k < count; ++k) {
    const ClosureColumns own = closure(lanes, first, k);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const float closed = min_of(own.end[j], to[j]) - max_of(own.begin[j], from[j]);
      out[j] = max_of(out[j] - max_of(closed, 0.0f), 0.0f);
    });
  }
}

}  // namespace tranche::kernels
