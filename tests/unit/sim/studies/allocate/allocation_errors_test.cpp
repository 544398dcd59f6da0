// SPDX-License-Identifier: Apache-2.0

// Refused allocations, and the counting of splits.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/studies/allocate/grid.hpp"
#include "sim/studies/allocate/judge.hpp"
#include "tests/support/allocation_scenarios.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using tests::allocated;
using tests::three_firms;

std::string error_of(const std::string& text) {
  try {
    allocated(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

// `run` replaces a headline that does not apply to the scenario; so does allocate.
TEST(Allocate, TakesTheMetricThatRunPutsInPlaceOfAHeadlineThatDoesNotApply) {
  std::string text = three_firms("[[allocate.objective]]\n");
  const std::string training =
      "kind = \"training\"\nflop_per_unit = \"1 TFLOP\"\nprecision = \"bf16\"\nmfu = 0.4\n";
  const std::size_t at = text.find(training);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, training.size(), "kind = \"memory_bound\"\ncatalogue = \"stream-triad\"\n");
  const std::string explicit_headline = "headline = { metric = \"training_flop_per_s\" }\n";
  ASSERT_NE(text.find(explicit_headline), std::string::npos);
  text.erase(text.find(explicit_headline), explicit_headline.size());
  EXPECT_EQ(error_of(text), "");
}

TEST(AllocationGrid, HasEverySplitOnce) {
  EXPECT_EQ(split_count(3, 100), 5151);  // 102 over 2
  EXPECT_EQ(all_splits(3, 100).size(), 5151u);
  EXPECT_EQ(all_splits(2, 2), (std::vector<std::vector<std::int32_t>>{{0, 2}, {1, 1}, {2, 0}}));
}

TEST(AllocationGrid, NamesTheSmallestSetOfConstraintsThatConflict) {
  // No candidate satisfies 0 and 2 together; constraint 1 is irrelevant.
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

TEST(Allocate, RefusesMoreValuesThanFitInMemory) {
  const ReadOptions reading{.set = {"allocate.draws=1_000_000"}, .draws = {}, .seed = {}};
  const ScenarioSource source =
      tests::source_of(three_firms("parts = 1000\n[[allocate.objective]]\n"), reading);
  try {
    allocate(source, tests::catalogue(), {});
    FAIL() << "12 GB of values were accepted";
  } catch (const InputError& error) {
    // 1e6 draws x 1003 shares x 3 firms x 4 B
    EXPECT_NE(std::string(error.what()).find("need 12 GB"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace tranche
