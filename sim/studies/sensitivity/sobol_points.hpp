// SPDX-License-Identifier: Apache-2.0

// Low-discrepancy points: Sobol' sequences, scrambled or plain.
//
// Direction numbers: Joe, Kuo, "Constructing Sobol sequences with better two-dimensional
// projections", SIAM J. Sci. Comput. 30, 2008, from Boost.Random. Scrambling: a hash that permutes
// digits as Owen's nested uniform scrambling does (Owen 1995): Laine, Karras, "Stratified sampling
// for fast physically-based rendering", 2011; Burley, "Practical hash-based Owen scrambling", JCGT
// 9(4), 2020; the constants are Vegdahl's ("Building a better LK hash", 2021).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tranche {

class SobolPoints {
 public:
  // Dimensions beyond the 3,667 of the table use pseudo-random numbers.
  SobolPoints(std::size_t dimensions, std::uint64_t seed);
  // The plain sequence, without scrambling; its first point is the corner at zero.
  static SobolPoints unscrambled(std::size_t dimensions);

  std::size_t dimensions() const { return seeds_.size(); }
  // out[j] = the word of point first + j: coordinate (word + 1/2) / 2^32. `first` is below 2^32.
  // The first 2^m points are a net, and so are the next 2^m.
  void fill(std::uint64_t first, std::size_t count, std::size_t dimension,
            std::uint32_t* out) const;

  static constexpr std::size_t tabulated_dimensions = 3667;

 private:
  std::uint64_t seed_;
  bool is_scrambled_ = true;
  std::vector<std::uint32_t> seeds_;       // of the scrambling, one per dimension
  std::vector<std::uint32_t> directions_;  // 32 per dimension
};

}  // namespace tranche
