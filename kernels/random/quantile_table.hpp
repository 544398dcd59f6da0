// SPDX-License-Identifier: Apache-2.0

// Sampling: a table of the quantile function maps a 32-bit random word to a value, with one code
// path and one cost for every distribution.
//
// A word r stands for the probability u = (r + 1/2) / 2^32. The table is split at the median and
// indexed by the distance from the nearer end, in sixteenths of each factor of two, so that both
// tails keep all 32 bits. Between knots the function is a cubic, monotone by construction
// (sim/distribution/quantile_builder.hpp).
//
// Layout: the four coefficients of an interval are contiguous, so that a lookup is one 16-byte
// load, on a GPU and in kernels/random/quantile_batch.hpp (which has the loops over many words, and
// the timings against other layouts).
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/base/host_device.hpp"
#include "kernels/base/math.hpp"

namespace tranche::kernels {

constexpr int intervals_per_octave = 16;
constexpr int octaves_per_side = 32;
// The last interval of a side is the median alone: its fraction is always 0.
constexpr int intervals_per_side = octaves_per_side * intervals_per_octave + 1;
constexpr int side_stride = 520;       // intervals, padded
constexpr int coefficient_stride = 4;  // floats an interval
constexpr int floats_per_table = 2 * side_stride * coefficient_stride;

// Place of a word: an interval of the table, and the position in it.
struct TablePlace {
  std::uint32_t offset;  // of the first coefficient, in floats
  float fraction;        // in [0, 1)
};
TRANCHE_HD_INLINE TablePlace table_place(std::uint32_t r) {
  constexpr std::uint32_t first_knot_bits = 0x3F000000u;  // of 0.5f
  constexpr int fraction_bits = 19;                       // 23, less 4 for the sixteenths
  const std::uint32_t side = r >> 31;
  const std::uint32_t from_end = r ^ (0u - side);  // in [0, 2^31)
  const float x = static_cast<float>(static_cast<std::int32_t>(from_end)) + 0.5f;
  const std::uint32_t bits = bits_as<std::uint32_t>(x) - first_knot_bits;
  const std::uint32_t interval = (bits >> fraction_bits) + side * side_stride;
  const std::uint32_t rest = bits & ((1u << fraction_bits) - 1u);
  return {interval * coefficient_stride,
          static_cast<float>(static_cast<std::int32_t>(rest)) * 0x1p-19f};
}

// The cubic of an interval; Number is a float or a vector of floats.
template <class Number>
TRANCHE_HD_INLINE Number cubic(Number c0, Number c1, Number c2, Number c3, Number fraction) {
  return c0 + fraction * (c1 + fraction * (c2 + fraction * c3));
}

// Returns the value at the word r of a table of floats_per_table coefficients; on a GPU their
// address is a multiple of 16 bytes.
TRANCHE_HD_INLINE float table_value(const float* coefficients, std::uint32_t r) {
  const TablePlace place = table_place(r);
  struct alignas(16) Cubic {
    float c0, c1, c2, c3;
  } interval;
#if defined(__CUDA_ARCH__)
  interval = *reinterpret_cast<const Cubic*>(coefficients + place.offset);
#else
  std::memcpy(&interval, coefficients + place.offset, sizeof interval);
#endif
  return cubic(interval.c0, interval.c1, interval.c2, interval.c3, place.fraction);
}

// Assignment of words to point masses and continuous parts. Segment s takes the words from begin[s]
// to begin[s + 1] - 1; each segment is a constant or a table.
constexpr int maximum_segments = 16;
struct VariableTable {
  std::int32_t segment_count = 1;
  std::uint32_t begin[maximum_segments] = {};  // begin[0] = 0, increasing
  // Words of the segment, k = 0, 1, ..., are spread over all 2^32 words: word (k + 1/2) * stretch,
  // in units of 2^-32. Zero: the segment covers all words without stretch.
  std::uint64_t stretch[maximum_segments] = {};
  std::int32_t offset[maximum_segments] = {};  // of the table, in floats; negative: constant
  float constant[maximum_segments] = {};
};

// Returns the word within segment s for the word r >= begin[s].
TRANCHE_HD_INLINE std::uint32_t segment_word(const VariableTable& table, int s, std::uint32_t r) {
  const std::uint64_t stretch = table.stretch[s];
  const std::uint64_t position = std::uint64_t{r - table.begin[s]} * stretch + (stretch >> 1);
  return stretch == 0 ? r : static_cast<std::uint32_t>(position >> 32);
}

// Returns the value of one variable at the word r; `coefficients` holds all tables.
TRANCHE_HD_INLINE float variable_value(const VariableTable& table, const float* coefficients,
                                       std::uint32_t r) {
  int s = 0;
  for (int next = 1; next < table.segment_count; ++next) s = r >= table.begin[next] ? next : s;
  if (table.offset[s] < 0) return table.constant[s];
  return table_value(coefficients + table.offset[s], segment_word(table, s, r));
}

// Returns the standard normal score of a word, quantile((r + 1/2) / 2^32), |score| < 6.34. Error
// below 8 ulp.
TRANCHE_HD_INLINE double normal_score(std::uint32_t r) {
  const std::uint32_t side = r >> 31;
  const auto from_end = static_cast<std::int32_t>(r ^ (0u - side));
  const double p = (static_cast<double>(from_end) + 0.5) * 0x1p-32;
  const double lower = detail::lower_quantile(p, p - 0.5);
  return side != 0 ? -lower : lower;
}

// Returns the word whose probability interval holds the normal score z: floor(Phi(z) 2^32), counted
// from the nearer end so that both tails have equal resolution. Inverse of normal_score.
TRANCHE_HD_INLINE std::uint32_t word_of_normal_score(double z) {
  const double magnitude = z < 0.0 ? -z : z;
  const double scaled = detail::normal_tail(magnitude < 40.0 ? magnitude : 40.0) * 0x1p32;
  const auto from_end =
      static_cast<std::uint32_t>(static_cast<std::int32_t>(scaled < 0x1p31 ? scaled : 0x7FFFFFFF));
  return z < 0.0 ? from_end : ~from_end;
}

}  // namespace tranche::kernels
