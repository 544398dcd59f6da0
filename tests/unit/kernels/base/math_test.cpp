// SPDX-License-Identifier: Apache-2.0

// References: 80-bit long double of the C library and Boost.Math in long double, 11 bits finer than
// the tested functions. Arguments come from Philox, so the test is always the same.
#include "kernels/base/math.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

#include "kernels/base/math_float.hpp"
#include "kernels/random/philox.hpp"

namespace tranche::kernels {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// A double in [low, high], number `draw` of a sequence.
double uniform_between(double low, double high, std::uint64_t draw) {
  const Philox4x32 r = random_block(1, {2, 0}, draw);
  const double u = (static_cast<double>(r.x) + static_cast<double>(r.y) * 0x1p-32) * 0x1p-32;
  return low + (high - low) * u;
}

// |value - exact| in units of the last place of a double (digits 53) or float (24).
double ulps(double value, long double exact, int digits, int min_exponent) {
  int exponent = 0;
  std::frexp(static_cast<double>(exact), &exponent);
  const long double ulp = std::ldexp(1.0L, std::max(exponent - digits, min_exponent));
  return static_cast<double>(std::abs((static_cast<long double>(value) - exact) / ulp));
}
double ulps(double value, long double exact) { return ulps(value, exact, 53, -1074); }
double ulps(float value, double exact) { return ulps(value, exact, 24, -149); }

// The largest error of `count` arguments, spread evenly over [low, high].
template <class Function, class Exact>
double worst_ulps(double low, double high, Function function, Exact exact, int count = 200'000) {
  double worst = 0;
  for (int i = 0; i < count; ++i) {
    const double x = uniform_between(low, high, static_cast<std::uint64_t>(i));
    const double error = ulps(function(x), exact(x));
    if (!(error <= worst)) worst = error;  // keeps a NaN
  }
  return worst;
}

TEST(Math, ExpIsWithinItsStatedError) {
  const auto value = [](double x) { return exp(x); };
  const auto exact = [](double x) { return std::exp(static_cast<long double>(x)); };
  EXPECT_LT(worst_ulps(-708, 709.7, value, exact), 0.9);
  EXPECT_LT(worst_ulps(-1, 1, value, exact), 0.9);
  EXPECT_LT(worst_ulps(-1e-8, 1e-8, value, exact), 0.9);
  EXPECT_LT(worst_ulps(-745.1, -708, value, exact), 1.0);  // subnormal results
}

TEST(Math, LogIsWithinItsStatedError) {
  const auto value = [](double x) { return log(x); };
  const auto exact = [](double x) { return std::log(static_cast<long double>(x)); };
  EXPECT_LT(worst_ulps(0.3, 3, value, exact), 0.9);
  EXPECT_LT(worst_ulps(1 - 1e-6, 1 + 1e-6, value, exact), 0.9);
  const auto value_of_exp = [](double y) { return log(std::exp(y)); };
  const auto exact_of_exp = [](double y) {
    return std::log(static_cast<long double>(std::exp(y)));
  };
  EXPECT_LT(worst_ulps(-744, 709, value_of_exp, exact_of_exp), 0.9);
}

TEST(Math, NormalCdfIsWithinItsStatedErrorInBothTails) {
  const auto value = [](double z) { return normal_cdf(z); };
  const auto exact = [](double z) {
    return 0.5L * std::erfc(-static_cast<long double>(z) * std::sqrt(0.5L));
  };
  EXPECT_LT(worst_ulps(-37.5, 0, value, exact), 9);
  EXPECT_LT(worst_ulps(-3, 3, value, exact), 9);
  EXPECT_LT(worst_ulps(0, 9, value, exact), 9);
}

TEST(Math, NormalQuantileIsWithinItsStatedErrorInBothTails) {
  const boost::math::normal_distribution<long double> normal;
  const auto lower = [](double y) { return normal_quantile(std::exp(y)); };
  const auto exact_lower = [&](double y) {
    return quantile(normal, static_cast<long double>(std::exp(y)));
  };
  constexpr int count = 20'000;  // Boost is slow
  EXPECT_LT(worst_ulps(-700, -0.7, lower, exact_lower, count), 8);
  const auto upper = [](double u) { return normal_quantile(u); };
  const auto exact_upper = [&](double u) {
    return quantile(complement(normal, 1 - static_cast<long double>(u)));
  };
  EXPECT_LT(worst_ulps(0.5001, 1 - 1e-15, upper, exact_upper, count), 8);
}

TEST(Math, FloatVersionsAreWithinTheirStatedErrors) {
  const auto as_float = [](double x) { return static_cast<double>(static_cast<float>(x)); };
  const auto error = [&](double low, double high, auto value, auto exact) {
    double worst = 0;
    for (std::uint64_t i = 0; i < 200'000; ++i) {
      const double x = as_float(uniform_between(low, high, i));
      worst = std::max(worst, ulps(value(static_cast<float>(x)), exact(x)));
    }
    return worst;
  };
  const auto exp_f = [](float x) { return exp(x); };
  const auto log_f = [](float x) { return log(x); };
  const auto log2_f = [](float x) { return log2(x); };
  const auto exp_d = [](double x) { return std::exp(x); };
  const auto log_d = [](double x) { return std::log(x); };
  const auto log2_d = [](double x) { return std::log2(x); };
  EXPECT_LT(error(-103.9, 88.7, exp_f, exp_d), 1.1);
  EXPECT_LT(error(-1, 1, exp_f, exp_d), 1.1);
  EXPECT_LT(error(0.3, 3, log_f, log_d), 1.0);
  EXPECT_LT(error(1e-40, 1e-37, log_f, log_d), 1.0);
  EXPECT_LT(error(1e30, 1e38, log_f, log_d), 1.0);
  EXPECT_LT(error(0.3, 3, log2_f, log2_d), 2.0);
  EXPECT_LT(error(1, 1e6, log2_f, log2_d), 2.0);
  for (int k = -149; k <= 127; ++k) EXPECT_EQ(log2(std::ldexp(1.0f, k)), static_cast<float>(k));
}

TEST(Math, EdgesAreDefined) {
  EXPECT_EQ(exp(0.0), 1);
  EXPECT_EQ(exp(709.8), infinity);
  EXPECT_EQ(exp(infinity), infinity);
  EXPECT_EQ(exp(-746.0), 0);
  EXPECT_EQ(exp(-infinity), 0);
  EXPECT_EQ(exp(-745.0), 0x1p-1074);  // e^-745 = 4.99e-324 rounds to the least double
  EXPECT_TRUE(std::isnan(exp(std::nan(""))));
  EXPECT_EQ(log(1.0), 0);
  EXPECT_EQ(log(0.0), -infinity);
  EXPECT_EQ(log(-0.0), -infinity);
  EXPECT_EQ(log(infinity), infinity);
  EXPECT_TRUE(std::isnan(log(-1.0)));
  EXPECT_TRUE(std::isnan(log(std::nan(""))));
  EXPECT_EQ(normal_cdf(0.0), 0.5);
  EXPECT_EQ(normal_cdf(-infinity), 0);
  EXPECT_EQ(normal_cdf(infinity), 1);
  EXPECT_TRUE(std::isnan(normal_cdf(std::nan(""))));
  EXPECT_EQ(normal_quantile(0.5), 0);
  EXPECT_EQ(normal_quantile(0.0), -infinity);
  EXPECT_EQ(normal_quantile(1.0), infinity);
  EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(std::nan(""))));
}

TEST(Math, FloatEdgesAreDefined) {
  constexpr float float_infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(exp(89.0f), float_infinity);
  EXPECT_EQ(exp(-104.0f), 0);
  EXPECT_EQ(exp(0.0f), 1);
  EXPECT_EQ(log(0.0f), -float_infinity);
  EXPECT_EQ(log(float_infinity), float_infinity);
  EXPECT_TRUE(std::isnan(log(-1.0f)));
  EXPECT_EQ(log2(0.0f), -float_infinity);
  EXPECT_TRUE(std::isnan(log2(-1.0f)));
  EXPECT_TRUE(std::isnan(exp(std::nanf(""))));
}

// The same for g++ and clang++, and with or without vector instructions; changes only with the
// formulas.
TEST(Math, GivesTheSameBitsEverywhere) {
  std::uint64_t digest = 1469598103934665603u;  // FNV-1a
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const double x = uniform_between(1e-3, 30, i);
    for (const double value : {exp(x), log(x), normal_cdf(-x), normal_quantile(x / 31)}) {
      digest = (digest ^ bits_as<std::uint64_t>(value)) * 1099511628211u;
    }
  }
  EXPECT_EQ(digest, 12781333454572848544u);
}

}  // namespace
}  // namespace tranche::kernels
