// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/until.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/run_result_builder.hpp"

namespace tranche {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse_until(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Until, ReadsTheStatisticTheToleranceAndThePlace) {
  const UntilRule rule =
      parse_until("p05 of months_behind within 0.5 % for alibaba at 2027-12 in cap-lifted");
  EXPECT_FALSE(rule.is_mean);
  EXPECT_EQ(rule.probability, 0.05);
  EXPECT_EQ(rule.metric, "months_behind");
  EXPECT_EQ(rule.tolerance, 0.005);
  EXPECT_EQ(rule.firm, "alibaba");
  EXPECT_EQ(rule.month, "2027-12");
  EXPECT_EQ(rule.what_if, "cap-lifted");
}

TEST(Until, ReadsAMeanAndAPercentSignWithoutASpace) {
  const UntilRule rule = parse_until("mean of mfu within 1%");
  EXPECT_TRUE(rule.is_mean);
  EXPECT_EQ(rule.tolerance, 0.01);
  EXPECT_TRUE(rule.firm.empty());
}

TEST(Until, SaysWhereTheRuleIsWrong) {
  EXPECT_NE(refusal("median of mfu within 1 %").find("`median` is no statistic"),
            std::string::npos);
  EXPECT_NE(refusal("p50 of mfu within 0 %").find("out of range"), std::string::npos);
  EXPECT_NE(refusal("p50 of mfu within 1").find("ends before `%`"), std::string::npos);
  EXPECT_NE(refusal("p50 of mfu within 1 % at a at b").find("`at` stands twice"),
            std::string::npos);
  EXPECT_NE(refusal("").find("ends before a statistic"), std::string::npos);
}

TEST(Until, LooksAtTheSameNumbersOfDrawsInEveryRun) {
  std::vector<std::uint64_t> checks;
  for (std::uint64_t draws = 0; draws < 30'000;) {
    draws = next_check(draws, 30'000);
    checks.push_back(draws);
  }
  EXPECT_EQ(checks, (std::vector<std::uint64_t>{4096, 6144, 8192, 12288, 16384, 24576, 30000}));
  EXPECT_EQ(next_check(0, 100), 100u);
}

// The values 1001 ... 2000, once each: the median is 1500.5; one standard error of its
// rank is sqrt(1000) / 2 = 15.8 ranks, and each rank is 1 apart. A mean's standard error is
// sd / sqrt(n) = 288.67 / 31.62 = 9.13.
TEST(Until, GivesTheStandardErrorOfQuantilesAndMeans) {
  MadeRun made;
  made.value = [](std::uint64_t draw, int, int, int, int) {
    return static_cast<float>(1001 + draw);
  };
  const RunResult run = make_run_result(made);
  const Headline headline;
  const auto look = [&](const std::string& rule) {
    return UntilCheck(parse_until(rule), run.lowered, headline).look(run.tally);
  };
  const UntilOutcome median = look("p50 of training_flop_per_s within 1 %");
  constexpr double bin = 0.004;  // relative width of the histogram's bins
  EXPECT_NEAR(median.value, 1500.5, bin * 1500);
  EXPECT_NEAR(median.standard_error, 15.8, 1.0);  // ranks in one bin are taken as evenly spread
  EXPECT_FALSE(median.reached);                   // 15.8 / 1500 = 1.05 %
  EXPECT_TRUE(look("p50 of training_flop_per_s within 1.2 %").reached);
  const UntilOutcome mean = look("mean of training_flop_per_s within 1 %");
  EXPECT_NEAR(mean.standard_error, 9.13, 0.02);
  EXPECT_TRUE(mean.reached);
}

TEST(Until, NamesTheNearestMetricOfTheRun) {
  MadeRun made;
  made.value = [](std::uint64_t, int, int, int, int) { return 1.0f; };
  const RunResult run = make_run_result(made);
  try {
    UntilCheck(parse_until("p50 of training_flops_per_s within 1 %"), run.lowered, {});
    FAIL() << "a metric that the run does not have was accepted";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean `training_flop_per_s`"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace tranche
