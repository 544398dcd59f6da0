// SPDX-License-Identifier: Apache-2.0

// Decisions that change, with closed forms: expected values are computed by hand in the comments.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/run_support.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using kernels::Constraint;
using namespace tests;

// Means are exact to 2^-20 of the largest value, times and fractions to 2^-24.
constexpr double decision_precision = 1e-5;

// 24,000 chips, evenly over 24 months from the start of 2026: 1,000 a month. `licence`, `tranche`
// and `more` are TOML lines.
std::string licence_scenario(const std::string& licence, const std::string& tranche = "",
                             const std::string& more = "", int draws = 256) {
  return R"([scenario]
name = "decisions"
start = "2026-01"
months = 24
draws = )" +
         std::to_string(draws) + R"(

[workloads.training]
kind = "training"
mfu = 0.4

[firms.acme]
pue = 1
server_overhead = 1
availability = 1
power_utilisation = 1
electricity = 0

[licences.bis]
)" + licence +
         R"(

[tranches.first]
chip = "H100"
quantity = 24_000
price = "0 USD"
permissions = ["bis"]
)" + (tranche.empty() ? "batches = 0\nduration = \"24 months\"\n" : tranche) +
         "\n" + more;
}

RunResult run_decisions(const std::string& text) { return run_on_cpu(read_text(text)); }

double metric_mean(const RunResult& result, const std::string& metric, std::int32_t step,
                   std::int32_t variant = 0) {
  return statistics_of(result, metric, step, variant).mean;
}
double delivered(const RunResult& result, std::int32_t step, std::int32_t variant = 0) {
  return metric_mean(result, "chips_delivered", step, variant);
}

TEST(Decisions, ARevokedLicenceStopsTheFlow) {
  // Revoked at the end of month 6 (2026-07-01): 6,000 chips and no more.
  const RunResult result =
      run_decisions(licence_scenario(R"(events = [{ at = "2026-07", becomes = "revoked" }])"));
  EXPECT_NEAR(delivered(result, 3), 4000.0, 4000 * decision_precision);
  EXPECT_NEAR(delivered(result, 5), 6000.0, 6000 * decision_precision);
  EXPECT_NEAR(delivered(result, 23), 6000.0, 6000 * decision_precision);
  EXPECT_EQ(binding_share(result, Constraint::schedule, 4), 1.0);
  EXPECT_EQ(binding_share(result, Constraint::permission, 6), 1.0);
}

TEST(Decisions, WhatIsGrantedAgainGoesOnWhereItStopped) {
  // Four months without: 20 of 24 months by the end, 7 by the end of November.
  const RunResult result = run_decisions(licence_scenario(
      R"(events = [{ at = "2026-07", becomes = "revoked" }, { at = "4 months", becomes = "granted" }])"));
  EXPECT_NEAR(delivered(result, 9), 6000.0, 6000 * decision_precision);
  EXPECT_NEAR(delivered(result, 10), 7000.0, 7000 * decision_precision);
  EXPECT_NEAR(delivered(result, 23), 20000.0, 20000 * decision_precision);
}

TEST(Decisions, AnUncertainRevocationHappensInItsShareOfDraws) {
  const RunResult result = run_decisions(licence_scenario(
      R"(events = [{ at = "2026-07", becomes = "revoked", probability = 0.4 }])", "", "", 20'000));
  // 6,000 in 40 % of the draws, 24,000 in the others; 3 standard errors of the share are 0.0104.
  EXPECT_NEAR(delivered(result, 23), 0.4 * 6000 + 0.6 * 24000, 18000 * 0.0104);
}

TEST(Decisions, ARefusedLicenceMayBeGrantedLater) {
  const RunResult result = run_decisions(
      licence_scenario("probability = 0\nevents = [{ at = \"2027-01\", becomes = \"granted\" }]"));
  EXPECT_NEAR(delivered(result, 11), 0.0, decision_precision);
  EXPECT_NEAR(delivered(result, 14), 3000.0, 3000 * decision_precision);
  EXPECT_EQ(binding_share(result, Constraint::permission, 5), 1.0);
}

TEST(Decisions, ATimeCountsFromTheEventBefore) {
  // In effect from the end of month 2 on, revoked 3 months later, granted 5 after that: closed in
  // months 1, 2 and 6 to 10.
  const RunResult result = run_decisions(licence_scenario(
      R"(decided = "2026-02-01"
delay = "1 month"
events = [{ at = "3 months", becomes = "revoked" }, { at = "5 months", becomes = "granted" }])"));
  EXPECT_NEAR(delivered(result, 4), 3000.0, 3000 * decision_precision);
  EXPECT_NEAR(delivered(result, 9), 3000.0, 3000 * decision_precision);
  EXPECT_NEAR(delivered(result, 23), 17000.0, 17000 * decision_precision);
}

TEST(Decisions, WhatIsOnItsWayArrivesOrWaits) {
  // Two months on the way: 4,000 have arrived by the end of month 6, and 2,000 are on their way.
  const std::string tranche = "batches = 0\nduration = \"24 months\"\nlead_time = \"2 months\"\n";
  const RunResult result = run_decisions(licence_scenario(
      R"(events = [{ at = "2026-07", becomes = "revoked" }, { at = "4 months", becomes = "granted" }])",
      tranche, R"([[what_if]]
name = "waits"
set = { "licences.bis.in_transit" = "waits" }
)"));
  EXPECT_NEAR(delivered(result, 5), 4000.0, 4000 * decision_precision);
  EXPECT_NEAR(delivered(result, 7), 6000.0, 6000 * decision_precision);
  EXPECT_NEAR(delivered(result, 7, 1), 4000.0, 4000 * decision_precision);
  // Granted at the end of month 10: what waited is there with the first of the month after, and the
  // shipments since then arrive two months later.
  EXPECT_NEAR(delivered(result, 10, 1), 6000.0, 6000 * decision_precision);
  EXPECT_NEAR(delivered(result, 12), 7000.0, 7000 * decision_precision);
  EXPECT_NEAR(delivered(result, 12, 1), 7000.0, 7000 * decision_precision);
}

TEST(Decisions, BatchesWaitForTheLicence) {
  // Six batches a month apart: of 2026-01 to 2026-06. Those due while it is revoked come from the
  // day on which it is granted again, still a month apart.
  const RunResult result = run_decisions(licence_scenario(
      R"(events = [{ at = "2026-03-15", becomes = "revoked" }, { at = "2026-06-15", becomes = "granted" }])",
      "batches = 6\nbatch_interval = \"1 month\"\n"));
  const double expected[] = {2, 3, 3, 3, 3, 3, 4, 5, 6};  // due at 0, 1, 2 | 3 + 3, 4 + 3, 5 + 3
  for (std::int32_t step = 0; step < 9; ++step)
    EXPECT_NEAR(delivered(result, step), 4000 * expected[step], 24000 * decision_precision) << step;
}

TEST(Decisions, ChipsInUseKeepWorkingOrIdle) {
  const RunResult result = run_decisions(licence_scenario(
      R"(events = [{ at = "2026-07", becomes = "revoked" }, { at = "2026-10-16", becomes = "granted" }])",
      "", R"([[what_if]]
name = "idle"
set = { "licences.bis.in_use" = "idles" }
)"));
  EXPECT_NEAR(metric_mean(result, "chips_available", 7), 6000.0, 6000 * decision_precision);
  EXPECT_NEAR(metric_mean(result, "chips_installed", 7, 1), 6000.0, 6000 * decision_precision);
  EXPECT_NEAR(metric_mean(result, "chips_available", 7, 1), 0.0, decision_precision);
  EXPECT_NEAR(metric_mean(result, "training_flop_per_s", 7, 1), 0.0, decision_precision);
  EXPECT_NEAR(metric_mean(result, "power_mw", 7, 1), 0.0, decision_precision);
  // Granted after 15 of 31 days of October: chips work for the other 16.
  const double part = 16.0 / 31;
  EXPECT_NEAR(metric_mean(result, "chips_available", 9, 1),
              part * metric_mean(result, "chips_available", 9), 6000 * 10 * decision_precision);
}

TEST(Decisions, ARegimeOpensAsItsRatesSay) {
  // Open to closed at a = 1, closed to open at b = 2 a year. Open for the time
  // pi t + (1 - pi) (1 - exp(-(a + b) t)) / (a + b), pi = b / (a + b), when it begins open.
  const RunResult result = run_decisions(licence_scenario(R"(regime = "policy"
open_in = ["open"])",
                                                          "", R"([regimes.policy]
states = ["open", "closed"]
rates.open.closed = "1 per year"
rates.closed.open = "2 per year"
)",
                                                          40'000));
  const double pi = 2.0 / 3;
  for (const int months : {3, 12, 24}) {
    const double t = months / 12.0;
    const double open_years = pi * t + (1 - pi) * (1 - std::exp(-3 * t)) / 3;
    // The standard deviation of the open time is below 0.4 years: 3 standard errors.
    EXPECT_NEAR(delivered(result, months - 1), 12000 * open_years, 12000 * 3 * 0.4 / 200) << months;
  }
}

TEST(Decisions, TheNextStateIsDrawnInProportionToItsRate) {
  // From `start` to `good` at 10 a year, to `bad` at 30: a quarter of the draws ends in `good`, at
  // once for most. Only `good` is open.
  const RunResult result = run_decisions(licence_scenario(R"(regime = "policy"
open_in = ["good"])",
                                                          "batches = 1\n", R"([regimes.policy]
states = ["good", "begin", "bad"]
start = "begin"
rates.begin = { good = "10 per year", bad = "30 per year" }
)",
                                                          20'000));
  EXPECT_NEAR(delivered(result, 23), 24000 / 4.0, 24000 * 3 * 0.433 / std::sqrt(20000.0));
}

TEST(Decisions, TwoPermissionsMustBeInEffectTogether) {
  // The licence is revoked in months 7 and 8, the approval in 8 and 9: three months without.
  const RunResult result = run_decisions(licence_scenario(
      R"(events = [{ at = "2026-07", becomes = "revoked" }, { at = "2026-09", becomes = "granted" }])",
      "batches = 0\nduration = \"24 months\"\n", R"([approvals.beijing]
events = [{ at = "2026-08", becomes = "revoked" }, { at = "2026-10", becomes = "granted" }]

[tranches.second]
chip = "H100"
quantity = 24_000
price = "0 USD"
permissions = ["bis", "beijing"]
batches = 0
duration = "24 months"
)"));
  // 22 months under the licence alone, 21 under both.
  EXPECT_NEAR(delivered(result, 23), 22000.0 + 21000.0, 43000 * decision_precision);
}

TEST(Decisions, ARateOfPermitsIsACapThatGrows) {
  // 500 now and 200 a month.
  const RunResult result =
      run_decisions(licence_scenario("per_buyer_cap = 500\nper_buyer_rate = \"200 chips/month\""));
  EXPECT_NEAR(delivered(result, 0), 700.0, 700 * decision_precision);
  EXPECT_NEAR(delivered(result, 11), 500.0 + 12 * 200, 2900 * decision_precision);
  EXPECT_EQ(binding_share(result, Constraint::per_buyer_cap, 11), 1.0);
}

TEST(Decisions, EventsThatCannotHappenChangeNothing) {
  const RunResult plain = run_decisions(licence_scenario(""));
  const RunResult result = run_decisions(
      licence_scenario(R"(events = [{ at = "2026-07", becomes = "revoked", probability = 0 }])"));
  for (std::int32_t step = 0; step < 24; ++step)
    EXPECT_NEAR(delivered(result, step), delivered(plain, step), 24000 * decision_precision)
        << step;
}

TEST(Decisions, AWhatIfReachesOneEventByItsNumber) {
  const RunResult result = run_decisions(
      licence_scenario(R"(events = [{ at = "2026-07", becomes = "revoked", probability = 0 }])", "",
                       R"([[what_if]]
name = "revoked"
set = { "licences.bis.events.1.probability" = 1 }
)"));
  EXPECT_NEAR(delivered(result, 23, 1), 6000.0, 6000 * decision_precision);
}

TEST(Decisions, ARegimeThatChangesTooOftenIsRefused) {
  const std::string text = licence_scenario("regime = \"policy\"\nopen_in = [\"open\"]", "",
                                            R"([regimes.policy]
states = ["open", "closed"]
rates.open.closed = "1 per day"
rates.closed.open = "1 per day"
)");
  EXPECT_THROW(run_decisions(text), InputError);
}

}  // namespace
}  // namespace tranche
