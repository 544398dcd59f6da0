// SPDX-License-Identifier: Apache-2.0
#include "sim/results/summary.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "sim/statistics/histogram_quantile.hpp"
#include "tests/support/run_result_builder.hpp"

namespace tranche {
namespace {

// A bin is at most 1/256 of its value wide.
constexpr double bin_width = 1.0 / 256;

// Definition 7 of Hyndman and Fan on the values themselves.
double quantile_of_sorted(const std::vector<float>& sorted, double p) {
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - std::floor(position)) * (sorted[above] - sorted[below]);
}

TEST(Statistics, OfSevenValuesAreThoseWorkedOutByHand) {
  // 0 0 0 1 2 4 8: mean 15/7, the middle value is 1, ranks 0.05*6 = 0.3 and 0.95*6 = 5.7.
  const Statistics s = statistics(tally_of({8, 0, 1, 0, 2, 4, 0}), 0, 1.0);
  EXPECT_NEAR(s.mean, 15.0 / 7, 1e-6);  // a unit is 2^-20 here
  EXPECT_EQ(s.p05, 0);
  EXPECT_EQ(s.p25, 0);  // rank 1.5, between two zeros
  EXPECT_NEAR(s.p50, 1, bin_width);
  EXPECT_NEAR(s.p75, 3, 3 * bin_width);      // rank 4.5, between 2 and 4
  EXPECT_NEAR(s.p95, 6.8, 6.8 * bin_width);  // 4 + 0.7 * (8 - 4)
  // Squares: 85/7 - (15/7)^2 = 370/49.
  EXPECT_NEAR(s.sd, std::sqrt(370.0) / 7, 1e-6);
  EXPECT_DOUBLE_EQ(s.share_zero, 3.0 / 7);
  EXPECT_DOUBLE_EQ(s.share_positive, 4.0 / 7);
  EXPECT_DOUBLE_EQ(s.share_negative, 0);
}

TEST(Statistics, OfAConstantHaveNoSpreadAndItsValue) {
  const Statistics s = statistics(tally_of(std::vector<float>(1001, 75'000.0f)), 0, 2.0);
  for (const double value : {s.mean, s.p05, s.p25, s.p50, s.p75, s.p95}) EXPECT_EQ(value, 150'000);
  EXPECT_EQ(s.sd, 0);
  EXPECT_EQ(s.mc_error_p50, 0);
}

TEST(Statistics, OfZerosAreZero) {
  const Statistics s = statistics(tally_of(std::vector<float>(300, 0.0f)), 0, 1.0);
  for (const double value : {s.mean, s.sd, s.p05, s.p50, s.p95, s.mc_error_p50})
    EXPECT_EQ(value, 0);
  EXPECT_EQ(s.share_zero, 1);
}

TEST(Statistics, OfAnEventAreItsTwoValues) {
  std::vector<float> values(1000, 0.0f);
  std::fill(values.begin(), values.begin() + 300, 400'000.0f);
  const Statistics s = statistics(tally_of(values), 0, 1.0);
  EXPECT_EQ(s.p50, 0);
  EXPECT_EQ(s.p75, 400'000);
  EXPECT_EQ(s.mean, 120'000);
}

TEST(Statistics, GiveTheSharedValueOfManyDrawsExactly) {
  // A cap of 75,000 binds in 600 draws of 1000; the others lie evenly below.
  std::vector<float> values(1000, 75'000.0f);
  for (std::size_t j = 0; j < 400; ++j) values[j] = 1000.0f + 100.0f * static_cast<float>(j);
  kernels::Tally tally = tally_of(values);
  for (const float value : kernels::shared_values(values.data(), 1000))
    tally.atoms.push_back({0, value});
  const Statistics s = statistics(tally, 0, 1.0);
  EXPECT_EQ(s.p50, 75'000);
  EXPECT_EQ(s.p95, 75'000);
  EXPECT_NEAR(s.p05, 1000 + 100 * 49.95, 6000 * bin_width);  // rank 0.05 x 999
}

TEST(Statistics, OfAConstantThatIsNoWholeUnitAreExactWithItsAtom) {
  const std::vector<float> values(100, 1e18f);
  kernels::Tally tally = tally_of(values);
  tally.atoms.push_back({0, 1e18f});
  const Statistics s = statistics(tally, 0, 1.0);
  EXPECT_EQ(s.p50, 1e18f);
  EXPECT_EQ(s.mean, 1e18f);
  EXPECT_EQ(s.sd, 0);
}

TEST(SharedValues, AreThoseOfATwentiethOfTheDraws) {
  std::vector<float> values(100);
  for (std::size_t j = 0; j < 100; ++j) values[j] = static_cast<float>(j);
  std::fill(values.begin(), values.begin() + 30, 0.0f);
  std::fill(values.begin() + 30, values.begin() + 40, -2.5f);
  std::fill(values.begin() + 40, values.begin() + 44, 7.5f);  // four: too few
  EXPECT_EQ(kernels::shared_values(values.data(), 100), std::vector<float>{-2.5f});
}

TEST(Statistics, OfNoDrawsAreZero) {
  kernels::Tally tally = tally_of({1, 2});
  std::fill(tally.counts.begin(), tally.counts.end(), 0u);
  tally.draws = 0;
  EXPECT_EQ(statistics(tally, 0, 1.0).p50, 0);
}

TEST(Statistics, OfOneDrawAreThatDraw) {
  const Statistics s = statistics(tally_of({-3.5f}), 0, 1.0);
  EXPECT_EQ(s.p05, -3.5);
  EXPECT_EQ(s.p95, -3.5);
  EXPECT_EQ(s.share_negative, 1);
}

TEST(Statistics, AgreeWithTheSortedValuesOfBothSigns) {
  std::mt19937 generator(7);
  std::normal_distribution<float> normal(0.0f, 3.0f);
  std::vector<float> values(20'011);  // no multiple of anything
  for (float& value : values) {
    value = std::exp(normal(generator)) - 2.0f;
    if (generator() % 10 == 0) value = 0.0f;
  }
  const kernels::Tally tally = tally_of(values);
  std::sort(values.begin(), values.end());
  for (const double p : {0.01, 0.05, 0.2, 0.3, 0.5, 0.75, 0.9, 0.95, 0.999}) {
    const double exact = quantile_of_sorted(values, p);
    EXPECT_NEAR(quantile_of(tally, 0, p, 1.0), exact, std::fabs(exact) * bin_width) << p;
  }
  double sum = 0, squares = 0;
  for (const float value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (const float value : values) squares += (value - mean) * (value - mean);
  const double sd = std::sqrt(squares / static_cast<double>(values.size()));
  const Statistics s = statistics(tally, 0, 1.0);
  // A draw is rounded by less than a unit, 2^-23 of the largest.
  EXPECT_NEAR(s.mean, mean, values.back() * std::ldexp(1.0, -23));
  EXPECT_NEAR(s.sd, sd, values.back() * std::ldexp(1.0, -23));
}

TEST(Statistics, QuantilesNeverDecrease) {
  std::mt19937 generator(11);
  std::vector<float> values(501);
  for (float& value : values) value = static_cast<float>(static_cast<int>(generator() % 41) - 20);
  const HistogramQuantiles quantiles(tally_of(values), 0);
  double before = quantiles.quantile(0);
  for (int i = 1; i <= 1000; ++i) {
    const double now = quantiles.quantile(i / 1000.0);
    EXPECT_GE(now, before) << i;
    before = now;
  }
}

TEST(Statistics, MedianErrorIsThatOfANormalSample) {
  std::mt19937 generator(3);
  std::normal_distribution<float> normal(100.0f, 10.0f);
  std::vector<float> values(40'000);
  for (float& value : values) value = normal(generator);
  // Standard error of a median: sqrt(pi / 2) sd / sqrt(n) = 0.0627. Read off +-1 standard
  // error of ranks, whose own scatter here is about 1/sqrt(200 draws between) = 7 %; 4 of those.
  EXPECT_NEAR(statistics(tally_of(values), 0, 1.0).mc_error_p50, 0.0627, 0.0627 * 0.28);
}

TEST(Statistics, DrawsBeyondTheBinsCountAtTheFarEdge) {
  kernels::Tally tally = tally_of({1, 1, 2});
  const kernels::Cell& cell = tally.cells[0];
  ++tally.counts[cell.offset + static_cast<std::size_t>(kernels::counter_of(cell, 100.0f))];
  ++tally.draws;
  const HistogramQuantiles quantiles(tally, 0);
  EXPECT_EQ(quantiles.beyond_bins(), 1u);
  EXPECT_EQ(quantiles.quantile(1), kernels::bin_edge(cell.first_key + cell.positive_bins));
}

TEST(Statistics, DrawsNearerToZeroThanAnyBinAreBetweenZeroAndTheFirst) {
  std::vector<float> values(1000, 8.0f);
  values[0] = 1e-4f;
  const kernels::Tally tally = tally_of(values);
  const double smallest = quantile_of(tally, 0, 0.0, 1.0);
  EXPECT_GT(smallest, 0);
  EXPECT_LT(smallest, 8);
  EXPECT_EQ(statistics(tally, 0, 1.0).share_zero, 0);
}

MadeRun made_two_firms() {
  MadeRun made;
  made.variants = {"base", "twice"};
  made.firms = {"alibaba", "all"};
  made.steps = {"2026-02", "2026-03"};
  made.metrics = {{"chips_installed", "chips", "Chips installed", 0, 1.0, Better::higher},
                  {"power_mw", "MW", "Power", 0, 0.001, Better::lower}};
  made.draws = 4;
  made.value = [](std::uint64_t draw, int step, int variant, int, int) {
    return static_cast<float>((step + 1) * (variant + 1) * (draw == 0 ? 0 : 100));
  };
  return made;
}

TEST(SummaryRows, HoldEveryVariantFirmStepAndMetricWithItsFactor) {
  const std::vector<SummaryRow> rows = summary_rows(make_run_result(made_two_firms()));
  ASSERT_EQ(rows.size(), 2u * 2 * 2 * 2);
  const SummaryRow& last = rows.back();
  EXPECT_EQ(last.variant, 1);
  EXPECT_EQ(last.firm, 1);
  EXPECT_EQ(last.step, 1);
  EXPECT_EQ(last.metric, 1);
  EXPECT_DOUBLE_EQ(last.statistics.p50, 0.4);  // 2 x 2 x 100 x 0.001
}

TEST(DifferenceRows, ArePairedWithTheBaseCase) {
  const RunResult result = make_run_result(made_two_firms());
  const std::vector<SummaryRow> rows = difference_rows(result);
  ASSERT_EQ(rows.size(), 2u * 2 * 2);
  EXPECT_EQ(rows[0].variant, 1);
  EXPECT_DOUBLE_EQ(rows[0].statistics.p50, 100);
  // One draw of four is the same in both: a tie, counted half.
  EXPECT_DOUBLE_EQ(probability_better(rows[0].statistics, Better::higher), 0.875);
  EXPECT_DOUBLE_EQ(probability_better(rows[0].statistics, Better::lower), 0.125);
  EXPECT_DOUBLE_EQ(probability_better(rows[0].statistics, Better::neither), 0.5);
}

TEST(BindingRows, AreSharesOfDrawsAndTheMeanOverFirms) {
  MadeRun made = made_two_firms();
  made.firms = {"alibaba", "tencent", "all"};
  RunResult result = make_run_result(made);
  const kernels::FleetView view = result.lowered.data.view();
  const auto set = [&](int firm, kernels::Constraint constraint, std::uint64_t draws) {
    result.tally.bindings[static_cast<std::size_t>(
        kernels::binding_counter(view, 0, 0, firm, static_cast<std::int32_t>(constraint)))] = draws;
  };
  set(0, kernels::Constraint::power, 3);
  set(0, kernels::Constraint::schedule, 1);
  set(1, kernels::Constraint::schedule, 4);
  const std::vector<BindingRow> rows = binding_rows(result);
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[0].constraint, kernels::Constraint::schedule);
  EXPECT_DOUBLE_EQ(rows[0].share_of_draws, 0.25);
  EXPECT_DOUBLE_EQ(rows[1].share_of_draws, 0.75);
  EXPECT_DOUBLE_EQ(rows[2].share_of_draws, 1.0);
  EXPECT_EQ(rows[3].firm, 2);
  EXPECT_DOUBLE_EQ(rows[3].share_of_draws, 0.625);  // (1 + 4) / 8
  EXPECT_DOUBLE_EQ(rows[4].share_of_draws, 0.375);
}

}  // namespace
}  // namespace tranche
