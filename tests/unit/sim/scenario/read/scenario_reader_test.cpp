// SPDX-License-Identifier: Apache-2.0

// Reading of whole scenarios: result of each part of a file.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "sim/scenario/describe/resolved_text.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using tests::errors_of;
using tests::input_at;
using tests::read_text;
using tests::small_scenario;

Scenario base_of(const std::string& text) { return read_text(text).variants.front().scenario; }

double certain(const Input& input) {
  EXPECT_TRUE(input.distribution.is_constant()) << input.path;
  return input.distribution.parameters.front();
}

ScenarioSet shipped(const std::string& name) {
  return read_scenario(std::string(TRANCHE_SOURCE_DIR) + "/scenarios/" + name, {},
                       tests::catalogue());
}

TEST(ScenarioReader, ReadsTheMinimalScenario) {
  const ScenarioSet set = shipped("minimal.toml");
  ASSERT_EQ(set.variants.size(), 1u);
  const Scenario& scenario = set.variants[0].scenario;
  EXPECT_EQ(scenario.name, "minimal");
  EXPECT_EQ(scenario.steps, 12);
  EXPECT_EQ(scenario.tranches.at(0).chip, tests::catalogue().find_chip("H200")->name);
  EXPECT_EQ(certain(scenario.firms.at(0).power_cap_w.value()), 120e6);
  EXPECT_EQ(scenario.firms[0].workloads.entries.at(0).name, "training");
}

TEST(ScenarioReader, ReadsTheToyModelExactly) {
  const ScenarioSet set = shipped("h200-toy.toml");
  const Scenario& toy = set.variants.at(0).scenario;
  EXPECT_EQ(toy.step, Step::quarter);
  EXPECT_EQ(toy.steps, 12);
  ASSERT_EQ(toy.firms.size(), 3u);
  EXPECT_EQ(toy.firms[0].name, "bytedance");  // in file order
  const Tranche& tranche = toy.tranches.at(0);
  EXPECT_EQ(tranche.quantity_chips.variable, "levers.approved");
  EXPECT_EQ(tranche.quantity_chips.role, Role::lever);
  EXPECT_EQ(tranche.quantity_chips.distribution.family, Family::lognormal);
  EXPECT_DOUBLE_EQ(tranche.quantity_chips.distribution.parameters.at(0), std::log(400e3));
  EXPECT_TRUE(tranche.split.dirichlet);
  EXPECT_EQ(certain(tranche.split.entries.at(0).share), 8);
  EXPECT_EQ(tranche.batches, 0);
  const double quarter_s = 91.3125 * 86400;
  EXPECT_DOUBLE_EQ(certain(tranche.batch_interval_s), 8 * quarter_s);
  EXPECT_EQ(tranche.lead_time_s.distribution.family, Family::gamma);
  EXPECT_DOUBLE_EQ(tranche.lead_time_s.distribution.parameters.at(1), 0.75 * quarter_s);
  EXPECT_TRUE(tranche.lead_time_s.each.firm);
  const Firm& firm = toy.firms[1];
  EXPECT_TRUE(firm.workloads_are_alternatives);
  EXPECT_EQ(firm.availability.variable, "all_firms.availability");
  EXPECT_TRUE(firm.availability.each.firm && firm.availability.each.month);
  EXPECT_EQ(firm.power_cap_w->distribution.minimum, 20e6);
  EXPECT_DOUBLE_EQ(certain(*firm.server_overhead) * certain(firm.pue) * 700, 1400);
  const Workload& decode = toy.workloads.at(1);
  EXPECT_EQ(certain(*decode.weight_bytes), 70e9);
  EXPECT_EQ(certain(*decode.kv_bytes_per_sequence), 0.5e9);
  EXPECT_EQ(certain(*decode.batch_sequences), 64);
  EXPECT_FALSE(decode.flop_per_unit);
}

TEST(ScenarioReader, ConvertsToBaseUnits) {
  const Scenario scenario = base_of(small_scenario(R"(
[all_firms]
installation_rate = "30 chips/day"
budget = "14 B USD"
retirement = "1 %/year"
electricity = "0.08 USD/kWh"
[reliability]
failures_per_node_day = 0.005
detection = "2 min"
restart = "5 min"
checkpoint_write = "20 s"
)"));
  const Firm& firm = scenario.firms.at(0);
  EXPECT_DOUBLE_EQ(certain(*firm.installation_rate_chips_per_s), 30 / 86400.0);
  EXPECT_DOUBLE_EQ(certain(*firm.budget_usd), 14e9);
  EXPECT_DOUBLE_EQ(certain(firm.retirement_per_s), 0.01 / (365.25 * 86400));
  EXPECT_DOUBLE_EQ(certain(firm.electricity_usd_per_j), 0.08 / 3.6e6);
  EXPECT_DOUBLE_EQ(certain(scenario.reliability->failures_per_node_s), 0.005 / 86400);
  EXPECT_EQ(certain(scenario.reliability->detection_s), 120);
}

TEST(ScenarioReader, CountsDatesFromTheStart) {
  const Scenario scenario = base_of(small_scenario(R"(
[approvals.early]
decided = "2025-12-17"
[approvals.late]
decided = 2026-03-01
[approvals.after]
decided = "3 months"
)"));
  // 17 December: 16 of 31 days of the month are over, 15 remain.
  EXPECT_NEAR(certain(scenario.permissions.at(0).decided_s), -15.0 / 31 * seconds_per_month, 1e-6);
  EXPECT_DOUBLE_EQ(certain(scenario.permissions.at(1).decided_s), 2 * seconds_per_month);
  EXPECT_DOUBLE_EQ(certain(scenario.permissions.at(2).decided_s), 3 * seconds_per_month);
}

TEST(ScenarioReader, TurnsAProbabilityIntoWhetherItHappens) {
  const Scenario scenario = base_of(small_scenario(R"(
[approvals.maybe]
probability = 0.7
[approvals.sure]
[approvals.never]
probability = "0 %"
)"));
  EXPECT_EQ(scenario.permissions.at(0).granted.distribution.family, Family::bernoulli);
  EXPECT_EQ(scenario.permissions.at(0).granted.distribution.parameters.at(0), 0.7);
  EXPECT_EQ(certain(scenario.permissions.at(1).granted), 1);
  EXPECT_EQ(certain(scenario.permissions.at(2).granted), 0);
}

TEST(ScenarioReader, NamesVariablesByWhereTheyAreDefined) {
  const Scenario scenario = base_of(small_scenario(R"(
[assumptions]
delay = { value = "1 to 2 months", source = "someone", confidence = "derived" }
[all_firms]
pue = "1.1 to 1.4"
installation_delay = "assumptions.delay"
)"));
  const Firm& firm = scenario.firms.at(0);
  EXPECT_EQ(firm.installation_delay_s->variable, "assumptions.delay");
  EXPECT_EQ(firm.installation_delay_s->path, "all_firms.installation_delay");
  EXPECT_EQ(firm.installation_delay_s->source, "someone");
  EXPECT_EQ(firm.installation_delay_s->confidence, Confidence::derived);
  EXPECT_EQ(firm.installation_delay_s->role, Role::assumption);
  EXPECT_EQ(firm.pue.variable, "all_firms.pue");
  EXPECT_TRUE(firm.availability.is_default);
  EXPECT_EQ(firm.availability.variable, "firms.acme.availability");
}

TEST(ScenarioReader, TakesProvenanceOfTheTableForItsNumbers) {
  const Scenario scenario = base_of(small_scenario(R"(
[all_firms]
source = "annual report"
as_of = 2026-01-28
confidence = "published"
power_cap = "100 MW"
stock.old = { chip = "H20", units = "3k to 5k", source = "count" }
stock.A100 = 500
)"));
  const Firm& firm = scenario.firms.at(0);
  EXPECT_EQ(firm.power_cap_w->source, "annual report");
  EXPECT_EQ(firm.power_cap_w->as_of, "2026-01-28");
  EXPECT_EQ(firm.power_cap_w->confidence, Confidence::published);
  ASSERT_EQ(firm.stock.size(), 2u);
  EXPECT_EQ(firm.stock[0].units_chips.source, "count");
  EXPECT_EQ(firm.stock[0].units_chips.confidence, Confidence::published);
  EXPECT_EQ(firm.stock[1].chip, tests::catalogue().find_chip("A100")->name);
  EXPECT_EQ(certain(firm.stock[1].units_chips), 500);
}

TEST(ScenarioReader, BuildsEveryWhatIfFromTheSameText) {
  const ScenarioSet set = read_text(small_scenario(R"(
[licences.bis]
per_buyer_cap = 500
[[what_if]]
name = "cap-lifted"
title = "Cap lifted"
set = { "licences.bis.per_buyer_cap" = "none" }
[[what_if]]
name = "h100"
set.tranches.first.chip = "H100"
)"));
  ASSERT_EQ(set.variants.size(), 3u);
  EXPECT_TRUE(set.variants[0].scenario.permissions.at(0).per_buyer_cap_chips);
  EXPECT_FALSE(set.variants[1].scenario.permissions.at(0).per_buyer_cap_chips);
  EXPECT_EQ(set.variants[1].title, "Cap lifted");
  EXPECT_EQ(set.variants[1].changed_paths.at(0), "licences.bis.per_buyer_cap");
  EXPECT_EQ(set.variants[2].scenario.tranches.at(0).chip,
            tests::catalogue().find_chip("H100")->name);
}

TEST(ScenarioReader, LeavesTheWorstCaseToWhatIfs) {
  const ScenarioSet set = read_text(
      small_scenario("[[what_if]]\nname = \"worst\"\nset = { \"tranches.first.quantity\" = 1 }\n"));
  EXPECT_EQ(set.variants.at(1).name, "worst");
}

TEST(ScenarioReader, SetsFromTheCommandLine) {
  const std::string text = small_scenario(R"(
[levers]
cap = { value = 500, unit = "chips", source = "a law" }
[licences.bis]
per_buyer_cap = "levers.cap"
test_delay = { value = "2 to 6 weeks", each = "firm" }
)");
  const ScenarioSet set =
      read_text(text, {.set = {"levers.cap=1 to 2", "tranches.first.chip=H100",
                               "firms.acme.power_cap=5 MW", "licences.bis.test_delay=3 weeks"},
                       .draws = 77,
                       .seed = 5});
  const Scenario& scenario = set.variants[0].scenario;
  EXPECT_EQ(scenario.draws, 77u);
  EXPECT_EQ(scenario.seed, 5u);
  EXPECT_EQ(scenario.permissions.at(0).per_buyer_cap_chips->text, "1 to 2");
  EXPECT_EQ(scenario.permissions.at(0).per_buyer_cap_chips->source, "");  // the law said 500
  EXPECT_TRUE(scenario.permissions.at(0).test_delay_s.each.firm);
  EXPECT_EQ(certain(scenario.firms.at(0).power_cap_w.value()), 5e6);
  EXPECT_EQ(scenario.tranches.at(0).chip, tests::catalogue().find_chip("H100")->name);
}

TEST(ScenarioReader, WarnsOfLeversThatNothingUses) {
  const ScenarioSet set = read_text(small_scenario("[levers]\nidle = 3\n"));
  ASSERT_EQ(set.warnings.size(), 1u);
  EXPECT_EQ(set.warnings[0].problem, "nothing refers to `levers.idle`");
}

TEST(ScenarioReader, AcceptsByteOrderMarkAndWindowsLineEnds) {
  std::string text = "\xEF\xBB\xBF";
  for (const char c : small_scenario()) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(errors_of(text), "");
}

TEST(ScenarioReader, KeepsTheOrderOfTheFileAndSaysWhereValuesCameFrom) {
  const ScenarioSet set = shipped("minimal.toml");
  const std::string text = resolve_text(set.variants[0]);
  EXPECT_NE(text.find("tranches.first.quantity = \"60k to 90k\""), std::string::npos);
  EXPECT_NE(text.find("/minimal.toml:13"), std::string::npos);
  EXPECT_NE(text.find("firms.acme.pue = 1.25"), std::string::npos);
  EXPECT_NE(text.find("# (default)"), std::string::npos);
  EXPECT_NE(check_report(set).find("0 errors, 0 warnings"), std::string::npos);
}

}  // namespace
}  // namespace tranche
