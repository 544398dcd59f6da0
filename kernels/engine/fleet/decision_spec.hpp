// SPDX-License-Identifier: Apache-2.0

// Descriptions of decisions that change: events of a permission, and regimes.
#pragma once

#include "kernels/engine/fleet/spec.hpp"

namespace tranche::kernels {

// A later decision on a permission.
struct EventSpec {
  Slot time;                     // in steps
  std::int32_t is_relative = 0;  // 1: after the event before, or after the permission takes effect
  std::int32_t grants = 0;       // 0: it revokes
  Slot occurs;                   // 0 or 1
};

// PermissionSpec::open_states has a bit for each state.
inline constexpr std::int32_t max_regime_states = 32;

// A Markov chain in continuous time, from the start of the scenario on. It is followed for `jumps`
// changes of state, more than can be expected up to the horizon.
struct RegimeSpec {
  std::int32_t state_count = 0, start = 0;
  std::int32_t rate_begin = 0;  // in FleetView::slots: state_count^2 rates per step, from x to
  std::int32_t jumps = 0;
  Slot wait, next;  // one uniform number for each jump: step_stride counts jumps
  // state columns, one for each of `jumps` + 1 stays: when it begins, and the state
  std::int32_t begins = 0, states = 0;
};

}  // namespace tranche::kernels
