// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/sobol_indices.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>

#include "sim/studies/sensitivity/morris.hpp"
#include "sim/studies/sensitivity/sobol_points.hpp"
#include "tests/support/function_model.hpp"

namespace tranche {
namespace {

using tests::FunctionModel;
constexpr double pi = std::numbers::pi;

// Ishigami and Homma 1990, a = 7, b = 0.1, on uniform (-pi, pi).
double ishigami(const std::vector<double>& u) {
  const auto x = [&](std::size_t i) { return pi * (2 * u[i] - 1); };
  const double s = std::sin(x(1));
  return std::sin(x(0)) + 7 * s * s + 0.1 * std::pow(x(2), 4) * std::sin(x(0));
}
// Its variance components: V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V13 = 8 b^2 pi^8 / 225.
constexpr double ishigami_v2 = 49.0 / 8;
const double ishigami_v1 = 0.5 * std::pow(1 + 0.1 * std::pow(pi, 4) / 5, 2);
const double ishigami_v13 = 8 * 0.01 * std::pow(pi, 8) / 225;
const double ishigami_v = ishigami_v1 + ishigami_v2 + ishigami_v13;

// Sobol's G function: product of (|4 x - 2| + a) / (1 + a); Saltelli et al. 2010.
const std::vector<double> g_weights = {0, 0.5, 3, 9, 99, 99};
double g_function(const std::vector<double>& u) {
  double y = 1;
  for (std::size_t i = 0; i < g_weights.size(); ++i)
    y *= (std::fabs(4 * u[i] - 2) + g_weights[i]) / (1 + g_weights[i]);
  return y;
}
// V_i = 1 / (3 (1 + a_i)^2), V = prod (1 + V_i) - 1, total V_i prod over others (1 + V_j).
double g_part(std::size_t i) { return 1 / (3 * std::pow(1 + g_weights[i], 2)); }
double g_product_without(std::size_t i) {
  double product = 1;
  for (std::size_t j = 0; j < g_weights.size(); ++j)
    if (j != i) product *= 1 + g_part(j);
  return product;
}
double g_variance() { return g_product_without(g_weights.size()) - 1; }

TEST(SobolPoints, AreTheSequenceOfJoeAndKuoBeforeScrambling) {
  // Every interval of length 2^-m holds exactly one of 2^m points, in each dimension and
  // in both halves of the design: scrambling keeps the net.
  const SobolPoints points(200, 7);
  std::vector<std::uint32_t> words(1024);
  for (std::size_t d = 0; d < 200; ++d)
    for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{1024}}) {
      points.fill(first, words.size(), d, words.data());
      std::set<std::uint32_t> cells;
      for (const std::uint32_t word : words) cells.insert(word >> 22);
      ASSERT_EQ(cells.size(), 1024u) << d;
    }
}

// Joe and Kuo's own list (web.maths.unsw.edu.au/~fkuo/sobol), its first eight points.
TEST(SobolPoints, AreAsPublishedWithoutScrambling) {
  const SobolPoints points = SobolPoints::unscrambled(3);
  const double published[8][3] = {{0, 0, 0},
                                  {0.5, 0.5, 0.5},
                                  {0.75, 0.25, 0.25},
                                  {0.25, 0.75, 0.75},
                                  {0.375, 0.375, 0.625},
                                  {0.875, 0.875, 0.125},
                                  {0.625, 0.125, 0.875},
                                  {0.125, 0.625, 0.375}};
  for (std::size_t d = 0; d < 3; ++d)
    for (std::uint64_t first = 0; first < 8; ++first) {
      std::uint32_t word = 0;
      points.fill(first, 1, d, &word);
      EXPECT_EQ(word / 4294967296.0, published[first][d]) << first << ' ' << d;
    }
}

TEST(SobolPoints, FillEveryElementaryRectangleOfTheFirstTwoDimensions) {
  // The first two Sobol' dimensions are a (0, m, 2) net: each rectangle of sides 2^-k and
  // 2^-(m-k) holds one point (Niederreiter 1992). True for any scrambling of digits.
  const SobolPoints points(2, 99);
  std::vector<std::uint32_t> x(256), y(256);
  points.fill(0, 256, 0, x.data());
  points.fill(0, 256, 1, y.data());
  for (int k = 0; k <= 8; ++k) {
    std::set<std::uint64_t> cells;
    for (std::size_t j = 0; j < 256; ++j) {
      const std::uint64_t a = std::uint64_t{x[j]} >> (32 - k);
      const std::uint64_t b = std::uint64_t{y[j]} >> (24 + k);
      cells.insert(a << 32 | b);
    }
    EXPECT_EQ(cells.size(), 256u) << k;
  }
}

TEST(SobolPoints, DoNotDependOnWhereFillingBegins) {
  const SobolPoints points(5000, 3);
  for (const std::size_t d :
       {std::size_t{0}, std::size_t{17}, std::size_t{3666}, std::size_t{4999}}) {
    std::vector<std::uint32_t> all(600), part(100);
    points.fill(0, 600, d, all.data());
    points.fill(333, 100, d, part.data());
    for (std::size_t j = 0; j < 100; ++j) ASSERT_EQ(part[j], all[333 + j]) << d;
  }
}

TEST(SobolIndices, AreThoseOfTheIshigamiFunction) {
  const FunctionModel model(3, 1, [](const auto& u) { return std::vector{ishigami(u)}; });
  const SobolResult found =
      sobol_indices(model, {.points = 16'384, .seed = 5, .execution = {.threads = 2}});
  const double first[] = {ishigami_v1 / ishigami_v, ishigami_v2 / ishigami_v, 0};
  const double total[] = {(ishigami_v1 + ishigami_v13) / ishigami_v, ishigami_v2 / ishigami_v,
                          ishigami_v13 / ishigami_v};
  EXPECT_NEAR(found.means[0], 3.5, 0.01);
  EXPECT_NEAR(found.variances[0], ishigami_v, 0.01 * ishigami_v);
  for (std::size_t i = 0; i < 3; ++i) {
    // A standard error of 1 / sqrt(16384) = 0.008 with independent points; a net does better.
    EXPECT_NEAR(found.index(0, i).first.value, first[i], 0.01) << i;
    EXPECT_NEAR(found.index(0, i).total.value, total[i], 0.01) << i;
    EXPECT_LE(found.index(0, i).first.low, found.index(0, i).first.value);
    EXPECT_GE(found.index(0, i).first.high, found.index(0, i).first.value);
  }
}

TEST(SobolIndices, AreThoseOfTheGFunction) {
  const FunctionModel model(6, 1, [](const auto& u) { return std::vector{g_function(u)}; });
  const SobolResult found =
      sobol_indices(model, {.points = 16'384, .seed = 1, .execution = {.threads = 2}});
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(found.index(0, i).first.value, g_part(i) / g_variance(), 0.01) << i;
    EXPECT_NEAR(found.index(0, i).total.value, g_part(i) * g_product_without(i) / g_variance(),
                0.01)
        << i;
  }
}

TEST(SobolIndices, OfAGroupHoldWhatItsMembersDoTogether) {
  // Inputs 1 and 3 of Ishigami as one: first order V1 + V13, and the same in total.
  const FunctionModel model(3, 1, [](const auto& u) { return std::vector{ishigami(u)}; },
                            {0, 1, 0});
  const SobolResult found =
      sobol_indices(model, {.points = 16'384, .seed = 2, .execution = {.threads = 1}});
  ASSERT_EQ(found.groups, 2u);
  const double together = (ishigami_v1 + ishigami_v13) / ishigami_v;
  EXPECT_NEAR(found.index(0, 0).first.value, together, 0.015);
  EXPECT_NEAR(found.index(0, 0).total.value, together, 0.015);
}

TEST(SobolIndices, DoNotDependOnThreadsOrOnOtherOutputs) {
  const FunctionModel both(3, 3, [](const auto& u) {
    return std::vector{u[0] + 2 * u[1], ishigami(u), 7.0};
  });
  const FunctionModel alone(3, 1, [](const auto& u) { return std::vector{ishigami(u)}; });
  const SobolResult one =
      sobol_indices(both, {.points = 1024, .seed = 4, .execution = {.threads = 1}});
  const SobolResult three =
      sobol_indices(both, {.points = 1024, .seed = 4, .execution = {.threads = 3}});
  const SobolResult other =
      sobol_indices(alone, {.points = 1024, .seed = 4, .execution = {.threads = 2}});
  for (std::size_t g = 0; g < 3; ++g) {
    EXPECT_EQ(one.index(1, g).first.value, three.index(1, g).first.value);
    EXPECT_EQ(one.index(1, g).total.high, three.index(1, g).total.high);
    EXPECT_EQ(one.index(1, g).total.value, other.index(0, g).total.value);
    EXPECT_TRUE(std::isnan(one.index(2, g).first.value)) << "a constant has no indices";
  }
  // u1 + 2 u2: shares 1/5 and 4/5.
  EXPECT_NEAR(one.index(0, 0).first.value, 0.2, 0.02);
  EXPECT_NEAR(one.index(0, 1).total.value, 0.8, 0.02);
}

TEST(SobolIndices, HoldTheTruthInNineOfTenIntervals) {
  const FunctionModel model(3, 1, [](const auto& u) { return std::vector{ishigami(u)}; });
  const double first[] = {ishigami_v1 / ishigami_v, ishigami_v2 / ishigami_v, 0};
  int inside = 0, all = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const SobolResult found =
        sobol_indices(model, {.points = 2048, .seed = seed, .execution = {.threads = 2}});
    for (std::size_t i = 0; i < 3; ++i, ++all)
      inside += found.index(0, i).first.low <= first[i] && first[i] <= found.index(0, i).first.high;
  }
  // 90 % of 60 is 54, standard deviation 2.3; they may be too wide, not too narrow.
  EXPECT_GE(inside, 54 - 3 * 2.3);
}

TEST(Morris, FindsTheSlopesOfALinearFunction) {
  // y = 3 u1 - 2 u2 + 0 u3: each effect is the slope, exactly, from every starting point.
  const FunctionModel model(3, 1, [](const auto& u) { return std::vector{3 * u[0] - 2 * u[1]}; });
  const MorrisResult found =
      morris_effects(model, {.points = 700, .seed = 1, .execution = {.threads = 2}});
  // Values are floats: 2^-24 relative, of 3, over a step of one half.
  EXPECT_NEAR(found.effect(0, 0).mu, 3.0, 1e-6);
  EXPECT_NEAR(found.effect(0, 0).mu_star, 3.0, 1e-6);
  EXPECT_NEAR(found.effect(0, 1).mu, -2.0, 1e-6);
  EXPECT_NEAR(found.effect(0, 1).mu_star, 2.0, 1e-6);
  EXPECT_EQ(found.effect(0, 2).mu_star, 0.0);
  for (std::size_t g = 0; g < 3; ++g) EXPECT_NEAR(found.effect(0, g).sigma, 0.0, 1e-5);
}

TEST(Morris, TellsWhereInputsActTogether) {
  // y = u1 u2: the effect of u1 is u2, whose levels 1/16, 3/16 ... 15/16 have mean 1/2 and
  // standard deviation sqrt(63/12)/8 = 0.286.
  const FunctionModel model(2, 1, [](const auto& u) { return std::vector{u[0] * u[1]}; });
  const MorrisResult found =
      morris_effects(model, {.points = 1024, .seed = 3, .execution = {.threads = 1}});
  EXPECT_NEAR(found.effect(0, 0).mu, 0.5, 5 * 0.286 / 32);
  EXPECT_NEAR(found.effect(0, 0).sigma, std::sqrt(63.0 / 12) / 8, 0.02);
}

TEST(Morris, MovesAllNumbersOfAGroupTheSameWay) {
  const FunctionModel model(2, 1, [](const auto& u) { return std::vector{u[0] + u[1]}; }, {0, 0});
  const MorrisResult found =
      morris_effects(model, {.points = 256, .seed = 3, .execution = {.threads = 1}});
  EXPECT_NEAR(found.effect(0, 0).mu, 2.0, 1e-6);
  EXPECT_NEAR(found.effect(0, 0).sigma, 0.0, 1e-5);
}

}  // namespace
}  // namespace tranche
