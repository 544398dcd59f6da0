// SPDX-License-Identifier: Apache-2.0
#include "sim/distribution/distribution.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/triangular.hpp>
#include <cmath>

namespace tranche {
namespace {

Distribution make(Family family, std::vector<double> parameters) {
  Distribution d;
  d.family = family;
  d.parameters = std::move(parameters);
  return d;
}
Distribution truncated(Distribution d, std::optional<double> minimum,
                       std::optional<double> maximum) {
  d.minimum = minimum;
  d.maximum = maximum;
  return d;
}
Distribution mixture(std::vector<double> weights, std::vector<Distribution> components) {
  Distribution d = make(Family::mixture, {});
  d.weights = std::move(weights);
  d.components = std::move(components);
  return d;
}
Distribution choice(std::vector<double> values, std::vector<double> weights) {
  Distribution d = make(Family::choice, std::move(values));
  d.weights = std::move(weights);
  return d;
}
Distribution zero_inflated(double probability, Distribution otherwise) {
  Distribution d = make(Family::zero_inflated, {probability});
  d.components = {std::move(otherwise)};
  return d;
}

constexpr double levels[] = {0x1p-33, 1e-6, 0.01, 0.05, 0.3, 0.5, 0.77, 0.95, 0.9999, 1 - 1e-9};

// The promise of sim/distribution/distribution.hpp: numerics below 1e-12, relative.
template <class Reference>
void expect_quantiles(const Distribution& d, const Reference& reference) {
  for (const double u : levels) {
    const double exact = quantile(reference, u);
    EXPECT_NEAR(quantile(d, u), exact, 1e-12 * std::abs(exact)) << describe(d) << " at " << u;
    EXPECT_NEAR(cumulative(d, exact), u, 1e-11 * u) << describe(d) << " at " << u;
  }
  EXPECT_NEAR(mean(d), mean(reference), 1e-12 * std::abs(mean(reference)));
}

TEST(Distribution, AgreesWithBoostForEachFamilyItHas) {
  namespace bm = boost::math;
  expect_quantiles(make(Family::normal, {10, 2}), bm::normal(10, 2));
  expect_quantiles(make(Family::lognormal, {12.9, 0.25}), bm::lognormal(12.9, 0.25));
  expect_quantiles(make(Family::triangular, {0.4, 0.6, 0.8}), bm::triangular(0.4, 0.6, 0.8));
  expect_quantiles(make(Family::beta, {20, 30}), bm::beta_distribution<double>(20, 30));
  expect_quantiles(make(Family::beta, {0.5, 4}), bm::beta_distribution<double>(0.5, 4));
  expect_quantiles(make(Family::gamma, {2, 0.75}), bm::gamma_distribution<double>(2, 0.75));
}

TEST(Distribution, KeepsTheDigitsOfATriangleNearItsMode) {
  // 3 (1 - sqrt(1 - u)) = 3 (u / 2 + u^2 / 8 + ...).
  const double u = 0x1p-33, x = 3 * (u / 2 + u * u / 8);
  const Distribution falling = make(Family::triangular, {0, 0, 3});
  EXPECT_NEAR(quantile(falling, u), x, 1e-12 * x);
  EXPECT_NEAR(cumulative(falling, x), u, 1e-12 * u);
  EXPECT_DOUBLE_EQ(quantile(falling, 0.75), 1.5);
  const Distribution rising = make(Family::triangular, {0, 3, 3});
  EXPECT_NEAR(3 - quantile(rising, 1 - u), x, 0x1p-51);  // the last place of 3
  EXPECT_DOUBLE_EQ(quantile(rising, 0.25), 1.5);
}

TEST(Distribution, InvertsItsCumulativeProbability) {
  const Distribution list[] = {
      make(Family::uniform, {-2, 5}),
      make(Family::pert, {1, 2, 6}),
      make(Family::pert, {1, 2, 6, 10}),
      make(Family::beta, {2, 3, 10, 20}),
      make(Family::empirical, {1, 2, 4, 4.5, 9}),
      truncated(make(Family::normal, {150, 30}), 20, std::nullopt),
      truncated(make(Family::normal, {0, 1}), 8, std::nullopt),
      truncated(make(Family::lognormal, {0, 1}), 0.5, 3),
      mixture({0.4, 0.6}, {make(Family::normal, {0, 1}), make(Family::lognormal, {1, 0.5})}),
      truncated(mixture({0.4, 0.6}, {make(Family::uniform, {0, 2}), make(Family::uniform, {1, 3})}),
                0.5, 2.5),
  };
  for (const Distribution& d : list) {
    ASSERT_EQ(problem_of(d), "");
    double last = -INFINITY;
    for (const double u : levels) {
      const double x = quantile(d, u);
      EXPECT_GT(x, last);
      last = x;
      // The value is rounded to 2^-53, the probability moves by density * x as much;
      // the truncation at 8 deviations leaves the least room (density * x = 70).
      EXPECT_NEAR(cumulative(d, x), u, 100 * 0x1p-52) << describe(d) << " at " << u;
    }
  }
}

TEST(Distribution, TruncatesByRenormalising) {
  const Distribution d = truncated(make(Family::uniform, {0, 10}), 2, 4);
  EXPECT_DOUBLE_EQ(quantile(d, 0.25), 2.5);
  EXPECT_DOUBLE_EQ(cumulative(d, 3.5), 0.75);
  EXPECT_EQ(cumulative(d, 1), 0);
  EXPECT_EQ(cumulative(d, 4), 1);
  EXPECT_NEAR(mean(d), 3, 1e-12);  // numerical integration of a straight line
  // Half normal: mean sqrt(2 / pi).
  const Distribution half = truncated(make(Family::normal, {0, 1}), 0, std::nullopt);
  EXPECT_NEAR(mean(half), std::sqrt(2 / M_PI), 1e-9);  // tolerance of the integration: 1.5e-8
  // Truncation of a choice keeps the values within, ends included.
  const Distribution rest = truncated(choice({1, 2, 3}, {0.5, 0.25, 0.25}), 2, 3);
  EXPECT_EQ(quantile(rest, 0.49), 2);
  EXPECT_EQ(quantile(rest, 0.51), 3);
  EXPECT_DOUBLE_EQ(mean(rest), 2.5);
}

// Regression: Boost threw at the probabilities of 1e-300 that the integration evaluates.
TEST(Distribution, HasAMeanWhenABetaIsCutAtItsEnd) {
  Distribution d = make(Family::pert, {0, 1, 2});  // 2 y, y from beta(3, 3)
  d.maximum = 0.5;
  // Integrals of y^3 (1 - y)^2 and y^2 (1 - y)^2 from 0 to 1/4.
  const double y = 0.25, y3 = y * y * y;
  const double first = y3 * y * (1.0 / 4 - 2 * y / 5 + y * y / 6);
  const double mass = y3 * (1.0 / 3 - y / 2 + y * y / 5);
  EXPECT_NEAR(mean(d), 2 * first / mass, 1e-8);  // of the integration
}

TEST(Distribution, GivesPointMassesTheirProbability) {
  const Distribution nothing = zero_inflated(0.2, make(Family::uniform, {10, 20}));
  EXPECT_EQ(quantile(nothing, 0.1), 0);
  EXPECT_EQ(quantile(nothing, 0.2), 0);
  EXPECT_DOUBLE_EQ(quantile(nothing, 0.6), 15);
  EXPECT_DOUBLE_EQ(cumulative(nothing, 0), 0.2);
  EXPECT_EQ(cumulative(nothing, -1e-9), 0);
  EXPECT_DOUBLE_EQ(mean(nothing), 12);
  const Distribution coin = make(Family::bernoulli, {0.3});
  EXPECT_EQ(quantile(coin, 0.69), 0);
  EXPECT_EQ(quantile(coin, 0.71), 1);
  EXPECT_DOUBLE_EQ(mean(coin), 0.3);
  // A point mass amid a continuous part: P(X < 0) = 0.4, P(X = 0) = 0.2.
  const Distribution amid = mixture({0.8, 0.2}, {make(Family::normal, {0, 1}), constant(0)});
  EXPECT_EQ(quantile(amid, 0.41), 0);
  EXPECT_EQ(quantile(amid, 0.59), 0);
  EXPECT_LT(quantile(amid, 0.39), 0);
  EXPECT_GT(quantile(amid, 0.61), 0);
}

TEST(Distribution, ReadsEmpiricalDataAsTypeSeven) {
  // R: quantile(c(1, 2, 4, 8), c(.25, .5, .9), type = 7) gives 1.75, 3, 6.8.
  const Distribution d = make(Family::empirical, {1, 2, 4, 8});
  EXPECT_DOUBLE_EQ(quantile(d, 0.25), 1.75);
  EXPECT_DOUBLE_EQ(quantile(d, 0.5), 3);
  EXPECT_DOUBLE_EQ(quantile(d, 0.9), 6.8);
  EXPECT_DOUBLE_EQ(mean(d), (1.5 + 3 + 6) / 3);
  const Distribution tied = make(Family::empirical, {1, 2, 2, 2, 5});
  EXPECT_EQ(quantile(tied, 0.3), 2);
  EXPECT_DOUBLE_EQ(cumulative(tied, 2), 0.75);
}

TEST(Distribution, TakesAnIntervalOfNinetyPercent) {
  const Distribution chips = from_interval_90(300e3, 500e3);
  EXPECT_EQ(chips.family, Family::lognormal);
  EXPECT_NEAR(quantile(chips, 0.05), 300e3, 300e3 * 1e-12);
  EXPECT_NEAR(quantile(chips, 0.95), 500e3, 500e3 * 1e-12);
  const Distribution shift = from_interval_90(-1, 3);
  EXPECT_EQ(shift.family, Family::normal);
  EXPECT_NEAR(quantile(shift, 0.05), -1, 1e-12);
  EXPECT_NEAR(quantile(shift, 0.95), 3, 1e-12);
}

TEST(Distribution, ScalesWithItsUnit) {
  const Distribution list[] = {
      constant(3),
      make(Family::normal, {10, 2}),
      make(Family::lognormal, {1, 0.5}),
      make(Family::uniform, {1, 2}),
      make(Family::triangular, {1, 2, 4}),
      make(Family::pert, {1, 2, 4, 6}),
      make(Family::beta, {2, 3}),
      make(Family::gamma, {2, 3}),
      make(Family::bernoulli, {0.3}),
      choice({1, 2}, {0.5, 0.5}),
      mixture({0.5, 0.5}, {constant(1), make(Family::normal, {3, 1})}),
      make(Family::empirical, {1, 2, 7}),
      zero_inflated(0.1, make(Family::gamma, {2, 3})),
      truncated(make(Family::normal, {10, 2}), 9, 12),
  };
  for (const Distribution& d : list) {
    const Distribution larger = scaled(d, 1000);
    EXPECT_EQ(problem_of(larger), "");
    for (const double u : {0.02, 0.4, 0.8, 0.999}) {
      const double expected = 1000 * quantile(d, u);
      EXPECT_NEAR(quantile(larger, u), expected, 1e-12 * std::abs(expected)) << describe(d);
    }
  }
}

TEST(Distribution, DescribesItselfInWords) {
  EXPECT_EQ(describe(constant(400000)), "400,000");
  EXPECT_EQ(describe(from_interval_90(300e3, 500e3)), "lognormal, 90 % in 300,000 to 500,000");
  EXPECT_EQ(describe(make(Family::triangular, {0.4, 0.6, 0.8})),
            "triangular, 0.4 to 0.8, most likely 0.6");
  EXPECT_EQ(describe(make(Family::bernoulli, {0.3})), "1 with probability 30 %, else 0");
  EXPECT_EQ(describe(choice({1, 2}, {0.25, 0.75})), "one of 1 (25 %), 2 (75 %)");
  EXPECT_EQ(describe(zero_inflated(0.2, make(Family::uniform, {1, 1500}))),
            "0 with probability 20 %, else uniform, 1 to 1,500");
  EXPECT_EQ(describe(truncated(make(Family::normal, {150, 30}), 20, std::nullopt)),
            "normal, 90 % in 100.7 to 199.3, at least 20");
}

TEST(Distribution, SaysWhatIsWrong) {
  EXPECT_EQ(problem_of(make(Family::normal, {1, 0})), "standard deviation must be positive");
  EXPECT_EQ(problem_of(make(Family::normal, {1})),
            "`normal` takes a mean and a standard deviation; 1 given");
  EXPECT_EQ(problem_of(constant(NAN)), "a parameter is not a finite number");
  EXPECT_EQ(problem_of(make(Family::uniform, {2, 2})), "`low` must be below `high`");
  EXPECT_EQ(problem_of(make(Family::triangular, {1, 5, 3})),
            "`mode` must lie between `low` and `high`");
  EXPECT_EQ(problem_of(make(Family::beta, {0, 1})), "a shape must lie between 0.001 and 1e6");
  EXPECT_EQ(problem_of(make(Family::gamma, {1, -1})), "scale must be positive");
  EXPECT_EQ(problem_of(make(Family::bernoulli, {1.5})), "a probability must lie between 0 and 1");
  EXPECT_EQ(problem_of(choice({1, 2}, {0.5, 0.6})), "the probabilities sum to 1.1, not to 1");
  EXPECT_EQ(problem_of(choice({1, 2}, {1})), "1 probabilities for 2 values");
  EXPECT_EQ(problem_of(choice({1, 2}, {1.5, -0.5})), "a probability must not be negative");
  EXPECT_EQ(problem_of(mixture({0.5, 0.5}, {constant(1), make(Family::normal, {0, -1})})),
            "component 2: standard deviation must be positive");
  EXPECT_EQ(problem_of(make(Family::empirical, {2, 1})), "observed values must be sorted");
  EXPECT_EQ(problem_of(truncated(make(Family::normal, {0, 1}), 3, 2)),
            "`min` must not be above `max`");
  EXPECT_EQ(problem_of(truncated(make(Family::uniform, {0, 1}), 2, 3)),
            "`min` and `max` leave nothing of it: uniform, 0 to 1");
  EXPECT_EQ(problem_of(make(Family::lognormal, {100, 1})),
            "values reach 1.52e+46; at most 3.4e38 can be computed with");
  std::vector<double> values, weights;
  for (int i = 0; i < 20; ++i) {
    values.push_back(i);
    weights.push_back(0.05);
  }
  EXPECT_EQ(problem_of(choice(values, weights)),
            "20 separate values and ranges; at most 16 are accepted");
}

}  // namespace
}  // namespace tranche
