// SPDX-License-Identifier: Apache-2.0

// Drawn values of a run, from Philox words through tables: means and variances against closed
// forms, copulas against the specified rank correlations. Each bound is five standard errors (one
// false alarm in 1.7 million); the draws are always the same.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "kernels/random/philox.hpp"
#include "kernels/random/quantile_batch.hpp"
#include "sim/distribution/correlation.hpp"
#include "sim/distribution/quantile_builder.hpp"

namespace tranche {
namespace {

constexpr std::uint64_t sample_draws = 1 << 20;
constexpr double deviations = 5;

std::vector<std::uint32_t> words(std::uint64_t variable) {
  std::vector<std::uint32_t> list;
  list.reserve(sample_draws);
  for (std::uint64_t i = 0; i < sample_draws; ++i) {
    list.push_back(kernels::random_block(42, {variable, 0}, i).x);
  }
  return list;
}

std::vector<float> sample(const Distribution& d, const std::vector<std::uint32_t>& from) {
  QuantileTables tables;
  const kernels::VariableTable table = tables.add(d);
  std::vector<float> values(from.size());
  kernels::variable_values(table, tables.coefficients().data(), from.data(), values.data(),
                           static_cast<int>(from.size()));
  return values;
}

// The mean of numbers and its standard error.
struct SampleEstimate {
  double mean, standard_error;
};
template <class Value>
SampleEstimate estimate(std::uint64_t count, Value value) {
  double sum = 0, squares = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const double x = value(i);
    sum += x;
    squares += x * x;
  }
  const double n = static_cast<double>(count), mean = sum / n;
  return {mean, std::sqrt((squares / n - mean * mean) / n)};
}

Distribution make(Family family, std::vector<double> parameters) {
  Distribution d;
  d.family = family;
  d.parameters = std::move(parameters);
  return d;
}

struct ClosedForm {
  Distribution distribution;
  double mean, variance;
};

std::vector<ClosedForm> closed_forms() {
  std::vector<ClosedForm> list = {
      {make(Family::normal, {10, 2}), 10, 4},
      // exp(m + s^2 / 2), (exp(s^2) - 1) exp(2 m + s^2)
      {make(Family::lognormal, {1, 0.5}), std::exp(1.125), (std::exp(0.25) - 1) * std::exp(2.25)},
      {make(Family::uniform, {1, 4}), 2.5, 9.0 / 12},
      // (a + b + c) / 3, (a^2 + b^2 + c^2 - ab - ac - bc) / 18
      {make(Family::triangular, {0, 1, 5}), 2, 21.0 / 18},
      // beta(1.8, 4.2) on [1, 6]: mean 1 + 5 * 0.3, variance 25 * 0.3 * 0.7 / 7
      {make(Family::pert, {1, 2, 6}), 2.5, 0.75},
      {make(Family::beta, {20, 30}), 0.4, 0.24 / 51},
      {make(Family::gamma, {2, 0.75}), 1.5, 2 * 0.5625},
      {make(Family::gamma, {0.1, 3}), 0.3, 0.9},
      {make(Family::bernoulli, {0.3}), 0.3, 0.21},
      // Linear between 0, 1, 3: uniform on [0, 1] or on [1, 3], half each; mean of squares
      // (1/3 + 13/3) / 2.
      {make(Family::empirical, {0, 1, 3}), 1.25, 7.0 / 3 - 1.25 * 1.25},
  };
  Distribution chosen = make(Family::choice, {1, 2, 10});
  chosen.weights = {0.25, 0.25, 0.5};
  list.push_back({chosen, 5.75, 0.25 + 1 + 50 - 5.75 * 5.75});
  Distribution inflated = make(Family::zero_inflated, {0.2});
  inflated.components = {make(Family::uniform, {10, 20})};
  list.push_back({inflated, 12, 0.8 * (225 + 100.0 / 12) - 144});
  Distribution mixed = make(Family::mixture, {});
  mixed.weights = {0.5, 0.5};
  mixed.components = {make(Family::normal, {0, 1}), make(Family::normal, {4, 2})};
  list.push_back({mixed, 2, 2.5 + 4});
  Distribution half = make(Family::normal, {0, 1});
  half.minimum = 0;
  list.push_back({half, std::sqrt(2 / M_PI), 1 - 2 / M_PI});
  return list;
}

TEST(Sampling, MeetsMeanAndVarianceOfEachFamily) {
  const std::vector<std::uint32_t> from = words(1);
  for (const ClosedForm& form : closed_forms()) {
    SCOPED_TRACE(describe(form.distribution));
    EXPECT_NEAR(mean(form.distribution), form.mean, 1e-8 * std::abs(form.mean));  // integration
    const std::vector<float> x = sample(form.distribution, from);
    const SampleEstimate average =
        estimate(sample_draws, [&](std::uint64_t i) { return double{x[i]}; });
    EXPECT_NEAR(average.mean, form.mean, deviations * average.standard_error);
    const SampleEstimate variance = estimate(sample_draws, [&](std::uint64_t i) {
      const double from_mean = x[i] - form.mean;
      return from_mean * from_mean;
    });
    EXPECT_NEAR(variance.mean, form.variance, deviations * variance.standard_error);
  }
}

TEST(Sampling, ShowsThePointMassInItsShareOfDraws) {
  Distribution inflated = make(Family::zero_inflated, {0.2});
  inflated.components = {make(Family::lognormal, {12.9, 0.25})};
  const std::vector<float> x = sample(inflated, words(2));
  const SampleEstimate share =
      estimate(sample_draws, [&](std::uint64_t i) { return x[i] == 0 ? 1.0 : 0.0; });
  EXPECT_NEAR(share.mean, 0.2, deviations * share.standard_error);
}

// Words of the members of a copula group, correlated as specified.
std::vector<std::vector<std::uint32_t>> tied_words(const CopulaGroup& group) {
  const std::size_t size = group.members.size();
  std::vector<std::vector<std::uint32_t>> independent, tied(size);
  for (std::size_t j = 0; j < size; ++j) independent.push_back(words(100 + j));
  for (std::uint64_t i = 0; i < sample_draws; ++i) {
    for (std::size_t k = 0; k < size; ++k) {
      double score = 0;
      for (std::size_t j = 0; j <= k; ++j) {
        score += group.lower[k * size + j] * kernels::normal_score(independent[j][i]);
      }
      tied[k].push_back(kernels::word_of_normal_score(score));
    }
  }
  return tied;
}

double uniform_of(std::uint32_t word) { return (word + 0.5) * 0x1p-32; }

TEST(Copula, MeetsTheRankCorrelationsAsked) {
  const std::vector<RankCorrelation> asked = {{0, 1, 0.6}, {0, 2, -0.3}, {1, 2, 0.1}};
  const std::vector<CopulaGroup> groups = copula_groups(asked);
  ASSERT_EQ(groups.size(), 1u);
  ASSERT_EQ(groups[0].largest_change, 0);
  const auto tied = tied_words(groups[0]);
  for (const RankCorrelation& pair : asked) {
    const auto& first = tied[static_cast<std::size_t>(pair.first)];
    const auto& second = tied[static_cast<std::size_t>(pair.second)];
    // The marginals are uniform, so that Spearman's rho is 12 E[(u - 1/2)(v - 1/2)].
    const SampleEstimate rho = estimate(sample_draws, [&](std::uint64_t i) {
      return 12 * (uniform_of(first[i]) - 0.5) * (uniform_of(second[i]) - 0.5);
    });
    EXPECT_NEAR(rho.mean, pair.rank, deviations * rho.standard_error);
  }
}

TEST(Copula, LeavesTheMarginalsAsTheyAre) {
  const std::vector<CopulaGroup> groups = copula_groups({{0, 1, 0.8}, {1, 2, 0.5}});
  ASSERT_EQ(groups.size(), 1u);
  for (const auto& member : tied_words(groups[0])) {
    std::array<double, 64> count{};
    for (const std::uint32_t word : member) ++count[word >> 26];
    const double expected = static_cast<double>(sample_draws) / 64;
    for (const double seen : count) EXPECT_NEAR(seen, expected, deviations * std::sqrt(expected));
    const std::vector<float> x = sample(make(Family::gamma, {2, 0.75}), member);
    const SampleEstimate average =
        estimate(sample_draws, [&](std::uint64_t i) { return double{x[i]}; });
    EXPECT_NEAR(average.mean, 1.5, deviations * average.standard_error);
  }
}

TEST(Copula, MovesPerfectlyTiedInputsTogether) {
  const std::vector<CopulaGroup> groups = copula_groups({{0, 1, 1.0}, {0, 2, -1.0}, {1, 2, -1.0}});
  ASSERT_EQ(groups.size(), 1u);
  const auto tied = tied_words(groups[0]);
  // The factors are 1 but for rounding, which moves a word by a few places at most.
  for (std::uint64_t i = 0; i < sample_draws; ++i) {
    ASSERT_NEAR(tied[0][i], tied[1][i], 4);
    ASSERT_NEAR(tied[0][i], ~tied[2][i], 4);
  }
}

}  // namespace
}  // namespace tranche
