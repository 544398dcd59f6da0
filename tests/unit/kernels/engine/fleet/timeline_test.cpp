// SPDX-License-Identifier: Apache-2.0

// Numbers over time with closed forms: expected values are computed by hand in the comments.
#include "kernels/engine/fleet/timeline.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/run_support.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using kernels::Constraint;
using namespace tests;

// A bin of a histogram is at most 0.4 % wide and a certain value lies in one bin; means are exact
// to 2^-20 of the largest value.
constexpr double relative = 1e-5;

// A firm with a tranche of 100,000 H100, delivered at the start of 2026; `firm`, `tranche` and
// `more` are TOML lines.
RunResult run_text(const std::string& firm, const std::string& tranche,
                   const std::string& more = "", const ReadOptions& options = {}) {
  return run_on_cpu(read_text(R"([scenario]
name = "over-time"
start = "2026-01"
months = 24
draws = 256

[workloads.training]
kind = "training"
mfu = 0.4

[firms.acme]
pue = 1
server_overhead = 1
availability = 1
power_utilisation = 1
electricity = 0
)" + firm + R"(
[tranches.first]
chip = "H100"
quantity = 100_000
)" + tranche + "\n" + more,
                              options));
}

double mean_of(const RunResult& result, const std::string& metric, std::int32_t step,
               std::int32_t variant = 0) {
  return statistics_of(result, metric, step, variant).mean;
}

TEST(Timeline, AStepHoldsUntilTheNextDate) {
  // 1,000 a month in January to March, 3,000 from April on: 3,000, then 6,000 by April.
  const RunResult result = run_text(
      "",
      R"(supply.rate = { at = { "2026-01" = "1000 chips/month", "2026-04" = "3000 chips/month" } }
price = "0 USD")");
  EXPECT_NEAR(mean_of(result, "chips_delivered", 2), 3000.0, 3000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_delivered", 3), 6000.0, 6000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_delivered", 23), 3000.0 + 21 * 3000, 66000 * relative);
  EXPECT_EQ(binding_share(result, Constraint::supply, 23), 1.0);
}

TEST(Timeline, ARampOfPowerInstallsAlongALine) {
  // 700 W a chip: 7 MW feed 10,000 chips, 21 MW 30,000, with 20,000 / 10 = 2,000 a month between.
  const RunResult result = run_text(
      R"(power_cap = { at = { "2026-02" = "7 MW", "2026-12" = "21 MW" }, between = "linear", growth = "0 %/year" })",
      R"(price = "0 USD")");
  EXPECT_NEAR(mean_of(result, "chips_installed", 0), 10000.0, 10000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_installed", 1), 10000.0, 10000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_installed", 4), 16000.0, 16000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_installed", 11), 30000.0, 30000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_installed", 23), 30000.0, 30000 * relative);
  EXPECT_EQ(binding_share(result, Constraint::power, 12), 1.0);
}

TEST(Timeline, GrowthCompoundsOverThePeriodOfItsUnit) {
  // 1.44 after two periods of 20 %: at a month's growth after two months, at a year's after a year
  // and by sqrt(1.2) after half of one.
  const RunResult by_month =
      run_text(R"(demand = { value = 1000, growth = "20 %/month" })", R"(price = "0 USD")");
  EXPECT_NEAR(mean_of(by_month, "chips_delivered", 2), 1440.0, 1440 * relative);
  const RunResult by_year =
      run_text(R"(demand = { value = 1000, growth = "20 %/year" })", R"(price = "0 USD")");
  EXPECT_NEAR(mean_of(by_year, "chips_delivered", 12), 1200.0, 1200 * relative);
  EXPECT_NEAR(mean_of(by_year, "chips_delivered", 6), 1000 * std::sqrt(1.2), 1100 * relative);
}

TEST(Timeline, ChipsArePaidAtThePriceOfTheirDelivery) {
  // 100 a month: 3 months at 10 dollars x 1.5, then 21 at 4 x 1.0.
  const RunResult result = run_text("", R"(supply.rate = "100 chips/month"
price = { at = { "2026-01" = "10 USD", "2026-04" = "4 USD" } }
tariff = { at = { "2026-01" = 0.5, "2026-04" = 0 } })");
  EXPECT_NEAR(mean_of(result, "cost_usd_cumulative", 2), 3 * 100 * 15.0, 4500 * relative);
  EXPECT_NEAR(mean_of(result, "cost_usd_cumulative", 23), 4500 + 21 * 100 * 4.0, 13000 * relative);
}

TEST(Timeline, ABudgetThatIsAddedBuysAtThePricesOfItsYear) {
  // 1,000 dollars buy 100 chips at 10; what the second year adds, 2,000, buys 500 at 4.
  const RunResult result =
      run_text(R"(budget = { adds = { "2026" = "1000 USD", "2027" = "2000 USD" } })",
               R"(price = { at = { "2026-01" = "10 USD", "2027-01" = "4 USD" } })");
  EXPECT_NEAR(mean_of(result, "chips_delivered", 11), 100.0, 100 * relative);
  EXPECT_NEAR(mean_of(result, "chips_delivered", 12), 600.0, 600 * relative);
  EXPECT_NEAR(mean_of(result, "cost_usd_cumulative", 23), 3000.0, 3000 * relative);
  EXPECT_EQ(binding_share(result, Constraint::budget, 23), 1.0);
}

TEST(Timeline, TwoTranchesShareABudgetAtChangingPrices) {
  // Equal claims of both tranches; 3,000 dollars: 100 + 100 chips at 10 and 20 in the first month.
  // 1,200 more in the second, at 4 and 20: 50 of each.
  const RunResult result =
      run_text(R"(budget = { adds = { "2026-01" = "3000 USD", "2026-02" = "1200 USD" } })",
               R"(price = { at = { "2026-01" = "10 USD", "2026-02" = "4 USD" } })",
               R"([tranches.second]
chip = "H100"
quantity = 100_000
price = "20 USD"
)");
  EXPECT_NEAR(mean_of(result, "chips_delivered", 0), 200.0, 200 * relative);
  EXPECT_NEAR(mean_of(result, "chips_delivered", 1), 300.0, 300 * relative);
  EXPECT_NEAR(mean_of(result, "cost_usd_cumulative", 1), 4200.0, 4200 * relative);
}

TEST(Timeline, APowerCapThatFallsSwitchesTheSameFractionOff) {
  // 10,000 chips draw 7 MW; at 3.5 MW half of them works, and all are still installed.
  const RunResult result = run_text(
      R"(demand = 10_000
power_cap = { at = { "2026-01" = "7 MW", "2026-07" = "3.5 MW" } })",
      R"(price = "0 USD")");
  EXPECT_NEAR(mean_of(result, "chips_available", 5), 10000.0, 10000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_installed", 6), 10000.0, 10000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_available", 6), 5000.0, 5000 * relative);
  EXPECT_NEAR(mean_of(result, "power_mw", 6), 3.5, 3.5 * relative);
  EXPECT_NEAR(mean_of(result, "training_flop_per_s", 6),
              0.5 * mean_of(result, "training_flop_per_s", 5),
              relative * mean_of(result, "training_flop_per_s", 5));
  EXPECT_NEAR(mean_of(result, "mfu", 6), 0.4, 0.4 * relative);
}

TEST(Timeline, AnEvenDelayMovesEveryDate) {
  // Three months late: 1,000 chips until May, 5,000 from June on.
  const RunResult result =
      run_text(R"(demand = { at = { "2026-01" = 1000, "2026-03" = 5000 }, delay = "3 months" })",
               R"(price = "0 USD")");
  EXPECT_NEAR(mean_of(result, "chips_delivered", 4), 1000.0, 1000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_delivered", 5), 5000.0, 5000 * relative);
}

TEST(Timeline, AUniformDelayReachesEachMonthInItsShareOfDraws) {
  // 0 to 10 months late, evenly: a date of March has come by the end of step 2 + k in (k + 1) / 10.
  const RunResult result = run_text(
      R"(demand = { at = { "2026-01" = 1000, "2026-03" = 2000 }, delay = { uniform = { min = "0 months", max = "10 months" } } })",
      R"(price = "0 USD")");
  for (const int k : {0, 4, 8}) {
    // 256 draws: 3 standard errors of a share are below 3 x 0.5 / 16.
    EXPECT_NEAR(mean_of(result, "chips_delivered", 2 + k), 1000 + 1000 * (k + 1) / 10.0,
                1000 * 3 * 0.5 / 16)
        << k;
  }
  EXPECT_NEAR(mean_of(result, "chips_delivered", 12), 2000.0, 2000 * relative);
}

TEST(Timeline, PointsMoveTogetherOrApart) {
  const std::string points =
      R"(demand = { at = { "2026-01" = { uniform = { min = 1000, max = 3000 } }, "2026-03" = { uniform = { min = 2000, max = 4000 } } })";
  // Together the second is the first plus 1,000 in every draw: never less, so what is delivered in
  // March has the spread of one uniform number, 2000 / sqrt(12).
  const RunResult together = run_text(points + " }", R"(price = "0 USD")");
  EXPECT_NEAR(statistics_of(together, "chips_delivered", 2).sd, 2000 / std::sqrt(12.0), 40);
  // Apart, March is the larger of both: mean of max(U1, U2 + 1) over [0, 2], in units of 1,000
  // above 1,000: 1 + 1 + P-weighted gain = 2 + 1/24 x ... computed by integration: E[max(U, V + 1)]
  // = E[V + 1] + E[max(U - V - 1, 0)], and U - V > 1 with density (2 - d) / 4: int_1^2 (d - 1)(2 -
  // d) / 4 = 1 / 24.
  const RunResult apart = run_text(points + ", together = false }", R"(price = "0 USD")");
  // 256 draws of a standard deviation below 600: 3 standard errors are 110; paired with the mean of
  // the drawn second points it would be less.
  EXPECT_NEAR(mean_of(apart, "chips_delivered", 2), 1000 * (1 + 2 + 1.0 / 24), 110);
}

TEST(Timeline, SharesOfWorkFollowTheirDates) {
  const RunResult result = run_text(
      R"(demand = 1000
workloads = { at = { "2026-01" = { training = 1, other = 0 }, "2026-11" = { training = 0.5, other = 0.5 } }, between = "linear" })",
      R"(price = "0 USD")", R"([workloads.other]
kind = "training"
mfu = 0.2
)");
  // The rate of `training` falls along a line to half in ten months.
  const double first = mean_of(result, "training", 0);
  EXPECT_NEAR(mean_of(result, "training", 5), 0.75 * first, relative * first);
  EXPECT_NEAR(mean_of(result, "training", 10), 0.5 * first, relative * first);
  EXPECT_NEAR(mean_of(result, "training", 23), 0.5 * first, relative * first);
}

TEST(Timeline, EfficiencyFollowsItsDates) {
  const RunResult result = run_text("demand = 1000", R"(price = "0 USD")", "",
                                    {.set = {R"(workloads.training.mfu={ at = { "2026-01" = 0.4, )"
                                             R"("2027-01" = 0.5 } })"}});
  EXPECT_NEAR(mean_of(result, "mfu", 11), 0.4, 0.4 * relative);
  EXPECT_NEAR(mean_of(result, "mfu", 12), 0.5, 0.5 * relative);
}

TEST(Timeline, TheCounterpartGrowsStepByStep) {
  // Its level doubles in the first year (ln 2 = 0.6931) and stays; own level = half of it at the
  // end: 12 months ago it was there, plus 12 months of no growth.
  const RunResult result = run_text("demand = 1000", R"(price = "0 USD")", R"([counterpart]
name = "others"
metric = "h100e_tpp"
level = 1000
growth_per_year = { at = { "2026-01" = 0.693147, "2027-01" = 0 } }
)");
  EXPECT_NEAR(mean_of(result, "counterpart_ratio", 11), 0.5, 0.5 * relative);
  EXPECT_NEAR(mean_of(result, "counterpart_ratio", 23), 0.5, 0.5 * relative);
  EXPECT_NEAR(mean_of(result, "months_behind", 11), 12.0, 0.01);
  EXPECT_NEAR(mean_of(result, "months_behind", 23), 24.0, 0.01);
}

TEST(Timeline, AWhatIfReachesOneDateAndAddsOne) {
  const RunResult result =
      run_text(R"(demand = { at = { "2026-01" = 1000, "2026-07" = 2000 } })", R"(price = "0 USD")",
               R"([[what_if]]
name = "more"
set = { "firms.acme.demand.at.2026-07" = 3000 }

[[what_if]]
name = "once-more"
set = { "firms.acme.demand.at.2026-10" = 4000 }

[[what_if]]
name = "flat"
set = { "firms.acme.demand" = 500 }
)");
  EXPECT_NEAR(mean_of(result, "chips_delivered", 6, 1), 3000.0, 3000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_delivered", 8, 2), 2000.0, 2000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_delivered", 9, 2), 4000.0, 4000 * relative);
  EXPECT_NEAR(mean_of(result, "chips_delivered", 23, 3), 500.0, 500 * relative);
}

TEST(Timeline, QuartersTakeTheValueOfTheDateInThem) {
  // 2026-05 lies in the second quarter: 300 a month make 900 a quarter.
  const RunResult result = run_on_cpu(read_text(R"([scenario]
name = "quarters"
start = "2026-01"
quarters = 4
draws = 64
[workloads.training]
kind = "training"
mfu = 0.4
[firms.acme]
[tranches.first]
chip = "H100"
quantity = 100_000
price = "0 USD"
supply.rate = { at = { "2026-01" = "100 chips/month", "2026-05" = "300 chips/month" } }
)"));
  EXPECT_NEAR(statistics_of(result, "chips_delivered", 0).mean, 300.0, 300 * relative);
  EXPECT_NEAR(statistics_of(result, "chips_delivered", 1).mean, 1200.0, 1200 * relative);
}

// Months that share a value take no work: one column, and no rewriting.
TEST(Timeline, ManyDatesOfOneValueAreOneColumn) {
  std::string dates;
  for (int month = 1; month <= 12; ++month)
    dates += (month == 1 ? "\"2026-" : ", \"2026-") + std::string(month < 10 ? "0" : "") +
             std::to_string(month) + "\" = \"7 MW\"";
  const RunResult many = run_text("power_cap = { at = { " + dates + " }, between = \"linear\" }",
                                  R"(price = "0 USD")");
  const RunResult one =
      run_text(R"(power_cap = { at = { "2026-01" = "7 MW" } })", R"(price = "0 USD")");
  EXPECT_EQ(many.lowered.data.numbers.column_count, one.lowered.data.numbers.column_count);
  const kernels::FleetView view = many.lowered.data.view();
  EXPECT_NEAR(mean_of(many, "chips_installed", 23), mean_of(one, "chips_installed", 23), 1e-6);
  ASSERT_EQ(view.timeline_count, 1);
  for (std::int32_t step = 1; step < view.steps; ++step)
    EXPECT_FALSE(kernels::changes_at(view, view.timelines[0], step)) << step;
}

}  // namespace
}  // namespace tranche
