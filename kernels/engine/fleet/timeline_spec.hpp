// SPDX-License-Identifier: Apache-2.0

// Description of a number over time: values at certain steps, and what holds between them.
#pragma once

#include "kernels/engine/fleet/spec.hpp"

namespace tranche::kernels {

// A value of a timeline from a step on. Steps before the start are negative.
struct TimelinePoint {
  std::int32_t step = 0;
  Slot value;
};

// A number whose value is kept in one column, which is rewritten in the steps where it changes.
// Before the first point its value holds, after the last point that one, times the growth.
struct TimelineSpec {
  std::int32_t point_begin = 0, point_end = 0;  // at least one, in ascending order of their steps
  std::int32_t is_linear = 0;                   // 0: a value holds until the next point
  std::int32_t grows = 0;                       // 1: `growth` holds from the last point on
  Slot growth;                                  // a fraction per period, compounded
  float periods_per_step = 0;
  std::int32_t is_delayed = 0;  // 1: every point comes `delay` steps later
  Slot delay;
  std::int32_t is_sum = 0;  // 1: the result is `base` plus the values of all steps so far
  Slot base;
  // state columns
  std::int32_t value = 0;  // of the step
  std::int32_t sum = 0;    // if is_sum: of the values so far
  std::int32_t total = 0;  // if is_sum: with `base`
};

}  // namespace tranche::kernels
