// SPDX-License-Identifier: Apache-2.0

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
// They are followed by two counters for each atom, a value that many draws share: the draws equal
// to it, and the draws of its bin that are farther from zero. The bin itself then counts the draws
// nearer to zero.
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
inline constexpr int max_atoms = 4;
inline constexpr std::int32_t counters_of_atom = 2;
// Fixed-point scale: the largest magnitude of the pilot is 2^23 to 2^24 units, so that a unit is at
// most the spacing of floats there. Values farther than 2^28 units from the centre (16 to 32 times
// that magnitude) are clamped.
inline constexpr int fixed_point_bits = 23;
inline constexpr float fixed_point_limit = 268435456.0f;
inline constexpr int low_square_bits = 32;

// Counters of one output, and the values that its bins cover.
struct Cell {
  std::uint32_t offset;        // of the first counter
  std::int32_t first_key;      // float bits >> bin_shift of the smallest bin
  std::int32_t positive_bins;  // <= max_bins_per_sign
  std::int32_t negative_bins;  // <= max_bins_per_sign
  float units_per_value;       // fixed-point units per unit of value, a power of two
  float centre = 0;            // sums are of value - centre
  std::int32_t atom_count = 0;
  float atoms[max_atoms] = {};  // never zero; for each sign, the nearer to zero first
};

// A sum of squares needs more than 64 bits: it is low_squares + high_squares 2^32. The split
// depends on how the draws were distributed; whole_squares() returns the canonical split.
struct CellSums {
  std::int64_t units = 0;                           // sum of value - centre, in fixed-point units
  std::uint64_t low_squares = 0, high_squares = 0;  // sum of the squares of those units
};

// Adds a sum of squares, below 2^64.
TRANCHE_HD_INLINE void add_squares(CellSums& sums, std::uint64_t squares) {
  sums.low_squares += squares & ((std::uint64_t{1} << low_square_bits) - 1);
  sums.high_squares += squares >> low_square_bits;
}

// Returns the same sums with low_squares below 2^32.
TRANCHE_HD_INLINE CellSums whole_squares(const CellSums& sums) {
  CellSums whole{sums.units, 0, sums.high_squares};
  add_squares(whole, sums.low_squares);
  return whole;
}

TRANCHE_HD_INLINE std::int32_t bin_key(float magnitude) {
  return static_cast<std::int32_t>((bits_as<std::uint32_t>(magnitude) & 0x7FFFFFFFu) >> bin_shift);
}

// Lower edge of the bin with this key.
TRANCHE_HD_INLINE float bin_edge(std::int32_t key) {
  return bits_as<float>(static_cast<std::uint32_t>(key) << bin_shift);
}

// Index of the first counter of the cell's atoms: draws equal to the first atom.
TRANCHE_HD_INLINE std::int32_t first_atom_counter(const Cell& cell) {
  return cell.positive_bins + cell.negative_bins + special_bins;
}
TRANCHE_HD_INLINE std::int32_t counter_count(const Cell& cell) {
  return first_atom_counter(cell) + cell.atom_count * counters_of_atom;
}
TRANCHE_HD_INLINE std::int32_t zero_counter(const Cell& cell) { return cell.negative_bins + 2; }
// Index of the counter of the smallest positive bin; the next bins follow.
TRANCHE_HD_INLINE std::int32_t first_positive_counter(const Cell& cell) {
  return zero_counter(cell) + 2;
}

// Index of the counter for this value if the cell had no atoms.
TRANCHE_HD_INLINE std::int32_t counter_without_atoms(const Cell& cell, float value) {
  const std::int32_t last = value < 0.0f ? cell.negative_bins + 1 : cell.positive_bins + 1;
  const std::int32_t above = bin_key(value) - cell.first_key + 1;
  const std::int32_t low = above < 0 ? 0 : above;
  const std::int32_t distance = (low > last ? last : low) + 1;
  const std::int32_t signed_distance = value < 0.0f ? -distance : distance;
  return zero_counter(cell) + (value == 0.0f ? 0 : signed_distance);
}

// Index of the atom's counter that counts this value, or `otherwise` if none does.
TRANCHE_HD_INLINE std::int32_t counter_at_atom(const Cell& cell, int atom, float value,
                                               std::int32_t otherwise) {
  constexpr std::uint32_t within_bin = (1u << bin_shift) - 1u;
  const std::uint32_t bits = bits_as<std::uint32_t>(cell.atoms[atom]);
  // For values of one sign, bits order like magnitudes.
  const std::uint32_t above = bits_as<std::uint32_t>(value) - bits;
  const std::int32_t equal = first_atom_counter(cell) + atom * counters_of_atom;
  const std::int32_t in_bin = above <= within_bin - (bits & within_bin) ? equal + 1 : otherwise;
  return above == 0u ? equal : in_bin;
}

// Index of the counter for this value: 0 ... counter_count - 1.
TRANCHE_HD_INLINE std::int32_t counter_of(const Cell& cell, float value) {
  std::int32_t counter = counter_without_atoms(cell, value);
  // The last match wins: the farther from zero of two atoms in one bin.
  for (int atom = 0; atom < max_atoms; ++atom)
    if (atom < cell.atom_count) counter = counter_at_atom(cell, atom, value, counter);
  return counter;
}

// Distance of the value from the centre in fixed-point units, rounded toward zero, clamped
// to +-2^28.
TRANCHE_HD_INLINE std::int32_t fixed_point_units(const Cell& cell, float value) {
  const float units = (value - cell.centre) * cell.units_per_value;
  const float high = units < fixed_point_limit ? units : fixed_point_limit;
  const float clamped = high > -fixed_point_limit ? high : -fixed_point_limit;
  return static_cast<std::int32_t>(clamped);
}

// Square of a number of units, below 2^57.
TRANCHE_HD_INLINE std::uint64_t square_of_units(std::int32_t units) {
  return static_cast<std::uint64_t>(std::int64_t{units} * units);
}

}  // namespace tranche::kernels
