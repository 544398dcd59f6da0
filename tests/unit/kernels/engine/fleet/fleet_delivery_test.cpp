// SPDX-License-Identifier: Apache-2.0

// Arrivals, installations and binding constraints with certain inputs: expected values are computed
// by hand in the comments.
#include <gtest/gtest.h>

#include "tests/support/run_support.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using kernels::Constraint;
using namespace tests;

// A bin of a histogram is at most 0.4 % wide and a certain value lies in one bin.
constexpr double bin_width = 0.004;

double installed(const RunResult& result, std::int32_t step) {
  return statistics_of(result, "chips_installed", step).mean;
}

// Means come from fixed-point sums in units of 2^-20 of the largest pilot value.
constexpr double chip_resolution = 1000.0 / (1 << 19);

TEST(Fleet, InstallsWhatArrivesAtOnceWhenNothingLimits) {
  const RunResult result = run_on_cpu(only_base(one_firm()));
  EXPECT_NEAR(installed(result, 0), 1000.0, chip_resolution);
  EXPECT_EQ(binding_share(result, Constraint::none, 0), 1.0);
}

TEST(Fleet, DeliversInBatchesOneIntervalApart) {
  Scenario scenario = one_firm();
  scenario.tranches[0].batches = 4;  // at 0, 1, 2, 3 months; steps end at 1, 2, 3, 4
  scenario.tranches[0].lead_time_s = certain(0.5 * seconds_per_month);
  const RunResult result = run_on_cpu(only_base(scenario));
  for (std::int32_t step = 0; step < 4; ++step)
    EXPECT_NEAR(installed(result, step), 250.0 * (step + 1), chip_resolution) << step;
  EXPECT_EQ(binding_share(result, Constraint::schedule, 2), 1.0);
  EXPECT_EQ(binding_share(result, Constraint::none, 3), 1.0);
}

TEST(Fleet, RampsEvenlyWithoutBatches) {
  Scenario scenario = one_firm();
  scenario.tranches[0].batches = 0;
  scenario.tranches[0].batch_interval_s = certain(4.0 * seconds_per_month);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(installed(result, 0), 250.0, chip_resolution);
  EXPECT_NEAR(installed(result, 2), 750.0, chip_resolution);
}

// From 1 to 5 months; steps end at 1, 2, 3, 4.
TEST(Fleet, ARampBeginsAfterItsLeadTime) {
  Scenario scenario = one_firm();
  scenario.tranches[0].batches = 0;
  scenario.tranches[0].batch_interval_s = certain(4.0 * seconds_per_month);
  scenario.tranches[0].lead_time_s = certain(1.0 * seconds_per_month);
  const RunResult result = run_on_cpu(only_base(scenario));
  for (std::int32_t step = 0; step < 4; ++step)
    EXPECT_NEAR(installed(result, step), 250.0 * step, chip_resolution) << step;
}

TEST(Fleet, WaitsForTheSlowestPermissionThenTestsThenLeadTime) {
  Scenario scenario = one_firm(8);
  Permission quick = plain_permission("quick"), slow = plain_permission("slow");
  quick.decided_s = certain(1.0 * seconds_per_month);
  slow.decided_s = certain(-1.0 * seconds_per_month);  // before the start
  slow.delay_s = certain(4.0 * seconds_per_month);     // in effect at 3 months
  slow.test_delay_s = certain(1.5 * seconds_per_month);
  scenario.permissions = {quick, slow};
  scenario.tranches[0].permissions = {"quick", "slow"};
  scenario.tranches[0].lead_time_s = certain(1.0 * seconds_per_month);  // 3 + 1.5 + 1 = 5.5
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_EQ(installed(result, 4), 0.0);                        // ends at 5 months
  EXPECT_NEAR(installed(result, 5), 1000.0, chip_resolution);  // ends at 6 months
  EXPECT_EQ(binding_share(result, Constraint::schedule, 4), 1.0);
}

TEST(Fleet, ADeniedPermissionDeliversNothingAndBinds) {
  Scenario scenario = one_firm();
  Permission denied = plain_permission("denied");
  denied.granted = certain(0.0);
  scenario.permissions = {denied};
  scenario.tranches[0].permissions = {"denied"};
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_EQ(installed(result, 3), 0.0);
  EXPECT_EQ(binding_share(result, Constraint::permission, 3), 1.0);
}

TEST(Fleet, TheSmallestCapSetsTheDeliveryAndBinds) {
  struct Case {
    double buyer_cap, total_cap, budget_usd, demand, supply;
    double expected;
    Constraint binds;
  };
  // Price 100 USD and tariff 25 %: a budget of 50,000 USD buys 400.
  const std::vector<Case> cases = {
      {600, 1e9, 1e12, 1e9, 1e9, 600, Constraint::per_buyer_cap},
      {600, 500, 1e12, 1e9, 1e9, 500, Constraint::total_cap},
      {600, 500, 50'000, 1e9, 1e9, 400, Constraint::budget},
      {600, 500, 50'000, 300, 1e9, 300, Constraint::demand},
      {600, 500, 50'000, 300, 200, 200, Constraint::supply},
  };
  for (const Case& c : cases) {
    Scenario scenario = one_firm();
    Permission licence = plain_permission("licence");
    licence.per_buyer_cap_chips = certain(c.buyer_cap);
    licence.total_cap_chips = certain(c.total_cap);
    scenario.permissions = {licence};
    scenario.tranches[0].permissions = {"licence"};
    scenario.tranches[0].price_usd = certain(100.0);
    scenario.tranches[0].tariff = certain(0.25);
    scenario.tranches[0].supply_stock_chips = certain(c.supply);
    scenario.firms[0].budget_usd = certain(c.budget_usd);
    scenario.firms[0].demand_chips = certain(c.demand);
    const RunResult result = run_on_cpu(only_base(scenario));
    EXPECT_NEAR(installed(result, 3), c.expected, chip_resolution) << c.expected;
    EXPECT_EQ(binding_share(result, c.binds, 3), 1.0) << c.expected;
  }
}

TEST(Fleet, TheRatioCapGrowsWithShipmentsToTheReferenceMarket) {
  Scenario scenario = one_firm();
  Permission licence = plain_permission("licence");
  licence.aggregate_share_cap = certain(0.5);
  licence.reference_shipped_chips = certain(400.0);
  licence.reference_shipments_chips_per_s = certain(200.0 / seconds_per_month);
  scenario.permissions = {licence};
  scenario.tranches[0].permissions = {"licence"};
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(installed(result, 0), 300.0, chip_resolution);  // 0.5 x (400 + 200 x 1)
  EXPECT_NEAR(installed(result, 3), 600.0, chip_resolution);  // 0.5 x (400 + 200 x 4)
  EXPECT_EQ(binding_share(result, Constraint::aggregate_share_cap, 3), 1.0);
}

TEST(Fleet, AChipThatFailsTheRuleIsNotDelivered) {
  Scenario scenario = one_firm();
  Permission licence = plain_permission("licence");
  licence.rule = "2026-01";  // TPP below 21,000: B200 has 36,000
  scenario.permissions = {licence};
  scenario.tranches[0].permissions = {"licence"};
  scenario.tranches[0].chip = "B200-SXM";
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_EQ(installed(result, 3), 0.0);
  EXPECT_EQ(binding_share(result, Constraint::rule, 3), 1.0);
  ASSERT_FALSE(result.lowered.remarks.empty());
  EXPECT_NE(result.lowered.remarks[0].find("not eligible under rule 2026-01"), std::string::npos)
      << result.lowered.remarks[0];
}

TEST(Fleet, InstallationRateDelayAndSiteLimitWhatRuns) {
  Scenario rate = one_firm();
  rate.firms[0].installation_rate_chips_per_s = certain(300.0 / seconds_per_month);
  const RunResult by_rate = run_on_cpu(only_base(rate));
  EXPECT_NEAR(installed(by_rate, 1), 600.0, chip_resolution);
  EXPECT_EQ(binding_share(by_rate, Constraint::installation_rate, 1), 1.0);
  EXPECT_NEAR(installed(by_rate, 3), 1000.0, chip_resolution);

  Scenario delay = one_firm();
  delay.firms[0].installation_delay_s = certain(2.5 * seconds_per_month);
  const RunResult by_delay = run_on_cpu(only_base(delay));
  EXPECT_EQ(installed(by_delay, 1), 0.0);
  EXPECT_EQ(binding_share(by_delay, Constraint::installation_delay, 1), 1.0);
  EXPECT_NEAR(installed(by_delay, 2), 1000.0, chip_resolution);
  EXPECT_NEAR(statistics_of(by_delay, "chips_delivered", 0).mean, 1000.0, chip_resolution);

  Scenario site = one_firm();
  site.firms[0].site_ready_s = certain(2.0 * seconds_per_month);
  const RunResult by_site = run_on_cpu(only_base(site));
  EXPECT_EQ(installed(by_site, 0), 0.0);
  EXPECT_EQ(binding_share(by_site, Constraint::site, 0), 1.0);
  EXPECT_NEAR(installed(by_site, 1), 1000.0, chip_resolution);
}

// 100 in stock and 50 more a month, installed two months later: after six months 400 are
// delivered and 300 run. Supply withholds 600, the delay 100.
TEST(Fleet, GrowingSupplyBindsAndNotTheDelayBehindIt) {
  Scenario scenario = one_firm(8);
  scenario.tranches[0].supply_stock_chips = certain(100.0);
  scenario.tranches[0].supply_rate_chips_per_s = certain(50.0 / seconds_per_month);
  scenario.firms[0].installation_delay_s = certain(2.0 * seconds_per_month);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(statistics_of(result, "chips_delivered", 5).mean, 400.0, chip_resolution);
  EXPECT_NEAR(installed(result, 5), 300.0, chip_resolution);
  EXPECT_EQ(binding_share(result, Constraint::supply, 5), 1.0);
}

// H100 SXM has a TDP of 700 W (NVIDIA datasheet): with a server overhead of 1.6 and a PUE
// of 1.25 one chip draws 1,400 W, and 0.7 MW feed 500 chips.
TEST(Fleet, ThePowerCapFeedsOnlySoManyChips) {
  Scenario scenario = one_firm();
  scenario.firms[0].server_overhead = certain(1.6);
  scenario.firms[0].pue = certain(1.25);
  scenario.firms[0].power_cap_w = certain(0.7e6);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(installed(result, 3), 500.0, chip_resolution);
  EXPECT_EQ(binding_share(result, Constraint::power, 3), 1.0);
  EXPECT_NEAR(statistics_of(result, "power_mw", 3).mean, 0.7, 0.7 * 1e-5);
}

// The stock of 200 chips takes its power first: 300 are left for the tranche.
TEST(Fleet, TheStockOfChipsUsesPowerToo) {
  Scenario scenario = one_firm();
  scenario.firms[0].power_cap_w = certain(500.0 * 700.0);
  scenario.firms[0].stock.push_back({"old", "H100-SXM", certain(200.0)});
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(installed(result, 3), 500.0, chip_resolution);
  EXPECT_NEAR(statistics_of(result, "chips_delivered", 3).mean, 1000.0, chip_resolution);
}

// A hazard of 10 % a month leaves exp(-0.1 n) after n months.
TEST(Fleet, RetirementShrinksTheStock) {
  Scenario scenario = one_firm();
  scenario.tranches[0].quantity_chips = certain(0.0);
  scenario.firms[0].stock.push_back({"old", "H100-SXM", certain(1000.0)});
  scenario.firms[0].retirement_per_s = certain(0.1 / seconds_per_month);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(installed(result, 0), 904.837, 0.004);
  EXPECT_NEAR(installed(result, 3), 670.320, 0.004);
}

// Chips installed in a step are complete at its end, then retire like the stock and are not
// replaced.
TEST(Fleet, RetirementShrinksWhatWasInstalled) {
  Scenario scenario = one_firm();
  scenario.firms[0].retirement_per_s = certain(0.1 / seconds_per_month);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(installed(result, 0), 1000.0, 0.004);
  EXPECT_NEAR(installed(result, 1), 904.837, 0.004);
  EXPECT_NEAR(installed(result, 3), 740.818, 0.004);
}

// Batches at 0, 1, 2 months; each slips a month for sure, and a slip holds up all later
// ones: arrivals at 1, 3, 5 months.
TEST(Fleet, ASlipDelaysItsBatchAndAllLaterOnes) {
  Scenario scenario = one_firm(6);
  scenario.tranches[0].batches = 3;
  scenario.tranches[0].slip_probability = certain(1.0);
  scenario.tranches[0].slip_s = certain(seconds_per_month);
  scenario.tranches[0].quantity_chips = certain(900.0);
  const RunResult result = run_on_cpu(only_base(scenario));
  const double expected[] = {300, 300, 600, 600, 900, 900};
  for (std::int32_t step = 0; step < 6; ++step)
    EXPECT_NEAR(installed(result, step), expected[step], chip_resolution) << step;
}

// With probability 0.25 a slip of one month; the first batch is there after one month in
// 75 % of the draws. Standard error of a share over n draws: sqrt(p (1 - p) / n).
TEST(Fleet, SlipsHappenAsOftenAsTheirProbabilitySays) {
  Scenario scenario = one_firm(3);
  scenario.draws = 40'000;
  scenario.tranches[0].slip_probability = certain(0.25);
  scenario.tranches[0].slip_s = certain(1.5 * seconds_per_month);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(statistics_of(result, "chips_installed", 0).share_positive, 0.75,
              5.0 * std::sqrt(0.75 * 0.25 / 40'000.0));
  EXPECT_NEAR(statistics_of(result, "chips_installed", 1).share_positive, 1.0, 0.0);
}

TEST(Fleet, TranchesThatBothHaveArrivedSpendTheFirmsBudgetTogether) {
  Scenario scenario = one_firm();
  Tranche second = plain_tranche("second", "H100-SXM", 1000.0);
  second.split.entries.push_back(share("a", 1.0));
  scenario.tranches.push_back(second);
  for (Tranche& tranche : scenario.tranches) tranche.price_usd = certain(10.0);
  scenario.firms[0].budget_usd = certain(13'000.0);  // 1,300 chips for 10 USD each
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(statistics_of(result, "chips_delivered", 3).mean, 1300.0, 2.0 * chip_resolution);
  EXPECT_NEAR(statistics_of(result, "cost_usd_cumulative", 3).mean, 13'000.0, 0.1);
  EXPECT_EQ(binding_share(result, Constraint::budget, 3), 1.0);
  EXPECT_NEAR(statistics_of(result, "chips_delivered", 3).p50, 1300.0, 1300.0 * bin_width);
}

// 0.5 + 0.5 and 0.2 + 0.8 of a quantity are the same chips, whose sums of floats differ by a
// rounding in a third of the draws; a what-if that changes nothing is neither better nor worse.
// One that adds a part in 10,000 is better in every draw.
TEST(Fleet, AnotherSplitOfTheSameChipsIsTheSameForAll) {
  const RunResult result = run_on_cpu(tests::read_text(R"(
[scenario]
name = "splits"
start = "2026-01"
months = 6
draws = 2000

[firms.a]

[firms.b]

[tranches.first]
chip = "H200"
quantity = "50k to 90k"
price = "30k USD"
split = { a = 0.5, b = 0.5 }

[workloads.training]
kind = "training"
mfu = 0.4

[[what_if]]
name = "other-split"
set = { "tranches.first.split" = { a = 0.2, b = 0.8 } }

[[what_if]]
name = "slightly-better"
set = { "workloads.training.mfu" = 0.40004 }
)"));
  const LoweredScenario& lowered = result.lowered;
  for (std::int32_t m = 0; m < std::ssize(lowered.metrics); ++m) {
    const MetricInfo& info = lowered.metrics[static_cast<std::size_t>(m)];
    if (info.name == "largest_run_flop_90d") continue;  // the run of the firm with the largest one
    for (std::int32_t variant : {1, 2}) {
      const auto cell = kernels::difference_cell(lowered.data.view(), 5, variant, 2, info.stored);
      const Statistics s = statistics(result.tally, static_cast<std::size_t>(cell), info.factor);
      const bool rises = variant == 2 && info.name.starts_with("training_flop");
      if (variant == 2 && !rises) continue;
      EXPECT_EQ(s.share_zero, rises ? 0.0 : 1.0) << variant << " " << info.name;
    }
  }
}

// A single firm of a split that lapses had the whole supply, two firms each their share.
TEST(Fleet, ALapsingShareOfTheSupplyIsThatOfTheSplit) {
  Scenario scenario = one_firm();
  scenario.tranches[0].unused = "lapses";
  scenario.tranches[0].split.entries[0] = share("a", 0.6);
  scenario.tranches[0].supply_stock_chips = certain(500.0);
  EXPECT_NEAR(installed(run_on_cpu(only_base(scenario)), 0), 0.6 * 500, chip_resolution);
}

// Of 1,000 free and 1,000 paid chips, claims of 1,000 each: the budget ends the paid ones at 100,
// and demand leaves 800 free ones.
TEST(Fleet, FreeChipsArriveWhenTheBudgetIsSpent) {
  Scenario scenario = one_firm();
  Tranche paid = plain_tranche("second", "H100-SXM", 1000.0);
  paid.split.entries.push_back(share("a", 1.0));
  paid.price_usd = certain(10.0);
  scenario.tranches.push_back(paid);
  scenario.firms[0].budget_usd = certain(1000.0);
  scenario.firms[0].demand_chips = certain(900.0);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(statistics_of(result, "chips_delivered", 0).mean, 900.0, 2 * chip_resolution);
  EXPECT_NEAR(statistics_of(result, "cost_usd_cumulative", 0).mean, 1000.0, 1000 * bin_width);
}

}  // namespace
}  // namespace tranche
