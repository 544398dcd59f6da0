// SPDX-License-Identifier: Apache-2.0

// Sums accumulated sequentially over the points of a sensitivity design.
#pragma once

#include "kernels/engine/design/pick_freeze.hpp"

namespace tranche::kernels {

// Moments of one output over a block of points A and B, relative to its centre.
struct DesignMoments {
  double a = 0, aa = 0, b = 0, bb = 0;
};

TRANCHE_HD_INLINE void add_point(DesignMoments& sums, float value_a, float value_b, double centre) {
  const double a = static_cast<double>(value_a) - centre;
  const double b = static_cast<double>(value_b) - centre;
  sums.a += a;
  sums.aa += a * a;
  sums.b += b;
  sums.bb += b * b;
}

// Elementary effects of one group on one output (Morris 1991): change of the output per step of
// probability, in the upward direction.
struct EffectSums {
  double effect = 0, magnitude = 0, square = 0;
};

// Step of a group, in probability.
inline constexpr double effect_step = 0.5;

TRANCHE_HD_INLINE void add_effect(EffectSums& sums, float from, float to, bool is_upwards) {
  const double change = (static_cast<double>(to) - static_cast<double>(from)) / effect_step;
  const double effect = is_upwards ? change : -change;
  sums.effect += effect;
  sums.magnitude += effect < 0 ? -effect : effect;
  sums.square += effect * effect;
}

// Adds sums that were accumulated elsewhere.
inline void add_to(PickFreezeSums& to, const PickFreezeSums& more) {
  to.first += more.first;
  to.total += more.total;
}
inline void add_to(DesignMoments& to, const DesignMoments& more) {
  to.a += more.a;
  to.aa += more.aa;
  to.b += more.b;
  to.bb += more.bb;
}
inline void add_to(EffectSums& to, const EffectSums& more) {
  to.effect += more.effect;
  to.magnitude += more.magnitude;
  to.square += more.square;
}

}  // namespace tranche::kernels
