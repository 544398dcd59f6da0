// SPDX-License-Identifier: Apache-2.0

// Mean, standard deviation and percentiles of values that are narrow, shared, rare or of either
// sign, against the promises of docs/formats/results.md: from the counters, with cells fitted to
// the first 512 values as in a run, compared with the values themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "sim/results/summary.hpp"
#include "sim/statistics/histogram_quantile.hpp"
#include "tests/support/run_result_builder.hpp"

namespace tranche {
namespace {

constexpr std::size_t pilot = 512;
constexpr double bin_width = 0.004;  // docs/formats/results.md: 0.4 %

using Generator = std::mt19937;
using Draw = std::function<double(Generator&)>;

std::vector<float> values_of(const Draw& draw, std::size_t count = 20'000) {
  Generator generator(20261130);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(draw(generator));
  return values;
}

Draw normal(double mean, double sd) {
  return [=](Generator& g) { return std::normal_distribution<double>(mean, sd)(g); };
}
Draw uniform(double low, double high) {
  return [=](Generator& g) { return std::uniform_real_distribution<double>(low, high)(g); };
}
Draw capped(double cap, const Draw& draw) {
  return [=](Generator& g) { return std::min(cap, draw(g)); };
}
// `first` in this fraction of the draws, else `second`.
Draw either(double share, const Draw& first, const Draw& second) {
  return [=](Generator& g) {
    return std::uniform_real_distribution<double>(0, 1)(g) < share ? first(g) : second(g);
  };
}
Draw certain(double value) {
  return [=](Generator&) { return value; };
}

// docs/formats/results.md: an eight millionth of the largest magnitude of the first 512 draws.
double promised_error(const std::vector<float>& values) {
  double largest = 0;
  for (std::size_t j = 0; j < pilot; ++j)
    largest = std::max(largest, std::fabs(static_cast<double>(values[j])));
  return largest / 8e6;
}

struct Exact {
  std::vector<float> sorted;
  double mean = 0, sd = 0;
};

Exact exact_of(std::vector<float> values) {
  Exact out;
  const auto count = static_cast<double>(values.size());
  for (const float value : values) out.mean += value / count;
  for (const float value : values) out.sd += (value - out.mean) * (value - out.mean) / count;
  out.sd = std::sqrt(out.sd);
  std::sort(values.begin(), values.end());
  out.sorted = std::move(values);
  return out;
}

// Tests that the value lies between the two order statistics at this rank, each accurate to the
// width of a bin.
void expect_percentile(double found, const std::vector<float>& sorted, double p) {
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double low = sorted[below], high = sorted[std::min(below + 1, sorted.size() - 1)];
  const double exact = low + (position - std::floor(position)) * (high - low);
  EXPECT_NEAR(found, exact, bin_width * std::max(std::fabs(low), std::fabs(high))) << "p " << p;
}

Statistics expect_what_is_promised(const std::string& what, const std::vector<float>& values) {
  SCOPED_TRACE(what);
  const Exact exact = exact_of(values);
  const Statistics s = statistics(tally_of(values, pilot), 0, 1.0);
  const double rounding = 1e-12 * std::fabs(exact.mean);  // of the sums in this test
  const double error = promised_error(values) + rounding;
  EXPECT_NEAR(s.mean, exact.mean, error);
  EXPECT_NEAR(s.sd, exact.sd, error);
  EXPECT_GE(s.mean, exact.sorted.front());
  EXPECT_LE(s.mean, exact.sorted.back());
  EXPECT_EQ(s.sd == 0, exact.sorted.front() == exact.sorted.back());
  for (const auto& [found, p] :
       {std::pair{s.p05, 0.05}, {s.p25, 0.25}, {s.p50, 0.5}, {s.p75, 0.75}, {s.p95, 0.95}})
    expect_percentile(found, exact.sorted, p);
  return s;
}

TEST(NarrowValues, HaveTheMeanAndSpreadOfTheirDraws) {
  for (const double centre : {200'000.0, -200'000.0, 3.7e19, 1.5e-7})
    for (const double relative : {1e-2, 1e-3, 5.025e-4, 1e-4, 1e-5, 1e-6}) {
      const double sd = relative * std::fabs(centre);
      const std::string what = std::to_string(centre) + " to " + std::to_string(relative);
      const Statistics of_normal =
          expect_what_is_promised("normal " + what, values_of(normal(centre, sd)));
      // Values are floats, of 2^-24: at 1e-6 they are rounded to a sixteenth of the spread, and
      // 20,000 of them scatter by 1 / sqrt(40,000) = 0.5 %; four of those.
      EXPECT_NEAR(of_normal.sd, sd, 0.02 * sd) << what;
      expect_what_is_promised("uniform " + what, values_of(uniform(centre - sd, centre + sd)));
    }
}

TEST(NarrowValues, AtACapKeepTheMeanOfTheDrawsBelowIt) {
  // 6.25 % of 99,700 to 100,020 lie above 100,000. By hand: the mean is 99,850 x 0.9375 +
  // 100,000 x 0.0625 = 99,859.375; of squares about 100,000, 300^2 / 3 x 0.9375 = 28,125, so the
  // variance is 28,125 - 140.625^2 = 8,349.6 and the deviation 91.376.
  const Statistics s =
      expect_what_is_promised("capped", values_of(capped(100'000, uniform(99'700, 100'020))));
  const double standard_error = 91.376 / std::sqrt(20'000.0);
  EXPECT_NEAR(s.mean, 99'859.375, 4 * standard_error);
  // About half a standard error of the mean, for a distribution as flat as this.
  EXPECT_NEAR(s.sd, 91.376, 4 * standard_error);
  EXPECT_EQ(s.p95, 100'000);
  EXPECT_LT(s.p75, 100'000);
  EXPECT_LT(s.p05, s.p50);
  for (const double above : {0.001, 0.01, 0.3, 0.9, 0.999})
    for (const double width : {1e-2, 1e-3, 1e-4, 1e-5}) {
      const double low = 1e6 * (1 - width), high = 1e6 + 1e6 * width * above / (1 - above);
      const std::string what = std::to_string(above) + " above, " + std::to_string(width);
      expect_what_is_promised(what, values_of(capped(1e6, uniform(low, high))));
      expect_what_is_promised("minus " + what, values_of([=](Generator& g) {
                                return -std::min(1e6, uniform(low, high)(g));
                              }));
    }
}

TEST(NarrowValues, SharedByManyDrawsAreExactWhereverAPercentileFalls) {
  // Two caps in one bin, with draws below, between and above them.
  const std::vector<float> values = values_of(
      either(0.3, certain(100'000), either(0.3, certain(100'040), uniform(99'900, 100'080))));
  Exact exact = exact_of(values);
  const HistogramQuantiles found(tally_of(values, pilot), 0);
  std::size_t compared = 0;
  for (std::size_t rank = 0; rank < values.size(); rank += 7) {
    const float value = exact.sorted[rank];
    if (value != 100'000 && value != 100'040) continue;
    const double p = static_cast<double>(rank) / static_cast<double>(values.size() - 1);
    EXPECT_NEAR(found.quantile(p), value, 1e-9) << rank;  // of the arithmetic of p
    ++compared;
  }
  EXPECT_GT(compared, values.size() / 20);
}

TEST(NarrowValues, OfTwoPointsAreBoth) {
  for (const double share : {0.0005, 0.002, 0.03, 0.5, 0.97, 0.9995})
    for (const double other :
         {1e6 * (1 + 1e-6), 1e6 * (1 + 1e-5), 1e6 * (1 - 1e-3), 1.1e6, 0.0, -1e6, 8e6}) {
      const std::string what = std::to_string(share) + " of " + std::to_string(other);
      const std::vector<float> values = values_of(either(share, certain(other), certain(1e6)));
      const Statistics s = expect_what_is_promised(what, values);
      // By hand: the distance times the root of p (1 - p), at the share found.
      const auto others =
          static_cast<double>(std::count(values.begin(), values.end(), static_cast<float>(other)));
      const double p = others / static_cast<double>(values.size());
      const double distance = std::fabs(static_cast<float>(other) - 1e6);
      EXPECT_NEAR(s.sd, distance * std::sqrt(p * (1 - p)), promised_error(values)) << what;
    }
}

TEST(NarrowValues, FarFromAFewDrawsAreNotLostBesideThem) {
  // A few draws at a cap, at zero, of the other sign; a long tail beside a narrow bulk.
  const Draw narrow = normal(250'000, 25);
  for (const double share : {1e-4, 1e-3, 1e-2, 0.1}) {
    const std::string what = std::to_string(share);
    expect_what_is_promised("cap " + what, values_of(either(share, certain(300'000), narrow)));
    expect_what_is_promised("zero " + what, values_of(either(share, certain(0), narrow)));
    expect_what_is_promised("sign " + what, values_of(either(share, normal(-1e5, 1), narrow)));
    if (share < 0.01) continue;  // the first 512 are all zero: another promise applies
    expect_what_is_promised("lost " + what, values_of(either(1 - share, certain(0), narrow)));
  }
  expect_what_is_promised("both signs", values_of(normal(0, 1e-3)));
  expect_what_is_promised("off zero", values_of(normal(0.1, 1)));
}

TEST(NarrowValues, NextToAConstantAreTold) {
  // All of the first 512 draws are 75,000; one later draw is the next float.
  std::vector<float> values(20'000, 75'000.0f);
  values[9'000] = std::nextafter(75'000.0f, 0.0f);
  const Statistics s = expect_what_is_promised("next float", values);
  EXPECT_GT(s.sd, 0);
  EXPECT_EQ(s.p05, 75'000);
  values[9'000] = 75'000.0f;
  EXPECT_EQ(statistics(tally_of(values, pilot), 0, 1.0).sd, 0);
  EXPECT_EQ(statistics(tally_of(values, pilot), 0, 1.0).mean, 75'000);
}

TEST(NarrowValues, InOneBinSpreadAsFarAsTheirStandardDeviation) {
  // A bin of 200,000 is 512 wide; the values reach over 17 of them.
  const Statistics s = statistics(tally_of(values_of(uniform(199'992, 200'009)), pilot), 0, 1.0);
  EXPECT_NEAR(s.p05, 199'992 + 0.05 * 17, 0.2);  // 17 x sqrt(0.05 x 0.95 / 20,000) = 0.03, four
  EXPECT_NEAR(s.p95, 199'992 + 0.95 * 17, 0.2);  // of those, and as much for the mean
  EXPECT_NEAR(s.mc_error_p50, 17 * 0.5 / std::sqrt(20'000.0), 0.01);
}

TEST(NarrowValues, BeyondTheReachOfFixedPointCountAsThatFar) {
  // The largest of the pilot is 3: a draw counts as 16 to 32 times that from their middle at most.
  std::vector<float> values(20'000, 1.0f);
  values[0] = 3.0f;
  values[10'000] = 1e6f;
  const double sum = 19'998.0 + 3.0;
  const Statistics s = statistics(tally_of(values, pilot), 0, 1.0);
  EXPECT_GE(s.mean, (sum + 2 + 16 * 3) / 20'000);
  EXPECT_LE(s.mean, (sum + 2 + 32 * 3) / 20'000);
}

}  // namespace
}  // namespace tranche
