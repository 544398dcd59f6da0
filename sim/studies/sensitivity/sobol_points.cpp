// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/sobol_points.hpp"

#include <algorithm>
#include <bit>
#include <boost/random/sobol.hpp>

#include "kernels/random/philox.hpp"

namespace tranche {
namespace {

constexpr int bits = 32;

std::uint32_t reversed(std::uint32_t x) {
  x = ((x >> 1) & 0x55555555u) | ((x & 0x55555555u) << 1);
  x = ((x >> 2) & 0x33333333u) | ((x & 0x33333333u) << 2);
  x = ((x >> 4) & 0x0F0F0F0Fu) | ((x & 0x0F0F0F0Fu) << 4);
  x = ((x >> 8) & 0x00FF00FFu) | ((x & 0x00FF00FFu) << 8);
  return (x >> 16) | (x << 16);
}

// Each digit is flipped depending on the seed and on the digits before it.
std::uint32_t scrambled(std::uint32_t word, std::uint32_t seed) {
  std::uint32_t x = reversed(word);
  x ^= x * 0x3D20ADEAu;
  x += seed;
  x *= (seed >> 16) | 1u;
  x ^= x * 0x05526C56u;
  x ^= x * 0x53A22864u;
  return reversed(x);
}

}  // namespace

SobolPoints::SobolPoints(std::size_t dimensions, std::uint64_t seed) : seed_(seed) {
  for (std::size_t d = 0; d < dimensions; ++d)
    seeds_.push_back(kernels::random_block(seed, {d, 1}, 0).x);
  const std::size_t tabulated = std::min(dimensions, tabulated_dimensions);
  if (tabulated == 0) return;
  directions_.resize(tabulated * bits);
  boost::random::sobol_engine<std::uint32_t, bits> engine(tabulated);
  for (int bit = 0; bit < bits; ++bit) {
    // The point whose Gray code has this single bit equals its direction number; the engine counts
    // points from the one after zero.
    const std::uint64_t index = (std::uint64_t{2} << bit) - 1;
    engine.seed(static_cast<std::uint32_t>(index - 1));
    for (std::size_t d = 0; d < tabulated; ++d)
      directions_[d * bits + static_cast<std::size_t>(bit)] = engine();
  }
}

SobolPoints SobolPoints::unscrambled(std::size_t dimensions) {
  SobolPoints points(dimensions, 0);
  points.is_scrambled_ = false;
  return points;
}

void SobolPoints::fill(std::uint64_t first, std::size_t count, std::size_t dimension,
                       std::uint32_t* out) const {
  if ((dimension + 1) * bits > directions_.size()) {
    for (std::size_t j = 0; j < count; ++j)
      out[j] = kernels::random_block(seed_, {dimension, 2}, first + j).x;
    return;
  }
  const std::uint32_t* const direction = directions_.data() + dimension * bits;
  const std::uint32_t seed = seeds_[dimension];
  std::uint32_t state = 0;
  for (std::uint64_t gray = first ^ (first >> 1); gray != 0; gray &= gray - 1)
    state ^= direction[std::countr_zero(gray)];
  for (std::size_t j = 0; j < count; ++j) {
    out[j] = is_scrambled_ ? scrambled(state, seed) : state;
    state ^= direction[std::countr_zero(first + j + 1)];
  }
}

}  // namespace tranche
