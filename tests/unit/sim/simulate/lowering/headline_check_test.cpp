// SPDX-License-Identifier: Apache-2.0

// The headline of a scenario is shown or refused, never replaced.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/simulate/lowering/known_metrics.hpp"
#include "tests/support/run_support.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

// Nothing trains here.
std::string serving_only(const std::string& headline) {
  return R"(
[scenario]
name = "serving"
start = "2026-01"
months = 2
draws = 64
)" + headline +
         R"(
[firms.acme]
[tranches.first]
chip = "H200"
quantity = 1000
[workloads.serving]
kind = "decode"
model = "deepseek-r1"
context = 8000
bandwidth_efficiency = 0.6
)";
}

std::string refusal_of(const std::string& text) {
  try {
    check_headline(tests::read_text(text), tests::catalogue());
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Headline, IsRefusedWhereItCannotBeComputed) {
  const std::string refusal = refusal_of(serving_only("headline.metric = \"training_flop_per_s\""));
  EXPECT_NE(refusal.find("metric `training_flop_per_s` does not apply to this scenario"),
            std::string::npos)
      << refusal;
  EXPECT_NE(refusal.find("`decode_tokens_per_s`"), std::string::npos) << refusal;
  EXPECT_NE(refusal.find(":7:19"), std::string::npos) << refusal;  // line and column of the name
}

TEST(Headline, IsRefusedWhereItIsNotKept) {
  const std::string refusal = refusal_of(
      serving_only("headline.metric = \"decode_tokens_per_s\"\nmetrics = [\"power_mw\"]"));
  EXPECT_NE(refusal.find("the headline `decode_tokens_per_s` is not among the `metrics` kept"),
            std::string::npos)
      << refusal;
}

TEST(Headline, OfAnotherKindIsTakenAsItStands) {
  EXPECT_EQ(refusal_of(serving_only("headline.metric = \"serving\"")), "");
  EXPECT_EQ(refusal_of(serving_only("")), "");
}

TEST(Headline, ThatNobodyAskedForIsNamedInARemark) {
  const RunResult result = tests::run_on_cpu(tests::read_text(serving_only("")));
  const std::vector<std::string>& remarks = result.lowered.remarks;
  EXPECT_EQ(std::count(remarks.begin(), remarks.end(),
                       "the scenario names no headline metric, and training_flop_per_s does not "
                       "apply: chips_delivered leads"),
            1);
}

// Without a draw: the refusal precedes the simulation.
TEST(Headline, IsCheckedByARun) {
  EXPECT_THROW(tests::run_on_cpu(tests::read_text(serving_only("headline.metric = \"mfu\""))),
               InputError);
}

}  // namespace
}  // namespace tranche
