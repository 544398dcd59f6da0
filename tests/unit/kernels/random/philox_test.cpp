// SPDX-License-Identifier: Apache-2.0
#include "kernels/random/philox.hpp"

#include <gtest/gtest.h>

#include <array>

namespace tranche::kernels {
namespace {

using Words = std::array<std::uint32_t, 4>;

Words words_of(const Philox4x32& block) { return {block.x, block.y, block.z, block.w}; }

// Known answers published with the generator: Random123, tests/kat_vectors, philox4x32 10.
TEST(Philox, GivesThePublishedKnownAnswers) {
  EXPECT_EQ(words_of(philox4x32_10({0, 0, 0, 0}, 0, 0)),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(words_of(philox4x32_10({ones, ones, ones, ones}, ones, ones)),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  // Digits of pi.
  EXPECT_EQ(words_of(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822,
                                   0x299f31d0)),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// Counter bits of draw, block and variable: philox.hpp.
TEST(Philox, PutsDrawBlockAndVariableIntoTheirOwnBits) {
  const std::uint64_t seed = 0x0123456789abcdef, variable = 0xfedcba9876543210,
                      draw = 0x0000'5678'9abc'def0;
  EXPECT_EQ(words_of(random_block(seed, {variable, 0x4321}, draw)),
            words_of(philox4x32_10({0x9abcdef0, 0x43215678, 0x76543210, 0xfedcba98}, 0x89abcdef,
                                   0x01234567)));
}

TEST(Philox, SharesABlockBetweenFourDraws) {
  for (std::uint64_t draw = 0; draw < 8; ++draw)
    EXPECT_EQ(words_of(random_block_of_four_draws(1, 2, draw)),
              words_of(random_block(1, {2, 0}, draw / 4)));
  const Philox4x32 block{10, 11, 12, 13};
  for (std::uint32_t which = 0; which < 4; ++which) EXPECT_EQ(word_of(block, which), 10 + which);
}

}  // namespace
}  // namespace tranche::kernels
