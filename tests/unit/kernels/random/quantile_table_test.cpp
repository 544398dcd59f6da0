// SPDX-License-Identifier: Apache-2.0
#include "kernels/random/quantile_table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/random/philox.hpp"
#include "kernels/random/quantile_batch.hpp"

namespace tranche::kernels {
namespace {

// A table whose coefficients encode their position: c0 = its index, the rest small.
std::vector<float> counting_table() {
  std::vector<float> coefficients(floats_per_table);
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    coefficients[i] = i % 4 == 0 ? static_cast<float>(i) : 0.25f / static_cast<float>(i);
  }
  return coefficients;
}

std::vector<std::uint32_t> words(std::uint64_t count) {
  std::vector<std::uint32_t> list;
  for (std::uint64_t i = 0; i < count; ++i) list.push_back(random_block(7, {1, 0}, i).x);
  return list;
}

TEST(QuantileTable, PlacesAWordByItsDistanceFromTheNearerEnd) {
  constexpr std::uint32_t upper = side_stride * coefficient_stride;
  // r = 0 is x = 1/2: the first knot. r = 1 is x = 3/2 = 2^0 (1 + 8/16): octave 1.
  EXPECT_EQ(table_place(0).offset, 0u);
  EXPECT_EQ(table_place(0).fraction, 0.0f);
  EXPECT_EQ(table_place(1).offset, (16u + 8u) * 4u);
  EXPECT_EQ(table_place(1).fraction, 0.0f);
  // r = 100 is x = 100.5 = 2^6 (1 + 9/16 + 1/128): octave 7, sixteenth 9, 1/8 of the way.
  EXPECT_EQ(table_place(100).offset, (7u * 16u + 9u) * 4u);
  EXPECT_EQ(table_place(100).fraction, 0.125f);
  EXPECT_EQ(table_place(~100u).offset, (7u * 16u + 9u) * 4u + upper);
  EXPECT_EQ(table_place(~100u).fraction, 0.125f);
  // The two words at the median round to x = 2^31.
  EXPECT_EQ(table_place(0x7FFFFFFFu).offset, 512u * 4u);
  EXPECT_EQ(table_place(0x80000000u).offset, 512u * 4u + upper);
  EXPECT_EQ(table_place(0xFFFFFFFFu).offset, upper);
}

TEST(QuantileTable, RebuildsTheProbabilityFromThePlace) {
  for (const std::uint32_t r : words(100'000)) {
    const TablePlace place = table_place(r);
    const bool is_upper = place.offset >= side_stride * coefficient_stride;
    const int k =
        static_cast<int>(place.offset / coefficient_stride) - (is_upper ? side_stride : 0);
    const double significand = 1 + (k % 16 + static_cast<double>(place.fraction)) / 16;
    const double x = std::ldexp(significand, k / 16 - 1);
    const std::uint32_t from_end = is_upper ? ~r : r;
    ASSERT_EQ(is_upper, r >= 0x80000000u);
    // Two roundings to 24 binary digits: of the word, and of the sum with 1/2.
    ASSERT_NEAR(x, from_end + 0.5, x * 0x1p-23);
  }
}

TEST(QuantileTable, EvaluatesTheCubicOfTheInterval) {
  std::vector<float> coefficients(floats_per_table);
  float* interval = coefficients.data() + (7 * 16 + 9) * 4;
  interval[0] = 1;
  interval[1] = 16;
  interval[2] = 64;
  interval[3] = 512;
  // At 1/8: 1 + 16 / 8 + 64 / 64 + 512 / 512 = 5.
  EXPECT_EQ(table_value(coefficients.data(), 100), 5.0f);
}

TEST(QuantileTable, DividesWordsAmongSegments) {
  VariableTable table;
  table.segment_count = 3;
  table.begin[1] = 1000;
  table.begin[2] = 4000;
  table.offset[0] = table.offset[2] = -1;
  table.constant[0] = -1;
  table.constant[2] = 9;
  table.offset[1] = 0;
  table.stretch[1] = ~std::uint64_t{0} / 3000;
  const std::vector<float> coefficients = counting_table();
  EXPECT_EQ(variable_value(table, coefficients.data(), 0), -1.0f);
  EXPECT_EQ(variable_value(table, coefficients.data(), 999), -1.0f);
  EXPECT_EQ(variable_value(table, coefficients.data(), 4000), 9.0f);
  EXPECT_EQ(variable_value(table, coefficients.data(), 0xFFFFFFFFu), 9.0f);
  // The first and the last of 3000 words stand for 1/6000 from either end.
  EXPECT_NEAR(segment_word(table, 1, 1000), 0x1p32 / 6000, 1);  // rounded down
  EXPECT_NEAR(segment_word(table, 1, 3999), 0x1p32 - 0x1p32 / 6000, 2);
  EXPECT_EQ(variable_value(table, coefficients.data(), 2500),
            table_value(coefficients.data(), segment_word(table, 1, 2500)));
}

TEST(QuantileTable, StretchesWithoutOverflowForAnySegmentSize) {
  for (std::uint64_t size = 2; size <= 0xFFFFFFFFu; size = size * 3 / 2 + 1) {
    VariableTable table;
    table.begin[0] = static_cast<std::uint32_t>(0x100000000u - size);
    table.stretch[0] = ~std::uint64_t{0} / size;
    const double half = 0x1p31 / static_cast<double>(size);
    ASSERT_NEAR(segment_word(table, 0, table.begin[0]), half, 1);
    // 2 more: the stretch is rounded down by up to 2^-32 a word.
    ASSERT_NEAR(segment_word(table, 0, 0xFFFFFFFFu), 0x1p32 - half, 2);
  }
}

TEST(QuantileTable, GivesTheSameBitsInABatch) {
  std::vector<float> coefficients = counting_table();
  const std::vector<float> second = counting_table();
  coefficients.insert(coefficients.end(), second.begin(), second.end());
  VariableTable plain;
  VariableTable mixed;
  mixed.segment_count = 4;
  mixed.begin[1] = 0x30000000u;
  mixed.begin[2] = 0x50000000u;
  mixed.begin[3] = 0xC0000000u;
  mixed.offset[0] = mixed.offset[2] = -1;
  mixed.constant[0] = 3;
  mixed.constant[2] = 4;
  mixed.stretch[1] = ~std::uint64_t{0} / 0x20000000u;
  mixed.offset[3] = floats_per_table;
  mixed.stretch[3] = ~std::uint64_t{0} / 0x40000000u;
  VariableTable constant;
  constant.offset[0] = -1;
  constant.constant[0] = 7;
  for (const int count : {1, 3, 4, 255, 256, 257, 1023}) {  // ragged tiles
    const std::vector<std::uint32_t> r = words(static_cast<std::uint64_t>(count));
    for (const VariableTable& table : {plain, mixed, constant}) {
      std::vector<float> values(r.size() + 1, -99.0f);
      variable_values(table, coefficients.data(), r.data(), values.data(), count);
      for (std::size_t i = 0; i < r.size(); ++i) {
        ASSERT_EQ(values[i], variable_value(table, coefficients.data(), r[i])) << i;
      }
      ASSERT_EQ(values.back(), -99.0f);  // nothing written behind the end
    }
  }
}

TEST(NormalScore, GoesToAWordAndBack) {
  for (std::uint32_t r = 0; r < 5000; ++r) {  // both tails word by word
    ASSERT_EQ(word_of_normal_score(normal_score(r)), r);
    ASSERT_EQ(word_of_normal_score(normal_score(~r)), ~r);
  }
  for (const std::uint32_t r : words(200'000)) ASSERT_EQ(word_of_normal_score(normal_score(r)), r);
}

TEST(NormalScore, IsTheNormalQuantileOfTheWord) {
  for (const std::uint32_t r : words(10'000)) {
    const double u = (r + 0.5) * 0x1p-32;  // exact
    // Near the upper end u has fewer digits than the word: 2^-53 / density of 3e-10.
    ASSERT_NEAR(normal_score(r), normal_quantile(u), 4e-7 * 0x1p-20);
    ASSERT_EQ(normal_score(r), -normal_score(~r));  // symmetric
  }
  EXPECT_EQ(word_of_normal_score(0.0), 0x80000000u);
  EXPECT_EQ(word_of_normal_score(-1e-300), 0x7FFFFFFFu);
  EXPECT_EQ(word_of_normal_score(-50.0), 0u);
  EXPECT_EQ(word_of_normal_score(50.0), 0xFFFFFFFFu);
  EXPECT_EQ(word_of_normal_score(INFINITY), 0xFFFFFFFFu);
}

}  // namespace
}  // namespace tranche::kernels
