// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/allocation.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/results/summary.hpp"
#include "sim/studies/allocate/refine.hpp"
#include "tests/support/allocation_scenarios.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using tests::allocated;
using tests::three_firms;
using Shares = std::vector<double>;

// A linear objective has its optimum at the firm with the highest throughput per chip.
TEST(Allocate, GivesAllToTheBestFirmWhereNothingLimitsIt) {
  const AllocationResult result = allocated(three_firms(R"(
parts = 20
[[allocate.objective]]
measure = "mean"
)"));
  EXPECT_EQ(result.candidates, 231u);  // 22 over 2
  EXPECT_EQ(result.best().shares, (Shares{1, 0, 0}));
  EXPECT_FALSE(result.is_refined);
  // Against equal shares: 0.9 to (0.9 + 0.45 + 0.3) / 3 = 0.55 of the chips work.
  const AllocationGain& equal = result.gains.at(0);
  EXPECT_EQ(equal.over, "equal");
  EXPECT_NEAR(result.best().objectives[0] / equal.value, 0.9 / 0.55, 1e-5);  // floats
  EXPECT_EQ(equal.share_better, 1.0);
  EXPECT_EQ(result.gains.at(1).over, "as_written");
  EXPECT_EQ(result.gains.at(1).shares, (Shares{0.2, 0.2, 0.6}));
}

// Caps on shares: the best firms are filled in order, 0.5, 0.3, and the rest.
TEST(Allocate, FillsUpToTheCapsInOrder) {
  const AllocationResult result = allocated(three_firms(R"(
parts = 20
[[allocate.objective]]
measure = "p05"
[[allocate.constraint]]
share_of = "a"
maximum = "50 %"
[[allocate.constraint]]
share_of = "b"
maximum = "30 %"
)"));
  EXPECT_EQ(result.best().shares, (Shares{0.5, 0.3, 0.2}));
  EXPECT_LT(result.feasible, result.candidates);
}

// The minimum over firms is largest if all are equal: shares in proportion to 1 / availability,
// (1/0.9, 1/0.45, 1/0.3) / 6.667 = (1/6, 1/3, 1/2).
TEST(Allocate, MakesFirmsEqualForTheWorstOfThem) {
  const std::string text = R"(
[[allocate.objective]]
firm = "worst"
measure = "mean"
)";
  const AllocationResult exact = allocated(three_firms("parts = 12\n" + text));
  EXPECT_EQ(exact.best().shares, (Shares{2 / 12.0, 4 / 12.0, 6 / 12.0}));
  const AllocationResult near = allocated(three_firms("parts = 20\n" + text));
  if (!can_refine()) GTEST_SKIP() << "built without NLopt";
  EXPECT_TRUE(near.is_refined);
  // The search evaluates eighths of a step of 1/20, and interpolates between them.
  EXPECT_NEAR(near.refined.shares[0], 1 / 6.0, 0.005);
  EXPECT_NEAR(near.refined.shares[1], 1 / 3.0, 0.005);
  EXPECT_GT(near.refined.objectives[0], near.best().objectives[0]);
}

// Equal firms with a limit per buyer of a third of the chips: only equal shares use them all.
TEST(Allocate, FindsEqualSharesUnderEqualCaps) {
  const AllocationResult result = allocated(R"(
[scenario]
name = "caps"
start = "2026-01"
months = 2
draws = 600
[firms.a]
[firms.b]
[firms.c]
[licences.us]
per_buyer_cap = 100
decided = "2026-01"
[tranches.first]
chip = "H200"
quantity = 300
permissions = ["us"]
price = "0 USD"
unused = "lapses"
split = { a = 1, b = 0, c = 0 }
[workloads.training]
kind = "training"
flop_per_unit = "1 TFLOP"
precision = "bf16"
mfu = 0.4
[allocate]
split = "tranches.first.split"
parts = 30
draws = 600
[[allocate.objective]]
metric = "chips_delivered"
measure = "mean"
)");
  EXPECT_EQ(result.best().shares, (Shares{10 / 30.0, 10 / 30.0, 10 / 30.0}));
  EXPECT_NEAR(result.best().objectives[0], 300, 1e-3);  // chips, in single precision
  EXPECT_EQ(result.gains.at(0).difference, 0.0);
}

// A run of the scenario with this split of its first tranche.
RunResult run_with(const std::string& text, const Shares& shares) {
  const ReadOptions reading{
      .set = {"tranches.first.split={ a = " + std::to_string(shares[0]) +
              ", b = " + std::to_string(shares[1]) + ", c = " + std::to_string(shares[2]) + " }"},
      .draws = {},
      .seed = {}};
  RunOptions options;
  options.execution.device = Device::cpu;
  return run_scenario(tests::read_text(text, reading), tests::catalogue(), options);
}

// In the last of its two months.
Statistics figure_of(const RunResult& run, const std::string& metric, const std::string& firm) {
  for (const SummaryRow& row : summary_rows(run))
    if (row.step == 1 && run.lowered.firms[static_cast<std::size_t>(row.firm)] == firm &&
        run.lowered.metrics[static_cast<std::size_t>(row.metric)].name == metric)
      return row.statistics;
  throw std::out_of_range(metric + " of " + firm);
}

// Values from simulating each share once equal those of a run with this split.
TEST(Allocate, GivesTheFiguresOfARunWithTheBestSplit) {
  const std::string text = three_firms(R"(
parts = 10
[[allocate.objective]]
measure = "p50"
[[allocate.constraint]]
share_of = "c"
minimum = 0.3
[[allocate.constraint]]
metric = "power_mw"
firm = "a"
measure = "p95"
maximum = 0.5
)");
  const AllocationResult result = allocated(text);
  const Shares& best = result.best().shares;
  const RunResult run = run_with(text, best);
  constexpr double bin = 0.004;  // quantiles of a run come from a histogram
  const double median = figure_of(run, "training_flop_per_s", "all").p50;
  EXPECT_NEAR(result.best().objectives[0], median, bin * median);
  const double power_mw = figure_of(run, "power_mw", "a").p95;
  EXPECT_NEAR(result.best().limits[1], power_mw, bin * power_mw);
  EXPECT_LE(result.best().limits[1], 0.5);
  EXPECT_GE(best[2], 0.3 - 1e-12);
}

// A licence allows each firm 40 % of the chips; three firms can take all of it under any split if
// chips left by one are passed on. Otherwise 20, 20 and 60 % give 80 %.
TEST(Allocate, CountsWhatAFirmLeavesToTheOthers) {
  const std::string capped = three_firms(R"(
parts = 10
[[allocate.objective]]
metric = "chips_delivered"
measure = "mean"
[licences.us]
probability = 1.0
decided = "2025-12"
per_buyer_cap = 360
)");
  std::string text = capped;
  text.replace(text.find("quantity = \"900 to 1100\""), 24,
               "quantity = 900\npermissions = [\"us\"]");
  const AllocationResult lapses = allocated(text);
  text.replace(text.find("lapses"), 6, "passed_on");
  const AllocationResult passed_on = allocated(text);
  const auto as_written = [](const AllocationResult& result) { return result.gains.at(1).value; };
  EXPECT_NEAR(as_written(lapses), 720, 1e-3);
  EXPECT_NEAR(as_written(passed_on), 900, 1e-3);
  for (const AllocationSplit& split : passed_on.splits) {
    // A share of 0 gets no passed-on chips: two firms then hold 720, one 360.
    const auto holders = std::count_if(split.shares.begin(), split.shares.end(),
                                       [](double share) { return share > 0; });
    EXPECT_NEAR(split.objectives[0], holders == 3 ? 900 : holders == 2 ? 720 : 360, 1e-3);
  }
}

TEST(Allocate, GivesTheFiguresOfARunWhereWhatIsLeftIsPassedOn) {
  std::string text = three_firms(R"(
parts = 4
[[allocate.objective]]
metric = "training_flop_per_s"
measure = "mean"
[licences.us]
probability = 0.8
decided = "2025-12"
per_buyer_cap = "200 to 500"
)");
  text.replace(text.find("\"lapses\""), 8, "\"passed_on\"\npermissions = [\"us\"]");
  const AllocationResult result = allocated(text);
  for (std::size_t i = 0; i < result.splits.size(); i += 3) {
    const AllocationSplit& split = result.splits[i];
    const double mean = figure_of(run_with(text, split.shares), "training_flop_per_s", "all").mean;
    // The run sums in fixed point, a part in 1e6 of the largest value.
    EXPECT_NEAR(split.objectives[0], mean, 2e-6 * mean);
  }
}

TEST(Allocate, DoesNotDependOnThreads) {
  const std::string text = three_firms(R"(
parts = 12
[[allocate.objective]]
name = "sum"
[[allocate.objective]]
name = "worst"
firm = "worst"
measure = "cvar10"
)");
  EXPECT_EQ(allocation_csv(allocated(text, 1)), allocation_csv(allocated(text, 2)));
}

// Two firms, each maximised: every split is on the front, and the gain of one is the loss of the
// other.
TEST(Allocate, PutsEverySplitOfATradeOffOnTheFront) {
  const AllocationResult result = allocated(three_firms(R"(
among = ["a", "b"]
parts = 8
[[allocate.objective]]
name = "first"
firm = "a"
[[allocate.objective]]
name = "second"
firm = "b"
)"));
  EXPECT_EQ(result.candidates, 9u);
  for (const AllocationSplit& split : result.splits) EXPECT_TRUE(split.is_on_front);
  EXPECT_EQ(result.best().shares, (Shares{1, 0}));
}

// Training and decoding by the same chips: with weights 1 and 0 for training the firm trains.
TEST(Allocate, SplitsAFirmsChipsOverWorkloads) {
  const std::string text = R"(
[scenario]
name = "uses"
start = "2026-01"
months = 2
draws = 600
[firms.a]
workloads = { training = 0.5, decode = 0.5 }
stock.old = { chip = "H100", units = 100 }
[tranches.first]
chip = "H200"
quantity = 1000
price = "0 USD"
[workloads.training]
kind = "training"
flop_per_unit = "1 TFLOP"
precision = "bf16"
mfu = 0.4
[workloads.decode]
kind = "decode"
weight_bytes = "70 GB"
kv_bytes_per_sequence = "0.5 GB"
batch = 64
bandwidth_efficiency = 0.6
[allocate]
split = "firms.a.workloads"
parts = 10
draws = 600
[[allocate.objective]]
metric = "training_flop_per_s"
measure = "mean"
)";
  const std::string limit = R"(
[[allocate.constraint]]
metric = "decode_tokens_per_s"
in_draws = "95 %"
minimum = )";
  EXPECT_EQ(allocated(text).best().shares, (Shares{1, 0}));
  RunOptions options;
  options.execution.device = Device::cpu;
  const RunResult half = run_scenario(tests::read_text(text), tests::catalogue(), options);
  double tokens = 0, flop = 0;
  for (const SummaryRow& row : summary_rows(half)) {
    const std::string& name = half.lowered.metrics[static_cast<std::size_t>(row.metric)].name;
    if (row.step == 1 && name == "decode_tokens_per_s") tokens = row.statistics.p50;
    if (row.step == 1 && name == "training_flop_per_s") flop = row.statistics.p50;
  }
  // Half the chips decode `tokens`; nine tenths of that need at least 45 %, so 50 %.
  const AllocationResult limited = allocated(text + limit + std::to_string(0.91 * tokens));
  EXPECT_EQ(limited.best().shares, (Shares{0.5, 0.5}));
  EXPECT_NEAR(limited.best().objectives[0], flop, 0.004 * flop);
}

// Firm a has 0.9 per chip if it trains with all of them, but 0.45 as written; b 0.6. Optimised
// alone the split would go to b. Optimised together, a's workloads come first.
TEST(Allocate, DecidesAFirmsUsesTogetherWithTheSplit) {
  std::string text = R"(
[scenario]
name = "joint"
start = "2026-01"
months = 2
draws = 600
[firms.a]
availability = 0.9
workloads = { training = 0.5, decode = 0.5 }
[firms.b]
availability = 0.6
workloads = { training = 1, decode = 0 }
[tranches.first]
chip = "H200"
quantity = 1000
price = "0 USD"
split = { a = 0.5, b = 0.5 }
[workloads.training]
kind = "training"
flop_per_unit = "1 TFLOP"
precision = "bf16"
mfu = 0.4
[workloads.decode]
kind = "decode"
weight_bytes = "70 GB"
kv_bytes_per_sequence = "0.5 GB"
batch = 64
bandwidth_efficiency = 0.6
[allocate]
split = "tranches.first.split"
parts = 10
draws = 600
)";
  const std::string objective = R"(
[[allocate.objective]]
metric = "training_flop_per_s"
measure = "mean"
)";
  EXPECT_EQ(allocated(text + objective).best().shares, (Shares{0, 1}));
  const AllocationResult joint =
      allocated(text + "together = [\"firms.a.workloads\"]\n" + objective);
  EXPECT_EQ(joint.best().shares, (Shares{1, 0}));
  EXPECT_EQ(joint.together.at(0).shares, (Shares{1, 0}));
  EXPECT_EQ(joint.rounds, 2);  // the second changes nothing
}

TEST(Allocate, AddsTermsOfDifferentUnitsRelativeToTheEqualSplit) {
  const AllocationResult result = allocated(three_firms(R"(
parts = 9
[[allocate.objective]]
weight = 2
measure = "mean"
[[allocate.objective]]
metric = "cost_usd_cumulative"
measure = "mean"
weight = 1
)"));
  EXPECT_TRUE(result.objectives.at(0).is_relative);
  // At the equal split both terms are 1, and cost has a negative weight: 2 - 1.
  EXPECT_NEAR(result.gains.at(0).value, 1.0, 1e-6);
}

TEST(AllocationRefine, EndsWithWhatTheValueThrows) {
  if (!can_refine()) GTEST_SKIP() << "built without NLopt";
  struct Enough {};
  int evaluations = 0;
  const auto value = [&](const std::vector<double>& shares) {
    if (++evaluations == 5) throw Enough{};
    return shares[0];
  };
  EXPECT_THROW(refine({0.4, 0.3, 0.3}, 0.1, value), Enough);
  EXPECT_EQ(evaluations, 5);
}

}  // namespace
}  // namespace tranche
