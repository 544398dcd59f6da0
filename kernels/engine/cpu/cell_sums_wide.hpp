// SPDX-License-Identifier: Apache-2.0

// Sums of one output over a batch of draws on the CPU: equal to adding fixed_point_units() and
// square_of_units() draw by draw.
#pragma once

#include "kernels/engine/cpu/wide_lanes.hpp"
#include "kernels/engine/fleet/histogram.hpp"

namespace tranche::kernels::wide {

// Largest magnitude, in units, whose sums need neither clamping nor two halves.
inline constexpr float narrow_units = 16777216.0f;

// True if no value from `least` to `most` exceeds narrow_units.
inline __attribute__((always_inline)) bool is_narrow(const Cell& cell, float least, float most) {
  return (least - cell.centre) * cell.units_per_value >= -narrow_units &&
         (most - cell.centre) * cell.units_per_value <= narrow_units;
}

// Sums of values[0] ... values[count - 1]; `narrow` states that is_narrow() holds for them.
template <bool narrow>
inline __attribute__((always_inline)) CellSums cell_sums(const Cell& cell, const float* values,
                                                         int count) {
  // Units are at most 2^28. A 32-bit lane holds the sum of 64 halves, or of 64 narrow values; a
  // 64-bit lane holds two squares of each of the 64.
  constexpr int max_additions = 64;
  constexpr int half_bits = 16;
  CellSums sums;
  int j = 0;
  while (j + lanes32 <= count) {
    Integers low = {}, high = {};
    Words64 squares = {};
    for (int addition = 0; addition < max_additions && j + lanes32 <= count;
         ++addition, j += lanes32) {
      Floats value;
      std::memcpy(&value, values + j, sizeof value);
      Floats exact = (value - cell.centre) * cell.units_per_value;
      if constexpr (!narrow) {
        const Floats below = exact < fixed_point_limit ? exact : Floats{} + fixed_point_limit;
        exact = below > -fixed_point_limit ? below : Floats{} - fixed_point_limit;
      }
      const Integers units = __builtin_convertvector(exact, Integers);
      if constexpr (narrow) {
        low += units;
      } else {
        low += units & ((1 << half_bits) - 1);
        high += units >> half_bits;
      }
      const Words64 root = (Words64)(units < 0 ? -units : units);
      squares += multiply_low_halves(root, root);
      squares += multiply_low_halves(root >> 32, root >> 32);
    }
    for (int lane = 0; lane < lanes32; ++lane)
      sums.units += low[lane] + std::int64_t{high[lane]} * (1 << half_bits);
    for (int lane = 0; lane < lanes64; ++lane) add_squares(sums, squares[lane]);
  }
  for (; j < count; ++j) {
    const std::int32_t units = fixed_point_units(cell, values[j]);
    sums.units += units;
    add_squares(sums, square_of_units(units));
  }
  return sums;
}

}  // namespace tranche::kernels::wide
