// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/value_of_information.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "sim/statistics/rank_statistics.hpp"

namespace tranche {
namespace {

double density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2 * 3.14159265358979323846); }
double cumulative_normal(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// Two options: nothing, or mean + s1 z1 + s2 z2. Knowing z1 alone, the choice is made on
// mean + s1 z1; its gain is E(max(0, mean + s1 z1)) - max(0, mean), in closed form
// s1 phi(mean / s1) - |mean| Phi(-|mean| / s1) (Raiffa and Schlaifer 1961, unit normal loss).
double loss(double mean, double s) {
  const double a = std::fabs(mean) / s;
  return s * (density(a) - a * cumulative_normal(-a));
}

struct TwoNormals {
  std::vector<float> z1, z2;
  std::vector<std::vector<float>> options;
};
TwoNormals two_normals(std::size_t draws, double mean, double s1, double s2) {
  std::mt19937_64 generator(11);
  std::normal_distribution<double> normal;
  TwoNormals t;
  t.options.resize(2);
  for (std::size_t j = 0; j < draws; ++j) {
    const double a = normal(generator), b = normal(generator);
    t.z1.push_back(static_cast<float>(a));
    t.z2.push_back(static_cast<float>(b));
    t.options[0].push_back(0.0f);
    t.options[1].push_back(static_cast<float>(mean + s1 * a + s2 * b));
  }
  return t;
}

TEST(ValueOfInformation, IsTheUnitNormalLossForTwoNormals) {
  const double mean = 0.5, s1 = 2.0, s2 = 1.0;
  const TwoNormals t = two_normals(40'000, mean, s1, s2);
  const DecisionValues decision = decision_values(t.options);
  EXPECT_EQ(decision.best, 1u);
  EXPECT_NEAR(decision.perfect.value, loss(mean, std::hypot(s1, s2)),
              4 * decision.perfect.standard_error);
  const InformationValue first = partial_information({t.z1}, t.options, decision.best);
  EXPECT_NEAR(first.value, loss(mean, s1), 4 * first.standard_error);
  // Its standard error is that of a mean over 40,000 draws: about sd / 200.
  EXPECT_LT(first.standard_error, 0.01);
  const InformationValue second = partial_information({t.z2}, t.options, decision.best);
  EXPECT_NEAR(second.value, loss(mean, s2), 4 * second.standard_error);
}

TEST(ValueOfInformation, OfBothNumbersIsThatOfEverything) {
  const TwoNormals t = two_normals(40'000, -0.3, 1.0, 1.0);
  const DecisionValues decision = decision_values(t.options);
  EXPECT_EQ(decision.best, 0u);
  const InformationValue both = partial_information({t.z1, t.z2}, t.options, decision.best);
  EXPECT_NEAR(both.value, loss(-0.3, std::sqrt(2.0)), 4 * both.standard_error);
}

TEST(ValueOfInformation, IsNothingForWhatDoesNotMatter) {
  TwoNormals t = two_normals(20'000, 1.0, 0.0, 1.0);
  const InformationValue unrelated = partial_information({t.z1}, t.options, 1);
  EXPECT_LE(std::fabs(unrelated.value), 3 * unrelated.standard_error + 1e-12);
}

TEST(ValueOfInformation, OfAnEventIsTheGainOfKnowingIt) {
  // The option pays 1 with probability 0.3, else -1: without knowing, do nothing (mean
  // -0.4); knowing, take it when it pays: gain 0.3.
  std::mt19937_64 generator(5);
  std::vector<float> happens;
  std::vector<std::vector<float>> options(2);
  for (int j = 0; j < 20'000; ++j) {
    const bool yes = std::uniform_real_distribution<double>()(generator) < 0.3;
    happens.push_back(yes ? 1.0f : 0.0f);
    options[0].push_back(0.0f);
    options[1].push_back(yes ? 1.0f : -1.0f);
  }
  const InformationValue found = partial_information({happens}, options, 0);
  EXPECT_NEAR(found.value, 0.3, 4 * found.standard_error);
}

TEST(RankStatistics, GiveSpearmanOfFiveHandPickedPairs) {
  // Ranks of x: 1 2 3 4 5, of y: 2 1 4 3 5; d^2 sums to 4: rho = 1 - 6 x 4 / (5 x 24) = 0.8.
  const std::vector<float> x = {1, 10, 100, 1000, 10000}, y = {0.2f, 0.1f, 4, 3, 50};
  EXPECT_NEAR(correlation(centred_ranks(x), centred_ranks(y)), 0.8, 1e-12);
}

TEST(RankStatistics, GiveTiesTheirMeanRank) {
  const std::vector<float> x = {3, 1, 3, 2};
  EXPECT_EQ(centred_ranks(x), (std::vector<float>{1.0f, -1.5f, 1.0f, -0.5f}));
}

TEST(RankStatistics, SplitAnEventIntoItsTwoOutcomes) {
  const std::vector<float> rare = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  const Fifths found = fifths(rare);
  EXPECT_EQ(found.low, (std::vector<std::size_t>{0}));
  EXPECT_EQ(found.high.size(), 9u);
}

}  // namespace
}  // namespace tranche
