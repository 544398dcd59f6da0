// SPDX-License-Identifier: Apache-2.0

// Tables against the exact quantile (sim/distribution/distribution, itself tested against
// Boost.Math in distribution_test.cpp), over all 32 bits of both tails.
#include "sim/distribution/quantile_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/random/quantile_table.hpp"

namespace tranche {
namespace {

using kernels::variable_value;

Distribution distribution_of(Family family, std::vector<double> parameters) {
  Distribution d;
  d.family = family;
  d.parameters = std::move(parameters);
  return d;
}
Distribution composite(Family family, std::vector<double> parameters, std::vector<double> weights,
                       std::vector<Distribution> components) {
  Distribution d = distribution_of(family, std::move(parameters));
  d.weights = std::move(weights);
  d.components = std::move(components);
  return d;
}
Distribution at_least(double minimum, Distribution d) {
  d.minimum = minimum;
  return d;
}

// Words from both ends to the median, about 50 pairs of neighbours in each factor of two.
std::vector<std::uint32_t> spread_words() {
  std::vector<std::uint32_t> words;
  for (double exponent = 0; exponent < 31; exponent += 0.0203) {
    const auto from_end = static_cast<std::uint32_t>(std::exp2(exponent)) - 1;
    words.insert(words.end(), {from_end, from_end + 1, ~from_end, ~from_end - 1});
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}
Probability probability_of(double word) {
  return {(word + 0.5) * 0x1p-32, (0x1p32 - 0.5 - word) * 0x1p-32};
}

double spread_of(const Shape& shape) {
  return shape.quantile_at({0.84, 0.16}) - shape.quantile_at({0.16, 0.84});
}

struct Case {
  Distribution distribution;
  double tolerance;  // of the value, or of the spread (p84 - p16) where that is larger
  const char* why;
};

// A value is a float and its place in the table is one (each half of 2^-24); the slope
// of the quantile times the rounding of the place adds to that.
constexpr double place_rounding = 8 * 0x1p-24;

std::vector<Case> smooth_cases() {
  constexpr const char* floats = "rounding to float";
  constexpr const char* powers = "x^10 between knots: h^4 / 384 * 5040 x^6, h = 1/16, at most";
  return {
      {distribution_of(Family::normal, {0, 1}), place_rounding, floats},
      {distribution_of(Family::normal, {1e6, 20}), place_rounding, floats},
      {distribution_of(Family::lognormal, {12.9, 0.25}), place_rounding, floats},
      {distribution_of(Family::lognormal, {0, 2}), 2 * place_rounding,
       "the slope is twice the value"},
      {distribution_of(Family::uniform, {0.4, 0.8}), place_rounding, floats},
      {distribution_of(Family::triangular, {0.4, 0.6, 0.8}), place_rounding, floats},
      {distribution_of(Family::triangular, {0, 0, 1}), place_rounding, floats},
      {distribution_of(Family::pert, {1, 2, 6}), place_rounding, floats},
      {distribution_of(Family::beta, {20, 30}), place_rounding, floats},
      {distribution_of(Family::beta, {60, 4}), place_rounding, floats},
      {distribution_of(Family::beta, {0.5, 0.5}), place_rounding, floats},
      {distribution_of(Family::beta, {0.1, 20}), 2e-4, powers},
      {distribution_of(Family::gamma, {2, 0.75}), place_rounding, floats},
      {distribution_of(Family::gamma, {0.1, 1}), 2e-4, powers},
      {distribution_of(Family::gamma, {500, 1}), place_rounding, floats},
      {at_least(20, distribution_of(Family::normal, {150, 30})), place_rounding, floats},
      {at_least(8, distribution_of(Family::normal, {0, 1})), place_rounding, floats},
      {from_interval_90(300e3, 500e3), place_rounding, floats},
      {composite(Family::mixture, {}, {0.4, 0.6},
                 {distribution_of(Family::lognormal, {1, 0.5}),
                  distribution_of(Family::lognormal, {2, 0.3})}),
       2 * place_rounding, "the quantile bends where one part takes over from the other"},
  };
}

TEST(QuantileBuilder, AgreesWithTheExactQuantileOfEachFamily) {
  for (const Case& test : smooth_cases()) {
    SCOPED_TRACE(describe(test.distribution));
    ASSERT_EQ(problem_of(test.distribution), "");
    QuantileTables tables;
    const kernels::VariableTable table = tables.add(test.distribution);
    ASSERT_EQ(table.segment_count, 1);
    const Shape shape(test.distribution);
    const double spread = spread_of(shape);
    for (const std::uint32_t r : spread_words()) {
      const double exact = shape.quantile_at(probability_of(r));
      const double value = variable_value(table, tables.coefficients().data(), r);
      ASSERT_NEAR(value, exact, test.tolerance * std::max(std::abs(exact), spread))
          << "word " << r << "; tolerance: " << test.why;
    }
  }
}

TEST(QuantileBuilder, IsMonotone) {
  for (const Case& test : smooth_cases()) {
    SCOPED_TRACE(describe(test.distribution));
    QuantileTables tables;
    const kernels::VariableTable table = tables.add(test.distribution);
    double last = -std::numeric_limits<double>::infinity();
    for (const std::uint32_t r : spread_words()) {
      const double value = variable_value(table, tables.coefficients().data(), r);
      // The last place of a float may vary where two intervals meet.
      ASSERT_GE(value, last - std::max(std::abs(last) * 0x1p-23, 0x1p-149)) << r;
      last = value;
    }
  }
}

TEST(QuantileBuilder, StaysWithinTheSupport) {
  QuantileTables tables;
  for (const Distribution& d :
       {distribution_of(Family::uniform, {0, 1}), distribution_of(Family::beta, {60, 4}),
        distribution_of(Family::beta, {0.1, 0.1}), distribution_of(Family::triangular, {0, 1, 1}),
        at_least(0, distribution_of(Family::normal, {0, 1}))}) {
    const kernels::VariableTable table = tables.add(d);
    const auto [low, high] = Shape(d).support();
    for (const std::uint32_t r : spread_words()) {
      const double value = variable_value(table, tables.coefficients().data(), r);
      ASSERT_GE(value, low) << describe(d);
      ASSERT_LE(value, high) << describe(d);
    }
  }
}

TEST(QuantileBuilder, GivesPointMassesTheirExactNumberOfWords) {
  QuantileTables tables;
  const float* none = nullptr;
  const kernels::VariableTable coin = tables.add(distribution_of(Family::bernoulli, {0.3}));
  // 0.7 * 2^32 = 3006477107.2 words are 0.
  EXPECT_EQ(variable_value(coin, none, 3006477106u), 0.0f);
  EXPECT_EQ(variable_value(coin, none, 3006477107u), 1.0f);
  EXPECT_EQ(variable_value(coin, none, 0), 0.0f);
  EXPECT_EQ(variable_value(coin, none, 0xFFFFFFFFu), 1.0f);
  const kernels::VariableTable one = tables.add(constant(5));
  EXPECT_EQ(one.segment_count, 1);
  EXPECT_EQ(variable_value(one, none, 12345u), 5.0f);
  EXPECT_EQ(tables.table_count(), 0u);  // neither needs a table

  const kernels::VariableTable some = tables.add(composite(
      Family::zero_inflated, {0.2}, {}, {distribution_of(Family::lognormal, {12.9, 0.25})}));
  // 0.2 * 2^32 = 858993459.2.
  EXPECT_EQ(variable_value(some, tables.coefficients().data(), 858993458u), 0.0f);
  EXPECT_GT(variable_value(some, tables.coefficients().data(), 858993459u), 0.0f);
  EXPECT_EQ(tables.table_count(), 1u);
}

TEST(QuantileBuilder, KeepsPointMassesGapsAndKinksApart) {
  const Distribution list[] = {
      composite(Family::zero_inflated, {0.2}, {},
                {distribution_of(Family::lognormal, {12.9, 0.25})}),
      composite(Family::mixture, {}, {0.3, 0.5, 0.2},
                {distribution_of(Family::normal, {0, 1}), distribution_of(Family::uniform, {4, 5}),
                 constant(2)}),
      composite(Family::mixture, {}, {0.3, 0.5, 0.2},
                {distribution_of(Family::uniform, {0, 1}), distribution_of(Family::uniform, {2, 3}),
                 distribution_of(Family::uniform, {0.5, 2.5})}),
      composite(
          Family::mixture, {}, {0.5, 0.5},
          {distribution_of(Family::uniform, {0, 1}), distribution_of(Family::uniform, {10, 11})}),
      composite(Family::choice, {1, 2, 10}, {0.25, 0.25, 0.5}, {}),
      distribution_of(Family::empirical, {1, 2, 4, 8}),
      distribution_of(Family::empirical, {1, 2, 2, 3, 5, 8}),
  };
  for (const Distribution& d : list) {
    SCOPED_TRACE(describe(d));
    ASSERT_EQ(problem_of(d), "");
    QuantileTables tables;
    const kernels::VariableTable table = tables.add(d);
    const Shape shape(d);
    const double spread = spread_of(shape);
    for (const std::uint32_t r : spread_words()) {
      const double value = variable_value(table, tables.coefficients().data(), r);
      // A segment begins on a whole word, so a value may be off by one word in either direction,
      // plus the rounding of float. Cubics smooth the kinks of tied empirical data by a tenth of
      // the change within an interval.
      const bool is_bent = d.family == Family::empirical && d.parameters.size() > 4;
      const double slack = (is_bent ? 2e-3 : place_rounding) * std::max(std::abs(value), spread);
      const double word = r;
      ASSERT_GE(value, shape.quantile_at(probability_of(std::max(word - 1, -0.49))) - slack) << r;
      ASSERT_LE(value, shape.quantile_at(probability_of(std::min(word + 1, 0x1p32 - 0.51))) + slack)
          << r;
    }
  }
}

TEST(QuantileBuilder, SharesTheTableOfEqualDistributions) {
  QuantileTables tables;
  const kernels::VariableTable first = tables.add(distribution_of(Family::normal, {0, 1}));
  const kernels::VariableTable again = tables.add(distribution_of(Family::normal, {0, 1}));
  const kernels::VariableTable other =
      tables.add(at_least(-1, distribution_of(Family::normal, {0, 1})));
  EXPECT_EQ(first.offset[0], again.offset[0]);
  EXPECT_NE(first.offset[0], other.offset[0]);
  EXPECT_EQ(tables.table_count(), 2u);
  EXPECT_EQ(tables.coefficients().size(), 2u * kernels::floats_per_table);
}

}  // namespace
}  // namespace tranche
