// SPDX-License-Identifier: Apache-2.0

// The vectorised loops of the CPU give the same bits as the functions of one draw.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "kernels/engine/cpu/cell_sums_wide.hpp"
#include "kernels/engine/cpu/philox_wide.hpp"

namespace tranche::kernels {
namespace {

TEST(WideLanes, MakeTheRandomWordsOfSingleBlocks) {
  constexpr std::uint64_t seed = 0x0123456789ABCDEFu;
  // draws around the change of the lower word, where the upper one begins to count
  for (const std::uint64_t first :
       {std::uint64_t{0}, std::uint64_t{4093}, std::uint64_t{0xFFFFFFFE}}) {
    const RandomAddress address{0xFEDCBA9876543210u, 5};
    const wide::Blocks made = wide::random_blocks(seed, address, first);
    std::uint32_t columns[4][wide::lanes64];
    wide::store_words(made.x, columns[0]);
    wide::store_words(made.y, columns[1]);
    wide::store_words(made.z, columns[2]);
    wide::store_words(made.w, columns[3]);
    std::uint32_t together[4 * wide::lanes64];
    wide::store_blocks(made, together);
    for (unsigned lane = 0; lane < wide::lanes64; ++lane) {
      const Philox4x32 one = random_block(seed, address, first + lane);
      for (unsigned word = 0; word < 4; ++word) {
        EXPECT_EQ(columns[word][lane], word_of(one, word)) << first << ' ' << lane;
        EXPECT_EQ(together[4 * lane + word], word_of(one, word)) << first << ' ' << lane;
      }
    }
  }
}

CellSums summed_one_by_one(const Cell& cell, const std::vector<float>& values) {
  CellSums sums;
  for (const float value : values) {
    const std::int64_t units = fixed_point_units(cell, value);
    sums.units += units;
    add_squares(sums, square_of_units(static_cast<std::int32_t>(units)));
  }
  return sums;
}

void expect_equal(const CellSums& sums, const CellSums& expected) {
  EXPECT_EQ(sums.units, expected.units);
  EXPECT_EQ(whole_squares(sums).low_squares, whole_squares(expected).low_squares);
  EXPECT_EQ(whole_squares(sums).high_squares, whole_squares(expected).high_squares);
}

TEST(WideLanes, SumValuesLikeOneByOneAtEveryCount) {
  std::mt19937 random(7);
  std::normal_distribution<float> value(3.0f, 40.0f);
  Cell cell{};
  cell.units_per_value = 4096.0f;
  cell.centre = 2.5f;
  for (const std::size_t count : {1u, 15u, 16u, 17u, 500u, 512u}) {
    SCOPED_TRACE(count);
    std::vector<float> values(count);
    for (float& v : values) v = value(random);
    const int n = static_cast<int>(count);
    const CellSums expected = summed_one_by_one(cell, values);
    expect_equal(wide::cell_sums<false>(cell, values.data(), n), expected);
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    ASSERT_TRUE(wide::is_narrow(cell, *least, *most));
    expect_equal(wide::cell_sums<true>(cell, values.data(), n), expected);
  }
}

TEST(WideLanes, NarrowSumsHoldTheMostUnitsOfEitherSign) {
  Cell cell{};
  cell.units_per_value = 1.0f;
  for (const float units : {wide::narrow_units, -wide::narrow_units}) {
    SCOPED_TRACE(units);
    ASSERT_TRUE(wide::is_narrow(cell, units, units));
    const std::vector<float> values(512, units);
    expect_equal(wide::cell_sums<true>(cell, values.data(), 512), summed_one_by_one(cell, values));
  }
  EXPECT_FALSE(wide::is_narrow(cell, 0.0f, 2.0f * wide::narrow_units));
  EXPECT_FALSE(wide::is_narrow(cell, -2.0f * wide::narrow_units, 0.0f));
  EXPECT_FALSE(wide::is_narrow(cell, 0.0f, INFINITY));
}

TEST(WideLanes, SumsOfValuesBeyondTheLimitDoNotOverflow) {
  Cell cell{};
  cell.units_per_value = 1.0f;
  const std::vector<float> values(4096, -1e30f);  // each is clamped to -2^28 units
  const CellSums sums = wide::cell_sums<false>(cell, values.data(), 4096);
  EXPECT_EQ(sums.units, -(std::int64_t{4096} << 28));
  // 2^12 times 2^56: more than 64 bits hold.
  EXPECT_EQ(whole_squares(sums).low_squares, 0u);
  EXPECT_EQ(whole_squares(sums).high_squares, std::uint64_t{1} << (12 + 2 * 28 - low_square_bits));
  std::vector<float> odd(512, 1.0f);
  odd[3] = INFINITY;
  odd[200] = NAN;
  EXPECT_EQ(wide::cell_sums<false>(cell, odd.data(), 512).units,
            summed_one_by_one(cell, odd).units);
}

}  // namespace
}  // namespace tranche::kernels
