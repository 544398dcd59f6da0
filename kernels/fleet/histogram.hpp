// Log-spaced histograms of signed numbers, with exact counts of zero.
//
// A value falls in a bin by the top bits of its float: exponent and eight bits of
// mantissa, so a bin is 1/256 to 1/512 of its value wide (at most 0.4 %). Counters
// of a cell, in the order of the values they count:
//
//   beyond the most negative bin | negative bins | negative, nearer to zero than
//   any bin | zero | positive, nearer to zero than any bin | positive bins | beyond
//   the largest bin
//
// Counting and the fixed-point sums are integer additions: any order of draws, any
// split over threads, processes or devices gives the same cells.
#pragma once

#include <cstdint>

#include "kernels/base/host_device.hpp"
#include "kernels/base/math.hpp"

namespace tranche::kernels {

inline constexpr int bin_shift = 15;                     // bits of the float below the bin number
inline constexpr std::int32_t special_bins = 5;          // two overflows, two near-zeros, zero
inline constexpr std::int32_t max_bins_per_sign = 6144;  // 24 octaves
// Fixed point: the value of the pilot that is farthest from the cell's centre is 2^20 units
// from it; beyond 2^24 is clamped.
inline constexpr float fixed_point_limit = 16777216.0f;
inline constexpr int squares_shift = 6;  // squares are summed of value / 2^6

// Where the counters of one output are, and which values its bins cover.
struct Cell {
  std::uint32_t offset;        // of the first counter
  std::int32_t first_key;      // float bits >> bin_shift of the smallest bin
  std::int32_t positive_bins;  // <= max_bins_per_sign
  std::int32_t negative_bins;  // <= max_bins_per_sign
  float units_per_value;       // a power of two: fixed-point units of one
  float centre = 0;            // sums are of value - centre, so that squares do not cancel
};

struct CellSums {
  std::int64_t units = 0;         // sum of value - centre, in fixed-point units
  std::int64_t square_units = 0;  // sum of its squares, in units of 2^(2 * squares_shift)
};

TRANCHE_HD_INLINE std::int32_t bin_key(float magnitude) {
  return static_cast<std::int32_t>((bits_as<std::uint32_t>(magnitude) & 0x7FFFFFFFu) >> bin_shift);
}

// Lower edge of a bin by its key.
TRANCHE_HD_INLINE float bin_edge(std::int32_t key) {
  return bits_as<float>(static_cast<std::uint32_t>(key) << bin_shift);
}

TRANCHE_HD_INLINE std::int32_t counter_count(const Cell& cell) {
  return cell.positive_bins + cell.negative_bins + special_bins;
}
TRANCHE_HD_INLINE std::int32_t zero_counter(const Cell& cell) { return cell.negative_bins + 2; }
// That of the smallest positive bin; those of the next bins follow.
TRANCHE_HD_INLINE std::int32_t first_positive_counter(const Cell& cell) {
  return zero_counter(cell) + 2;
}

// Which counter of the cell counts this value: 0 ... counter_count - 1.
TRANCHE_HD_INLINE std::int32_t counter_of(const Cell& cell, float value) {
  const std::int32_t last = value < 0.0f ? cell.negative_bins + 1 : cell.positive_bins + 1;
  const std::int32_t above = bin_key(value) - cell.first_key + 1;
  const std::int32_t low = above < 0 ? 0 : above;
  const std::int32_t distance = (low > last ? last : low) + 1;
  const std::int32_t signed_distance = value < 0.0f ? -distance : distance;
  return zero_counter(cell) + (value == 0.0f ? 0 : signed_distance);
}

// Distance of the value from the centre in fixed-point units, rounded toward zero, clamped
// to +-2^24.
TRANCHE_HD_INLINE std::int32_t fixed_point_units(const Cell& cell, float value) {
  const float units = (value - cell.centre) * cell.units_per_value;
  const float high = units < fixed_point_limit ? units : fixed_point_limit;
  const float clamped = high > -fixed_point_limit ? high : -fixed_point_limit;
  return static_cast<std::int32_t>(clamped);
}

// The part of a unit count whose square is summed, chosen so that 2^32 draws fit.
TRANCHE_HD_INLINE std::int32_t square_root_units(std::int32_t units) {
  return units / (1 << squares_shift);
}

}  // namespace tranche::kernels
