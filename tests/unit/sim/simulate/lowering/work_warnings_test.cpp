// SPDX-License-Identifier: Apache-2.0

// Warnings for chips without work, or with work in another format than requested, come first.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/simulate/lowering/lowering.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

std::string fleet_of(int chips, const std::string& more) {
  return R"(
[scenario]
name = "warned"
start = "2026-01"
months = 1
draws = 64

[firms.acme]

[tranches.first]
chip = "H100"
quantity = )" +
         std::to_string(chips) + R"(
price = "20k USD"

[workloads.serving]
kind = "decode"
model = "deepseek-r1"
precision = "fp8"
context = 2048
)" + more;
}

bool has(const std::vector<std::string>& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

// 671 GB of weights in chips of 80 GB: eight hold no replica, sixteen do.
TEST(WorkWarnings, SayThatAFleetIsLessThanAReplica) {
  const LoweredScenario eight = lower(tests::read_text(fleet_of(8, "")), tests::catalogue());
  EXPECT_TRUE(has(eight.work_warnings,
                  "`serving` does no work on H100-SXM: a replica of the model "
                  "takes 16 chips, and the largest cluster that serves it has "
                  "8"));
  EXPECT_TRUE(has(eight.remarks, "takes 16 chips"));
  EXPECT_TRUE(lower(tests::read_text(fleet_of(16, "")), tests::catalogue()).work_warnings.empty());
}

TEST(WorkWarnings, SayThatALayoutCannotBe) {
  const LoweredScenario lowered =
      lower(tests::read_text(fleet_of(64, "tensor = 3\n")), tests::catalogue());
  EXPECT_TRUE(has(lowered.work_warnings, "TP 3 does not divide 128 heads"));
}

TEST(WorkWarnings, SayThatAFormatIsWidened) {
  std::string text = fleet_of(64, "");
  text.replace(text.find("fp8"), 3, "fp4");
  const LoweredScenario lowered = lower(tests::read_text(text), tests::catalogue());
  EXPECT_TRUE(has(lowered.work_warnings, "read as fp4, multiplied in bf16"));
}

// The first model of the catalogue that has a part without a model here.
TEST(WorkWarnings, SayWhatOfTheModelIsLeftOut) {
  const auto with_notes =
      std::find_if(tests::catalogue().models.begin(), tests::catalogue().models.end(),
                   [](const ModelEntry& model) { return !model.not_modelled.empty(); });
  ASSERT_NE(with_notes, tests::catalogue().models.end());
  std::string text = fleet_of(65536, "");
  text.replace(text.find("deepseek-r1"), 11, with_notes->name);
  EXPECT_TRUE(has(lower(tests::read_text(text), tests::catalogue()).work_warnings,
                  "`serving`, not modelled: " + with_notes->not_modelled));
}

// An efficiency is the result of a roofline, but only a factor of a prediction.
TEST(WorkWarnings, SayThatAnEfficiencyScalesAPrediction) {
  const auto warned = [](const std::string& more) {
    const ScenarioSet set = tests::read_text(fleet_of(16, more));
    return std::any_of(set.warnings.begin(), set.warnings.end(), [](const Diagnostic& warning) {
      return warning.problem ==
             "`bandwidth_efficiency` of workload `serving` scales what the performance model "
             "predicts";
    });
  };
  EXPECT_TRUE(warned("bandwidth_efficiency = 0.7\n"));
  EXPECT_FALSE(warned("bandwidth_efficiency = 0.7\nperformance = \"model\"\n"));
  EXPECT_FALSE(warned("bandwidth_efficiency = 0.7\nperformance = \"stated\"\n"));
  EXPECT_FALSE(warned(""));
}

}  // namespace
}  // namespace tranche
