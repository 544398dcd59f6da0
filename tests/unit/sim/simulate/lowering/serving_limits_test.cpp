// SPDX-License-Identifier: Apache-2.0

// Shared limits of tranches and firms: expected values are closed forms, computed by hand in the
// comments.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using kernels::Constraint;
using namespace tests;

// Means are sums in units of 2^-20 of the largest pilot value; sums of floats add as much.
constexpr double close = 1e-5;

double value(const RunResult& result, const std::string& name, std::int32_t step,
             std::int32_t firm = 0) {
  return statistics_of(result, name, step, 0, firm).mean;
}
double delivered(const RunResult& result, std::int32_t step, std::int32_t firm = 0) {
  return value(result, "chips_delivered", step, firm);
}

Permission licence(const std::string& name) {
  Permission permission = plain_permission(name);
  permission.kind = Permission::Kind::licence;
  return permission;
}

// Firms a, b, ... with `shares` of the tranches; each tranche has 1,000 H100 at once.
Scenario sharing(const std::vector<double>& shares, int tranches) {
  Scenario scenario = one_firm(6);
  scenario.firms.clear();
  scenario.tranches.clear();
  for (std::size_t f = 0; f < shares.size(); ++f) {
    Firm firm = plain_firm(std::string(1, static_cast<char>('a' + f)));
    firm.workloads.entries.push_back(share("training", 1.0));
    scenario.firms.push_back(firm);
  }
  for (int t = 0; t < tranches; ++t) {
    Tranche tranche = plain_tranche("t" + std::to_string(t), "H100-SXM", 1000.0);
    for (std::size_t f = 0; f < shares.size(); ++f)
      tranche.split.entries.push_back(share(scenario.firms[f].name, shares[f]));
    scenario.tranches.push_back(tranche);
  }
  return scenario;
}

// Three tranches under two licences: l over the first two, m over the last two. l allows each
// buyer 1,200, m 900. With equal claims of 1,000 in one month, l gives 600 to each of the first two
// and m 450 to each of the last two. The second is under both: 450. Then l has 1,200 - 450 - 600
// left, all for the first: 750. m is full: 450 and 450. Together 1,650.
TEST(Limits, OfTwoLicencesHoldOverThreeTranchesTogether) {
  Scenario scenario = sharing({1.0}, 3);
  scenario.permissions = {licence("l"), licence("m")};
  scenario.permissions[0].per_buyer_cap_chips = certain(1200.0);
  scenario.permissions[1].per_buyer_cap_chips = certain(900.0);
  scenario.tranches[0].permissions = {"l"};
  scenario.tranches[1].permissions = {"l", "m"};
  scenario.tranches[2].permissions = {"m"};
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(delivered(result, 0), 1650.0, 1650.0 * close);
  EXPECT_NEAR(delivered(result, 5), 1650.0, 1650.0 * close);
  EXPECT_EQ(binding_share(result, Constraint::per_buyer_cap, 5), 1.0);
}

TEST(Limits, ACapPerBuyerHoldsForAllTranchesUnderTheLicence) {
  Scenario scenario = sharing({1.0}, 2);
  scenario.permissions = {licence("l")};
  scenario.permissions[0].per_buyer_cap_chips = certain(1000.0);
  for (Tranche& tranche : scenario.tranches) tranche.permissions = {"l"};
  EXPECT_NEAR(delivered(run_on_cpu(only_base(scenario)), 5), 1000.0, 1000.0 * close);
}

TEST(Limits, ATotalCapHoldsForAllTranchesAndFirmsUnderTheLicence) {
  Scenario scenario = sharing({0.6, 0.4}, 2);
  scenario.permissions = {licence("l")};
  scenario.permissions[0].total_cap_chips = certain(1000.0);
  for (Tranche& tranche : scenario.tranches) tranche.permissions = {"l"};
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(delivered(result, 5, 2), 1000.0, 1000.0 * close);
  EXPECT_NEAR(delivered(result, 5, 0), 600.0, 600.0 * close);
}

// Half of 2,000 shipped elsewhere.
TEST(Limits, AShareOfAMarketHoldsForAllTranchesUnderTheLicence) {
  Scenario scenario = sharing({1.0}, 2);
  scenario.permissions = {licence("l")};
  scenario.permissions[0].aggregate_share_cap = certain(0.5);
  scenario.permissions[0].reference_shipped_chips = certain(2000.0);
  for (Tranche& tranche : scenario.tranches) tranche.permissions = {"l"};
  EXPECT_NEAR(delivered(run_on_cpu(only_base(scenario)), 5), 1000.0, 1000.0 * close);
}

// Shares 50, 30 and 20 % of a supply of 100; the first firm takes 40 at most. The 10 that it
// leaves go to the others 3 : 2, so 40, 36 and 24.
TEST(PassingOn, SharesWhatAFirmLeavesInProportionToTheOtherShares) {
  Scenario scenario = sharing({0.5, 0.3, 0.2}, 1);
  scenario.tranches[0].supply_stock_chips = certain(100.0);
  scenario.firms[0].demand_chips = certain(40.0);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(delivered(result, 0, 0), 40.0, 40.0 * close);
  EXPECT_NEAR(delivered(result, 0, 1), 36.0, 36.0 * close);
  EXPECT_NEAR(delivered(result, 0, 2), 24.0, 24.0 * close);
  EXPECT_EQ(binding_share(result, Constraint::demand, 0, 0, 0), 1.0);
  EXPECT_EQ(binding_share(result, Constraint::supply, 0, 0, 1), 1.0);
}

TEST(PassingOn, LetsItLapseWhereTheTrancheSaysSo) {
  Scenario scenario = sharing({0.5, 0.3, 0.2}, 1);
  scenario.tranches[0].supply_stock_chips = certain(100.0);
  scenario.tranches[0].unused = "lapses";
  scenario.firms[0].demand_chips = certain(40.0);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(delivered(result, 0, 0), 40.0, 40.0 * close);
  EXPECT_NEAR(delivered(result, 0, 1), 30.0, 30.0 * close);
  EXPECT_NEAR(delivered(result, 0, 2), 20.0, 20.0 * close);
}

// 1,000 chips 50 : 30 : 20; the first takes 100, the second at most 350 of 300 + 400 x 3/5.
TEST(PassingOn, OfAQuantityStopsAtTheNextFirmsOwnLimit) {
  Scenario scenario = sharing({0.5, 0.3, 0.2}, 1);
  scenario.firms[0].demand_chips = certain(100.0);
  scenario.firms[1].demand_chips = certain(350.0);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(delivered(result, 0, 0), 100.0, 100.0 * close);
  EXPECT_NEAR(delivered(result, 0, 1), 350.0, 350.0 * close);
  EXPECT_NEAR(delivered(result, 0, 2), 550.0, 550.0 * close);
}

// A chip takes 700 W x 1 x 1 here. The first firm can feed 100 chips, the second all.
TEST(PassingOn, AFirmWithoutPowerLeavesItsChipsToOneThatHasIt) {
  Scenario scenario = sharing({0.5, 0.5}, 1);
  for (Firm& firm : scenario.firms) firm.server_overhead = firm.pue = certain(1.0);
  scenario.firms[0].power_cap_w = certain(100.0 * 700.0);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(delivered(result, 0, 0), 100.0, 100.0 * close);
  EXPECT_NEAR(delivered(result, 0, 1), 900.0, 900.0 * close);
}

// No firm can power more than 300: the rest is delivered by shares and waits.
TEST(PassingOn, WhatNobodyCanFeedIsDeliveredAndWaits) {
  Scenario scenario = sharing({0.5, 0.5}, 1);
  for (Firm& firm : scenario.firms) firm.server_overhead = firm.pue = certain(1.0);
  scenario.firms[0].power_cap_w = certain(100.0 * 700.0);
  scenario.firms[1].power_cap_w = certain(200.0 * 700.0);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(delivered(result, 0, 2), 1000.0, 1000.0 * close);
  EXPECT_NEAR(value(result, "chips_installed", 0, 2), 300.0, 300.0 * close);
  EXPECT_EQ(binding_share(result, Constraint::power, 0, 0, 0), 1.0);
}

// The first firm's power ends its claims; the rest goes to the second, whose budget of 300 M USD
// ends those. Own claims: 7,000 of t0 at 30,000 USD and 400 of t1 at 50,000 USD, 230 M. Of a rest
// of r x (7,000 at 30,000 and 1,600 at 50,000), r x 290 M, it takes 70 M: for any r, 70 / 290 of
// 7,000 and 1,600. Regression: rounding left watts that kept the first firm's claims open, and the
// result depended on the order in the file.
TEST(PassingOn, AFullPowerCapHoldsNothingBackInEitherOrder) {
  for (const std::size_t first : {0u, 1u}) {
    SCOPED_TRACE(first);
    Scenario scenario = sharing({0.5, 0.5}, 2);
    Tranche &x = scenario.tranches[first], &z = scenario.tranches[1 - first];
    x.chip = "H200";
    x.quantity_chips = certain(14'000.0);
    x.price_usd = certain(30'000.0);
    z.chip = "GB300";
    z.quantity_chips = certain(2'000.0);
    z.price_usd = certain(50'000.0);
    z.split.entries = {share("a", 0.8), share("b", 0.2)};
    for (Firm& firm : scenario.firms) firm.server_overhead = firm.pue = certain(1.0);
    scenario.firms[0].power_cap_w = certain(5e6);  // 8,600 chips want 7 MW
    scenario.firms[1].budget_usd = certain(300e6);
    const double expected = 7'000.0 + 400.0 + 70.0 / 290.0 * (7'000.0 + 1'600.0);
    EXPECT_NEAR(delivered(run_on_cpu(only_base(scenario)), 0, 1), expected, expected * close);
  }
}

// The first firm's test takes three months: chips that the second cannot take are not passed to it
// before its own part has arrived.
TEST(PassingOn, WaitsForTheOtherFirmsSchedule) {
  Scenario scenario = sharing({0.5, 0.5}, 1);
  scenario.firms[1].demand_chips = certain(100.0);
  Input lead = drawn("tranches.t0.lead_time", family(Family::uniform, {0.0, 1e-3}), {.firm = true});
  scenario.tranches[0].lead_time_s = lead;
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(delivered(result, 0, 0), 900.0, 900.0 * close);
}

// A year of months: the later tranche is first in the file. 10 MW power 10e6 / 700 = 14,285.7
// chips; in any order the cap holds in every month, and no delivery is reversed.
class TwoTranches : public testing::TestWithParam<bool> {
 protected:
  Scenario scenario() const {
    Scenario s = sharing({1.0}, 2);
    Tranche& late = s.tranches[GetParam() ? 0 : 1];
    Tranche& early = s.tranches[GetParam() ? 1 : 0];
    late.quantity_chips = certain(20'000.0);
    late.lead_time_s = certain(3.0 * seconds_per_month);
    early.quantity_chips = certain(25'000.0);
    for (Tranche& t : s.tranches) t.price_usd = certain(40'000.0);
    for (Firm& firm : s.firms) firm.server_overhead = firm.pue = certain(1.0);
    return s;
  }
  void expect_same_in_every_month(const Scenario& s, const std::string& name, double expected) {
    const RunResult result = run_on_cpu(only_base(s));
    for (std::int32_t step = 0; step < 6; ++step)
      EXPECT_NEAR(value(result, name, step), expected, expected * close) << step;
  }
};

TEST_P(TwoTranches, KeepThePowerCapTogether) {
  Scenario s = scenario();
  s.firms[0].power_cap_w = certain(10e6);
  expect_same_in_every_month(s, "power_mw", 10.0);
}
TEST_P(TwoTranches, KeepTheBudgetTogether) {
  Scenario s = scenario();
  s.firms[0].budget_usd = certain(1e9);
  expect_same_in_every_month(s, "chips_installed", 25'000.0);
  expect_same_in_every_month(s, "chips_delivered", 25'000.0);
}
TEST_P(TwoTranches, KeepTheDemandTogether) {
  Scenario s = scenario();
  s.firms[0].demand_chips = certain(25'000.0);
  expect_same_in_every_month(s, "chips_installed", 25'000.0);
}
INSTANTIATE_TEST_SUITE_P(InEitherOrder, TwoTranches, testing::Bool());

TEST(Limits, APriceOfZeroUsesNoBudget) {
  Scenario scenario = sharing({1.0}, 1);
  scenario.tranches[0].price_usd = certain(0.0);
  scenario.firms[0].budget_usd = certain(500.0);
  EXPECT_NEAR(delivered(run_on_cpu(only_base(scenario)), 5), 1000.0, 1000.0 * close);
}

// Two tranches of 1,000, a rate of 250 a month. The first to arrive is installed first, unless the
// other has a higher priority.
TEST(Installation, ServesWhatArrivedFirstUnlessAPrioritySaysOtherwise) {
  Scenario scenario = sharing({1.0}, 2);
  scenario.tranches[0].chip = "H200";
  scenario.tranches[0].lead_time_s = certain(0.5 * seconds_per_month);
  scenario.firms[0].installation_rate_chips_per_s = certain(250.0 / seconds_per_month);
  const auto h200 = [&](const Scenario& s) {
    const RunResult result = run_on_cpu(only_base(s));
    const double tpp_of_both = value(result, "h100e_tpp", 3);
    EXPECT_NEAR(value(result, "chips_installed", 3), 1000.0, 1000.0 * close);
    return tpp_of_both;
  };
  Scenario only_h100 = scenario, only_h200 = scenario;
  only_h100.tranches.erase(only_h100.tranches.begin());
  only_h200.tranches.pop_back();
  const double first_come = h200(scenario), of_h100 = h200(only_h100);
  EXPECT_NEAR(first_come, of_h100, of_h100 * close);
  scenario.tranches[0].priority = 1;
  const auto bandwidth = [&](const Scenario& s) {
    return value(run_on_cpu(only_base(s)), "h100e_bandwidth", 3);
  };
  EXPECT_NEAR(bandwidth(scenario), bandwidth(only_h200), 1000.0 * close);
}

// The same for a cap: 600 of 1,000 + 1,000; equals share it, a priority takes it all.
TEST(Limits, APriorityIsServedBeforeOthers) {
  Scenario scenario = sharing({1.0}, 2);
  scenario.tranches[0].chip = "H200";
  scenario.firms[0].demand_chips = certain(600.0);
  // 4.8 and 3.35 TB/s: 300 of each are 300 x (1 + 4.8 / 3.35) H100 by bandwidth.
  const auto h100e = [&] { return value(run_on_cpu(only_base(scenario)), "h100e_bandwidth", 5); };
  EXPECT_NEAR(h100e(), 300.0 * (1.0 + 4.8 / 3.35), 0.1);
  scenario.tranches[0].priority = 1;
  EXPECT_NEAR(h100e(), 600.0 * 4.8 / 3.35, 0.1);
}

// A stock and a tranche of equal chips give equal work.
TEST(Fleet, TheSameChipsDoTheSameAsStockAndAsTranche) {
  Scenario tranche = sharing({1.0}, 1);
  tranche.tranches[0].quantity_chips = certain(10'000.0);
  tranche.firms[0].availability = certain(0.8);
  tranche.firms[0].retirement_per_s = certain(0.0);
  tranche.workloads[0].job_chips = certain(3000.0);
  tranche.workloads[0].compute_efficiency =
      drawn("workloads.training.mfu", family(Family::uniform, {0.1, 0.9}), {.month = true});
  Reliability reliability;
  reliability.failures_per_node_s = certain(0.02 / 86400.0);
  reliability.job_failures_per_s = certain(0.0);
  reliability.chips_per_node = certain(8.0);
  reliability.detection_s = certain(120.0);
  reliability.restart_s = certain(600.0);
  reliability.checkpoint_write_s = certain(40.0);
  tranche.reliability = reliability;
  Scenario stock = tranche;
  stock.tranches[0].quantity_chips = certain(0.0);
  Stock chips;
  chips.name = "h100";
  chips.chip = "H100-SXM";
  chips.units_chips = certain(10'000.0);
  stock.firms[0].stock.push_back(chips);
  const RunResult one = run_on_cpu(only_base(tranche)), other = run_on_cpu(only_base(stock));
  for (const char* const name : {"training_flop_per_s", "goodput_fraction", "largest_run_flop_90d",
                                 "mfu", "power_mw", "training_flop_cumulative"})
    for (std::int32_t step = 0; step < 6; ++step) {
      const double expected = value(one, name, step);
      EXPECT_NEAR(value(other, name, step), expected, expected * close) << name << " " << step;
    }
}

}  // namespace
}  // namespace tranche
