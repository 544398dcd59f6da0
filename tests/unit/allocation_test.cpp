#include "sim/study/allocation.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "sim/results/summary.hpp"
#include "sim/study/allocation_grid.hpp"
#include "sim/study/allocation_judge.hpp"
#include "sim/study/allocation_refine.hpp"
#include "tests/unit/scenario_text_file.hpp"

namespace tranche {
namespace {

// Three firms whose throughput is chips x availability; all chips arrive at once.
std::string three_firms(const std::string& allocate) {
  return R"(
[scenario]
name = "three"
start = "2026-01"
months = 2
draws = 1200
headline = { metric = "training_flop_per_s" }

[firms.a]
availability = 0.9
[firms.b]
availability = 0.45
[firms.c]
availability = 0.3

[tranches.first]
chip = "H200"
quantity = "900 to 1100"
price = "0 USD"
split = { a = 0.2, b = 0.2, c = 0.6 }

[workloads.training]
kind = "training"
flop_per_unit = "1 TFLOP"
precision = "bf16"
mfu = 0.4

[allocate]
split = "tranches.first.split"
draws = 1200
)" + allocate;
}

AllocationResult allocated(const std::string& text, int threads = 1) {
  const ScenarioSource source = tests::source_of(text);
  AllocationOptions options;
  options.run.threads = threads;
  return allocate(source, tests::catalogue(), options);
}

std::string error_of(const std::string& text) {
  try {
    allocated(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

using Shares = std::vector<double>;

TEST(AllocationGrid, HasEverySplitOnce) {
  EXPECT_EQ(split_count(3, 100), 5151);  // 102 over 2
  EXPECT_EQ(all_splits(3, 100).size(), 5151u);
  EXPECT_EQ(all_splits(2, 2), (std::vector<std::vector<std::int32_t>>{{0, 2}, {1, 1}, {2, 0}}));
}

TEST(AllocationGrid, NamesTheSmallestSetOfConstraintsThatConflict) {
  // Nobody satisfies 0 and 2 together; constraint 1 does no harm.
  EXPECT_EQ(conflict({0b001, 0b100, 0b011, 0b101}, 3), 0b101u);
  EXPECT_EQ(conflict({0b001, 0b000}, 3), 0u);
  EXPECT_EQ(conflict({0b010, 0b110}, 3), 0b010u);
}

TEST(Measured, AveragesTheWorstDraws) {
  std::vector<float> values;
  for (int i = 100; i >= 1; --i) values.push_back(static_cast<float>(i));
  const Measure tail = *parse_measure("cvar10");
  EXPECT_EQ(measured(values, tail, Better::higher), 5.5);  // 1 ... 10
  EXPECT_EQ(measured(values, tail, Better::lower), 95.5);  // 91 ... 100
  EXPECT_EQ(measured(values, *parse_measure("mean"), Better::higher), 50.5);
  EXPECT_EQ(measured(values, *parse_measure("p50"), Better::higher), 50.5);
}

// A linear objective goes to the corner of the firm that makes most of a chip.
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

// Caps on shares: the best firms are filled up in their order, 0.5, 0.3, and the rest.
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

// The worst firm is as good as it can be where all are equal: shares in proportion to
// 1 / availability, (1/0.9, 1/0.45, 1/0.3) / 6.667 = (1/6, 1/3, 1/2).
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
  // The search looks at eighths of a step of 1/20 and between them.
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

// What the shortcut gives (each share simulated once) is what a run with this split gives.
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
  const ReadOptions reading{
      .set = {"tranches.first.split={ a = " + std::to_string(best[0]) +
              ", b = " + std::to_string(best[1]) + ", c = " + std::to_string(best[2]) + " }"},
      .draws = {},
      .seed = {}};
  RunOptions options;
  options.device = Device::cpu;
  const RunResult run = run_scenario(tests::read_text(text, reading), tests::catalogue(), options);
  const auto figure = [&](const std::string& metric, const std::string& firm) {
    for (const SummaryRow& row : summary_rows(run))
      if (row.step == 1 && run.lowered.firms[static_cast<std::size_t>(row.firm)] == firm &&
          run.lowered.metrics[static_cast<std::size_t>(row.metric)].name == metric)
        return row.statistics;
    return Statistics{};
  };
  constexpr double bin = 0.004;  // quantiles of a run come from a histogram
  const double median = figure("training_flop_per_s", "all").p50;
  EXPECT_NEAR(result.best().objectives[0], median, bin * median);
  const double power_mw = figure("power_mw", "a").p95;
  EXPECT_NEAR(result.best().limits[1], power_mw, bin * power_mw);
  EXPECT_LE(result.best().limits[1], 0.5);
  EXPECT_GE(best[2], 0.3 - 1e-12);
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

// Two firms, each wanting all: every split is on the front, and the gain of one is the
// loss of the other.
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
  options.device = Device::cpu;
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
  // At the equal split both terms are 1, and cost counts against: 2 - 1.
  EXPECT_NEAR(result.gains.at(0).value, 1.0, 1e-6);
}

TEST(Allocate, NamesTheConstraintsThatConflict) {
  const std::string message = error_of(three_firms(R"(
parts = 10
[[allocate.objective]]
[[allocate.constraint]]
share_of = "c"
maximum = 0.9
[[allocate.constraint]]
share_of = "a"
minimum = "60 %"
[[allocate.constraint]]
share_of = "b"
minimum = "60 %"
)"));
  EXPECT_NE(message.find("these 2 constraints cannot hold together"), std::string::npos) << message;
  EXPECT_NE(message.find("share of a at least 0.6"), std::string::npos) << message;
  EXPECT_NE(message.find("share of b at least 0.6"), std::string::npos) << message;
  EXPECT_EQ(message.find("share of c"), std::string::npos) << message;
}

TEST(Allocate, SaysWhichLimitOnAMetricNoSplitSatisfies) {
  const std::string message = error_of(three_firms(R"(
parts = 10
[[allocate.objective]]
[[allocate.constraint]]
metric = "chips_installed"
in_draws = "90 %"
minimum = 1e6
)"));
  EXPECT_NE(message.find("no split satisfies this constraint"), std::string::npos) << message;
  EXPECT_NE(message.find("0 of 66 splits satisfy"), std::string::npos) << message;
}

TEST(Allocate, RefusesTooManySplitsAndMetricsThatDoNotApply) {
  EXPECT_NE(error_of(three_firms("parts = 1000\namong = [\"a\", \"b\", \"c\"]\n"
                                 "[[allocate.objective]]\nmetric = \"decode_tokens_per_s\"\n"))
                .find("metric `decode_tokens_per_s` does not apply"),
            std::string::npos);
  EXPECT_NE(error_of(tests::small_scenario()).find("the scenario has no [allocate]"),
            std::string::npos);
  const std::string three = error_of(three_firms(R"(
parts = 4
[[allocate.objective]]
name = "x"
[[allocate.objective]]
name = "y"
[[allocate.objective]]
name = "z"
)"));
  EXPECT_NE(three.find("`z` is a third objective"), std::string::npos) << three;
}

}  // namespace
}  // namespace tranche
