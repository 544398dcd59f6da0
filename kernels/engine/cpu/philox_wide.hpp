// SPDX-License-Identifier: Apache-2.0

// Random words of many draws at once on the CPU: the same bits as random_block() of
// kernels/random/philox.hpp, block by block.
//
// A compiler forms the upper half of a 32-bit product from two multiplications, shuffles and
// blends. Here each word has a 64-bit lane, so one multiplication gives both halves without moves;
// the bits above a word are ignored.
#pragma once

#include "kernels/engine/cpu/wide_lanes.hpp"
#include "kernels/random/philox.hpp"

namespace tranche::kernels::wide {

// Words in the lower halves of the 64-bit lanes.
struct Blocks {
  Words64 x, y, z, w;
};

// philox4x32_10() of lanes64 counters.
inline __attribute__((always_inline)) Blocks philox(Blocks counter, std::uint64_t seed) {
  const Words64 multiplier0 = Words64{} + philox_multiplier0;
  const Words64 multiplier1 = Words64{} + philox_multiplier1;
  auto key0 = static_cast<std::uint32_t>(seed), key1 = static_cast<std::uint32_t>(seed >> 32);
#pragma GCC unroll 10
  for (int round = 0; round < philox_rounds; ++round) {
    const Words64 product0 = multiply_low_halves(counter.x, multiplier0);
    const Words64 product1 = multiply_low_halves(counter.z, multiplier1);
    counter = {(product1 >> 32) ^ counter.y ^ std::uint64_t{key0}, product1,
               (product0 >> 32) ^ counter.w ^ std::uint64_t{key1}, product0};
    key0 += philox_weyl0;
    key1 += philox_weyl1;
  }
  return counter;
}

// random_block(seed, address, draw) of the draws `first`, `first` + 1, ...
inline __attribute__((always_inline)) Blocks random_blocks(std::uint64_t seed,
                                                           RandomAddress address,
                                                           std::uint64_t first) {
  Words64 draw;
  for (int lane = 0; lane < lanes64; ++lane) draw[lane] = first + static_cast<std::uint64_t>(lane);
  return philox(
      {draw, ((draw >> 32) & 0xFFFFu) | std::uint64_t{address.block << 16},
       Words64{} + (address.variable & 0xFFFFFFFFu), Words64{} + (address.variable >> 32)},
      seed);
}

inline __attribute__((always_inline)) void store_words(Words64 lanes, std::uint32_t* words) {
  const HalfWords32 lower = __builtin_convertvector(lanes, HalfWords32);
  __builtin_memcpy(words, &lower, sizeof lower);
}

// Stores the four words of each block contiguously.
inline __attribute__((always_inline)) void store_blocks(const Blocks& of, std::uint32_t* words) {
  const Words64 xy = (of.x & 0xFFFFFFFFu) | (of.y << 32), zw = (of.z & 0xFFFFFFFFu) | (of.w << 32);
#if defined(__AVX512F__)
  const Words64 first = __builtin_shufflevector(xy, zw, 0, 8, 1, 9, 2, 10, 3, 11);
  const Words64 second = __builtin_shufflevector(xy, zw, 4, 12, 5, 13, 6, 14, 7, 15);
#elif defined(__AVX2__)
  const Words64 first = __builtin_shufflevector(xy, zw, 0, 4, 1, 5);
  const Words64 second = __builtin_shufflevector(xy, zw, 2, 6, 3, 7);
#else
  const Words64 first = __builtin_shufflevector(xy, zw, 0, 2);
  const Words64 second = __builtin_shufflevector(xy, zw, 1, 3);
#endif
  __builtin_memcpy(words, &first, sizeof first);
  __builtin_memcpy(words + 2 * lanes64, &second, sizeof second);
}

}  // namespace tranche::kernels::wide
