// The sums of one output over a batch of draws on the CPU: the same integers as adding up
// fixed_point_units() and squares of square_root_units() draw by draw.
#pragma once

#include "kernels/backend/wide_lanes.hpp"
#include "kernels/fleet/histogram.hpp"

namespace tranche::kernels::wide {

// Sums of values[0] ... values[count - 1].
inline __attribute__((always_inline)) CellSums cell_sums(const Cell& cell, const float* values,
                                                         int count) {
  // Units are below 2^24, so that a lane of 32 bits holds a sum of 64 of them.
  constexpr int most_additions = 64;
  CellSums sums;
  Words64 squares = {};
  int j = 0;
  while (j + lanes32 <= count) {
    Integers units = {};
    for (int addition = 0; addition < most_additions && j + lanes32 <= count;
         ++addition, j += lanes32) {
      Floats value;
      std::memcpy(&value, values + j, sizeof value);
      const Floats exact = (value - cell.centre) * cell.units_per_value;
      const Floats high = exact < fixed_point_limit ? exact : Floats{} + fixed_point_limit;
      const Floats clamped = high > -fixed_point_limit ? high : Floats{} - fixed_point_limit;
      units += __builtin_convertvector(clamped, Integers);
      const Floats magnitude = (Floats)((Words32)clamped & 0x7FFFFFFFu);
      const Words64 root =
          (Words64)((Words32) __builtin_convertvector(magnitude, Integers) >> squares_shift);
      squares += multiply_low_halves(root, root);
      squares += multiply_low_halves(root >> 32, root >> 32);
    }
    for (int lane = 0; lane < lanes32; ++lane) sums.units += units[lane];
  }
  for (int lane = 0; lane < lanes64; ++lane)
    sums.square_units += static_cast<std::int64_t>(squares[lane]);
  for (; j < count; ++j) {
    const std::int32_t units = fixed_point_units(cell, values[j]);
    const std::int64_t root = square_root_units(units);
    sums.units += units;
    sums.square_units += root * root;
  }
  return sums;
}

}  // namespace tranche::kernels::wide
