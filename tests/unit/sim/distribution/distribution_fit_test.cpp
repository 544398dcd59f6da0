// SPDX-License-Identifier: Apache-2.0

// Distributions from means and percentiles, against Boost.Math's own formulas.
#include <gtest/gtest.h>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/normal.hpp>

#include "sim/distribution/fit.hpp"

namespace tranche {
namespace {

// Bisection stops at about 1e-15 of the logarithm; quantiles lose a few digits.
constexpr double fit_tolerance = 1e-9;

boost::math::beta_distribution<double> unit_beta(const Fit& fit) {
  EXPECT_EQ(fit.problem, "");
  return {fit.distribution.parameters.at(0), fit.distribution.parameters.at(1)};
}

TEST(NormalFit, HasThePercentiles) {
  const Fit fit = normal_from_percentiles(-3, 11);
  const boost::math::normal_distribution<double> normal(fit.distribution.parameters.at(0),
                                                        fit.distribution.parameters.at(1));
  EXPECT_NEAR(boost::math::quantile(normal, 0.05), -3, fit_tolerance);
  EXPECT_NEAR(boost::math::quantile(normal, 0.95), 11, fit_tolerance);
}

TEST(LognormalFit, HasTheMoments) {
  const Fit fit = lognormal_from_moments(5, 2);
  const boost::math::lognormal_distribution<double> lognormal(fit.distribution.parameters.at(0),
                                                              fit.distribution.parameters.at(1));
  EXPECT_NEAR(boost::math::mean(lognormal), 5, fit_tolerance);
  EXPECT_NEAR(boost::math::standard_deviation(lognormal), 2, fit_tolerance);
}

TEST(GammaFit, HasTheMoments) {
  const Fit fit = gamma_from_moments(3, 1.5);
  const boost::math::gamma_distribution<double> gamma(fit.distribution.parameters.at(0),
                                                      fit.distribution.parameters.at(1));
  EXPECT_NEAR(boost::math::mean(gamma), 3, fit_tolerance);
  EXPECT_NEAR(boost::math::standard_deviation(gamma), 1.5, fit_tolerance);
}

TEST(BetaFit, HasTheMoments) {
  const auto beta = unit_beta(beta_from_moments(0.4, 0.07, 0, 1));
  EXPECT_NEAR(boost::math::mean(beta), 0.4, fit_tolerance);
  EXPECT_NEAR(boost::math::standard_deviation(beta), 0.07, fit_tolerance);
}

TEST(BetaFit, HasTheMeanAndTheWidth) {
  const auto beta = unit_beta(beta_from_mean_and_percentiles(0.40, 0.30, 0.50, 0, 1));
  EXPECT_NEAR(boost::math::mean(beta), 0.4, fit_tolerance);
  EXPECT_NEAR(boost::math::quantile(beta, 0.95) - boost::math::quantile(beta, 0.05), 0.2,
              fit_tolerance);
}

TEST(BetaFit, HasThePercentiles) {
  for (const auto& [p05, p95] : {std::pair(0.3, 0.5), std::pair(0.9, 0.99), std::pair(0.01, 0.9)}) {
    const auto beta = unit_beta(beta_from_percentiles(p05, p95, 0, 1));
    // Two nested bisections of 50 and 100 steps.
    EXPECT_NEAR(boost::math::quantile(beta, 0.05), p05, 1e-7);
    EXPECT_NEAR(boost::math::quantile(beta, 0.95), p95, 1e-7);
  }
}

TEST(BetaFit, ScalesToItsEnds) {
  const Fit unit = beta_from_moments(0.25, 0.1, 0, 1);
  const Fit wide = beta_from_moments(10, 2, 5, 25);  // 0.25 and 0.1 of the width 20
  EXPECT_NEAR(wide.distribution.parameters.at(0), unit.distribution.parameters.at(0), 1e-12);
  EXPECT_EQ(wide.distribution.parameters.at(2), 5);
  EXPECT_EQ(wide.distribution.parameters.at(3), 25);
}

TEST(Fits, RefuseWhatNoDistributionHas) {
  EXPECT_NE(normal_from_percentiles(2, 1).problem, "");
  EXPECT_NE(lognormal_from_median(-1, 1).problem, "");
  EXPECT_NE(lognormal_from_percentiles(0, 1).problem, "");
  EXPECT_NE(beta_from_moments(0.5, 0.6, 0, 1).problem, "");
  EXPECT_NE(beta_from_mean_and_percentiles(0.31, 0.3, 0.6, 0, 1).problem, "");
  EXPECT_NE(gamma_from_moments(0, 1).problem, "");
}

}  // namespace
}  // namespace tranche
