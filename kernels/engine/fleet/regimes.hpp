// SPDX-License-Identifier: Apache-2.0

// Paths of regimes: the waiting time in a state is exponential with the sum of the rates out of it,
// and the next state is drawn in proportion to them (Norris, Markov Chains, 1997, section 2.6).
#pragma once

#include "kernels/base/math_float.hpp"
#include "kernels/engine/fleet/columns.hpp"
#include "kernels/engine/fleet/month.hpp"

namespace tranche::kernels {

// exit = sum of the rates out of the state of each draw.
template <class Lanes>
TRANCHE_HD_INLINE void find_exit_rate(const FleetView& view, const Lanes& lanes,
                                      const RegimeSpec& spec, const float* state, float* exit) {
  lanes.each([=](int j) TRANCHE_INLINE_BODY { exit[j] = 0.0f; });
  for (std::int32_t from = 0; from < spec.state_count; ++from)
    for (std::int32_t to = 0; to < spec.state_count; ++to) {
      const auto here = static_cast<float>(from);
      const float* const rate =
          slot(lanes, view.slots[spec.rate_begin + from * spec.state_count + to], 0);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        exit[j] = exit[j] + (state[j] == here ? rate[j] : 0.0f);
      });
    }
}

// next = state after the jump; `point` is a uniform number times the exit rate.
template <class Lanes>
TRANCHE_HD_INLINE void find_next_state(const FleetView& view, const Lanes& lanes,
                                       const RegimeSpec& spec, const float* state, float* point,
                                       float* next) {
  lanes.each([=](int j) TRANCHE_INLINE_BODY { next[j] = state[j]; });
  for (std::int32_t from = 0; from < spec.state_count; ++from)
    for (std::int32_t to = 0; to < spec.state_count; ++to) {
      const auto here = static_cast<float>(from), there = static_cast<float>(to);
      const float* const rate =
          slot(lanes, view.slots[spec.rate_begin + from * spec.state_count + to], 0);
      // The last state with a rate whose interval has begun.
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const bool is_here = (state[j] == here) & (rate[j] > 0.0f) & (point[j] >= 0.0f);
        next[j] = is_here ? there : next[j];
        point[j] = is_here ? point[j] - rate[j] : point[j];
      });
    }
}

template <class Lanes>
TRANCHE_HD_INLINE void set_up_regime(const FleetView& view, const Lanes& lanes,
                                     const RegimeSpec& spec) {
  float* const exit = lanes.column(view.temporary_columns);
  float* const point = lanes.column(view.temporary_columns + 1);
  float* const first_begin = lanes.column(spec.begins);
  float* const first_state = lanes.column(spec.states);
  const auto start = static_cast<float>(spec.start);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    first_begin[j] = 0.0f;
    first_state[j] = start;
  });
  for (std::int32_t k = 0; k < spec.jumps; ++k) {
    const float* const begin = lanes.column(spec.begins + k);
    const float* const state = lanes.column(spec.states + k);
    float* const end = lanes.column(spec.begins + k + 1);
    float* const next = lanes.column(spec.states + k + 1);
    const float* const wait = slot(lanes, spec.wait, k);
    const float* const choice = slot(lanes, spec.next, k);
    find_exit_rate(view, lanes, spec, state, exit);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const float steps = -log(max_of(wait[j], 1e-30f)) / max_of(exit[j], 1e-30f);
      end[j] = min_of(begin[j] + steps, unlimited);
      point[j] = choice[j] * exit[j];
    });
    find_next_state(view, lanes, spec, state, point, next);
  }
}

}  // namespace tranche::kernels
