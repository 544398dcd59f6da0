// SPDX-License-Identifier: Apache-2.0
#include "sim/distribution/correlation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace tranche {
namespace {

// Entry of lower * lower^T: the Pearson correlation that the factor produces.
double produced(const CopulaGroup& group, std::size_t i, std::size_t j) {
  const std::size_t size = group.members.size();
  double sum = 0;
  for (std::size_t k = 0; k < size; ++k) {
    sum += group.lower[i * size + k] * group.lower[j * size + k];
  }
  return sum;
}

constexpr double rounding = 1e-12;  // of a few dozen double operations

TEST(Correlation, TurnsARankIntoTheScoreCorrelation) {
  // 2 sin(pi * 0.6 / 6) = 2 sin(18 degrees) = (sqrt(5) - 1) / 2.
  const auto groups = copula_groups({{.first = 3, .second = 7, .rank = 0.6}});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].members, (std::vector{3, 7}));
  const double r = (std::sqrt(5.0) - 1) / 2;
  EXPECT_NEAR(groups[0].lower[2], r, rounding);
  EXPECT_NEAR(groups[0].lower[3], std::sqrt(1 - r * r), rounding);
  EXPECT_EQ(groups[0].largest_change, 0);
}

TEST(Correlation, KeepsUntiedInputsInSeparateGroups) {
  const auto groups = copula_groups({{5, 2, 0.3}, {9, 8, 0.1}, {2, 7, -0.4}, {1, 9, 0.2}});
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].members, (std::vector{1, 8, 9}));
  EXPECT_EQ(groups[1].members, (std::vector{2, 5, 7}));
  EXPECT_NEAR(produced(groups[1], 0, 1), 2 * std::sin(std::numbers::pi * 0.05), rounding);
  EXPECT_NEAR(produced(groups[1], 1, 2), 0, rounding);  // not given: uncorrelated
  EXPECT_EQ(groups[0].lower[1], 0);                     // nothing above the diagonal
}

TEST(Correlation, FindsHighamsNearestMatrix) {
  // Specified scores: 1 1 0; 1 1 1; 0 1 1. The nearest correlation matrix has 0.7607 and 0.1573
  // (Higham 2002, section 4).
  const auto groups = copula_groups({{0, 1, 1.0}, {1, 2, 1.0}});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_NEAR(produced(groups[0], 0, 1), 0.7607, 5e-5);  // four digits are printed
  EXPECT_NEAR(produced(groups[0], 1, 2), 0.7607, 5e-5);
  EXPECT_NEAR(produced(groups[0], 0, 2), 0.1573, 5e-5);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(produced(groups[0], i, i), 1, rounding);
  // 1 - rank(0.7607) = 1 - 6 / pi asin(0.38035) = 0.2549; the unspecified pair moves by 0.1504.
  EXPECT_NEAR(groups[0].largest_change, 0.2549, 1e-4);
}

TEST(Correlation, AcceptsInputsThatMoveTogether) {
  const auto groups = copula_groups({{0, 1, 1.0}, {1, 2, -1.0}, {0, 2, -1.0}});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].largest_change, 0);
  EXPECT_NEAR(produced(groups[0], 0, 1), 1, rounding);
  EXPECT_NEAR(produced(groups[0], 0, 2), -1, rounding);
}

TEST(Correlation, SaysWhatIsWrong) {
  EXPECT_EQ(problem_of({{0, 1, 0.5}, {1, 2, -1.0}}), "");
  EXPECT_EQ(problem_of({{0, 1, 1.5}}), "rank correlation 1.5 is not between -1 and 1");
  EXPECT_EQ(problem_of({{0, 1, NAN}}), "rank correlation nan is not between -1 and 1");
  EXPECT_EQ(problem_of({{4, 4, 0.5}}), "an input cannot be correlated with itself");
  EXPECT_EQ(problem_of({{0, 1, 0.5}, {1, 0, 0.5}}), "the correlation of a pair is given twice");
}

}  // namespace
}  // namespace tranche
