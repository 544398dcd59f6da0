// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/discover/equal_means.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace tranche {
namespace {

TEST(EqualMeans, JoinsWhatDiffersByRoundingAlone) {
  // 0.1 and 0.3 have the mean of 0.2 and 0.2, but in floats it differs by about 2^-27.
  const double mixed = (static_cast<double>(0.1f) + static_cast<double>(0.3f)) / 2;
  std::vector<float> values = {0.3f, static_cast<float>(mixed), 0.2f, std::nextafter(0.2f, 1.0f),
                               0.1f};
  join_rounded(values);
  EXPECT_EQ(values[1], values[2]);
  EXPECT_EQ(values[3], values[2]);
  EXPECT_EQ(std::set<float>(values.begin(), values.end()).size(), 3u);
}

TEST(EqualMeans, MovesNothingFarEvenWhereValuesLieClose) {
  // A thousand consecutive floats: merged in groups, none moves by more than the bound.
  std::vector<float> values;
  for (float x = 1.0f; values.size() < 1000; x = std::nextafter(x, 2.0f)) values.push_back(x);
  std::vector<float> joined = values;
  join_rounded(joined);
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_LE(values[i] - joined[i], 0x1p-21f * values.back());
  // 1000 steps of 2^-23 are 250 stretches of 2^-21.
  const std::set<float> left(joined.begin(), joined.end());
  EXPECT_GE(left.size(), 200u);
  EXPECT_LE(left.size(), 260u);
  std::vector<float> none;
  join_rounded(none);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace tranche
