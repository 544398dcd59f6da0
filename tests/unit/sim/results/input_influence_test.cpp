// SPDX-License-Identifier: Apache-2.0

// Rank correlation of inputs with the headline.
#include "sim/results/input_influence.hpp"

#include <gtest/gtest.h>

#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

// Chips delivered are the quantity; availability and the efficiency come after delivery.
constexpr const char* influence_text = R"(
[scenario]
name = "influence"
start = "2026-01"
months = 2
draws = 64

[firms.acme]
availability = "0.7 to 0.9"

[tranches.first]
chip = "H200"
quantity = "50k to 90k"
price = "20k USD"

[workloads.training]
kind = "training"
mfu = "0.3 to 0.5"
)";

std::unordered_map<std::string, double> influence_on(const std::string& metric) {
  const LoweredScenario lowered = lower(tests::read_text(influence_text), tests::catalogue());
  OutputChoice output{.variant = 0, .firm = 0, .step = 1, .metric = 0};
  while (lowered.metrics.at(static_cast<std::size_t>(output.metric)).name != metric)
    ++output.metric;
  return input_influence(lowered, output);
}

TEST(InputInfluence, IsOneWhereTheOutputIsTheInput) {
  EXPECT_DOUBLE_EQ(influence_on("chips_delivered").at("tranches.first.quantity"), 1.0);
}

// The rank correlation of two independent inputs, n = 1,024, has the standard error 1 / sqrt(n - 1)
// = 0.031; four of them.
TEST(InputInfluence, IsChanceWhereTheInputDoesNotReachTheOutput) {
  const auto influence = influence_on("chips_delivered");
  EXPECT_NEAR(influence.at("firms.acme.availability"), 0.0, 4 * 0.031);
  EXPECT_NEAR(influence.at("workloads.training.mfu"), 0.0, 4 * 0.031);
}

// Training is quantity x availability x mfu. In logarithms the intervals, of 90 %, are 0.588, 0.251
// and 0.511 wide, and so are the spreads in proportion: 0.72, 0.31 and 0.63 of their root sum of
// squares. A correlation of ranks is a little below one of values.
TEST(InputInfluence, IsTheShareOfSpreadInAProduct) {
  const auto influence = influence_on("training_flop_per_s");
  EXPECT_NEAR(influence.at("tranches.first.quantity"), 0.71, 0.08);
  EXPECT_NEAR(influence.at("workloads.training.mfu"), 0.61, 0.08);
  EXPECT_NEAR(influence.at("firms.acme.availability"), 0.30, 0.1);
}

TEST(InputInfluence, LeavesOutWhatDoesNotVary) {
  EXPECT_EQ(influence_on("chips_delivered").count("tranches.first.price"), 0U);
}

}  // namespace
}  // namespace tranche
