// SPDX-License-Identifier: Apache-2.0

// Philox4x32-10: a counter-based random number generator.
//
// Reference: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11.
// Stateless: equal key and counter give the same 128 bits on every backend, for any number of
// threads, in any order.
// tests/unit/kernels/random/philox_test.cpp holds the published known-answer vectors.
#pragma once

#include <cstdint>

#include "kernels/base/host_device.hpp"

namespace tranche::kernels {

struct Philox4x32 {
  std::uint32_t x, y, z, w;
};

inline constexpr std::uint32_t philox_multiplier0 = 0xD2511F53u;  // SC'11, table 2
inline constexpr std::uint32_t philox_multiplier1 = 0xCD9E8D57u;
inline constexpr std::uint32_t philox_weyl0 = 0x9E3779B9u;  // golden ratio
inline constexpr std::uint32_t philox_weyl1 = 0xBB67AE85u;  // sqrt(3) - 1
inline constexpr int philox_rounds = 10;

// Returns the 128 random bits of one counter under a 64-bit key (key0 is the low word).
TRANCHE_HD_INLINE Philox4x32 philox4x32_10(Philox4x32 counter, std::uint32_t key0,
                                           std::uint32_t key1) {
#if defined(__CUDA_ARCH__)
#pragma unroll
#endif
  for (int round = 0; round < philox_rounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{philox_multiplier0} * counter.x;
    const std::uint64_t product1 = std::uint64_t{philox_multiplier1} * counter.z;
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter.y ^ key0,
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter.w ^ key1,
               static_cast<std::uint32_t>(product0)};
    key0 += philox_weyl0;
    key1 += philox_weyl1;
  }
  return counter;
}

// Address of a random number: the variable (a 64-bit hash of its name), the instance (a month, a
// batch), and the draw. 48 bits of draw number are used, so up to 2.8e14 draws; 65,536 blocks of
// four instances.
struct RandomAddress {
  std::uint64_t variable;
  std::uint32_t block;  // instance / 4; the instance takes word (instance % 4)
};

// Returns four 32-bit random words: instances 4 * block ... 4 * block + 3 of one variable in one
// draw. No two (variable, block, draw) share a counter.
TRANCHE_HD_INLINE Philox4x32 random_block(std::uint64_t seed, RandomAddress address,
                                          std::uint64_t draw) {
  return philox4x32_10({static_cast<std::uint32_t>(draw),
                        (static_cast<std::uint32_t>(draw >> 32) & 0xFFFFu) | (address.block << 16),
                        static_cast<std::uint32_t>(address.variable),
                        static_cast<std::uint32_t>(address.variable >> 32)},
                       static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
}

// Random words of a variable with one instance per draw: four draws share a block, so that all its
// 128 bits are used. Draw d takes word (d % 4) of the block of d / 4.
TRANCHE_HD_INLINE Philox4x32 random_block_of_four_draws(std::uint64_t seed, std::uint64_t variable,
                                                        std::uint64_t draw) {
  return random_block(seed, {variable, 0}, draw >> 2);
}
TRANCHE_HD_INLINE std::uint32_t word_of(const Philox4x32& block, std::uint32_t which) {
  return which == 0 ? block.x : which == 1 ? block.y : which == 2 ? block.z : block.w;
}

}  // namespace tranche::kernels
