// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/discover/condition.hpp"

#include <gtest/gtest.h>

#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

struct Lowered {
  ScenarioSet set;
  LoweredScenario lowered;
};
// Firms a and b, months 2026-01 to 2026-04, a what-if `more`.
const Lowered& example() {
  static const Lowered shared = [] {
    Scenario scenario = one_firm(4);
    Firm second = plain_firm("b");
    second.workloads.entries.push_back(share("training", 1.0));
    scenario.firms.push_back(second);
    scenario.tranches[0].quantity_chips =
        drawn("levers.quantity", family(Family::uniform, {1000.0, 3000.0}));
    ScenarioSet set = only_base(scenario);
    Variant more = set.variants[0];
    more.name = "more";
    set.variants.push_back(more);
    return Lowered{set, lower(set, catalogue())};
  }();
  return shared;
}

Condition condition(const std::string& text) {
  const ConditionText where = condition_of_option(text);
  return {where, parse_condition(where), example().lowered, example().set.variants[0].scenario};
}

std::string complaint(const std::string& text) {
  try {
    condition(text);
  } catch (const InputError& error) {
    return render(error.diagnostics().at(0));
  }
  return "";
}

TEST(Condition, ReadsTheSumOverFirmsWithAUnit) {
  const Condition c = condition("training_flop_per_s < 2e20 FLOP/s at 2026-03");
  ASSERT_EQ(c.outputs().size(), 1u);
  EXPECT_EQ(c.outputs()[0].firm, 2);
  EXPECT_EQ(c.outputs()[0].step, 2);
  EXPECT_EQ(c.holds({{1.9e20f, 2.0e20f, 2.1e20f}}), (std::vector<char>{1, 0, 0}));
}

TEST(Condition, TakesUnitsOfAnySizeAndBareNumbers) {
  // 200 EFLOP/s is 2e20 FLOP/s; power is in MW, so 1.5 GW is 1500.
  EXPECT_EQ(
      condition("training_flop_per_s <= 200 EFLOP/s at 2026-03").holds({{1.99e20f, 2.01e20f}}),
      (std::vector<char>{1, 0}));
  EXPECT_EQ(condition("power_mw >= 1.5 GW at 2026-03").holds({{1499.0f, 1500.0f}}),
            (std::vector<char>{0, 1}));
  EXPECT_EQ(condition("chips_installed > 75_000 at 2026-03").holds({{75000.0f, 75001.0f}}),
            (std::vector<char>{0, 1}));
  EXPECT_EQ(condition("chips_installed > 75k chips at 2026-03").holds({{75000.0f, 75001.0f}}),
            (std::vector<char>{0, 1}));
  EXPECT_EQ(condition("mfu < 30 % at 2026-03").holds({{0.29f, 0.31f}}), (std::vector<char>{1, 0}));
}

TEST(Condition, RefusesValuesThatAreNoNumbers) {
  for (const char* value : {"nan", "inf", "-inf", "1e999"}) {
    const std::string text = complaint("mfu < " + std::string(value) + " at 2026-03");
    EXPECT_NE(text.find("is not a number"), std::string::npos) << value << "\n" << text;
  }
}

TEST(Condition, AsksEachAnyOrOneFirm) {
  const std::vector<std::vector<float>> values = {{1, 1, 3}, {1, 3, 3}};  // a, b in three draws
  EXPECT_EQ(condition("each firm: chips_installed < 2 at 2026-03").holds(values),
            (std::vector<char>{1, 0, 0}));
  EXPECT_EQ(condition("all firms: chips_installed < 2 at 2026-03").holds(values),
            (std::vector<char>{1, 0, 0}));
  EXPECT_EQ(condition("any firm: chips_installed < 2 at 2026-03").holds(values),
            (std::vector<char>{1, 1, 0}));
  const Condition one = condition("b: chips_installed < 2 at 2026-03");
  ASSERT_EQ(one.outputs().size(), 1u);
  EXPECT_EQ(one.outputs()[0].firm, 1);
}

TEST(Condition, ComparesAWhatIfWithTheBaseCase) {
  const Condition ratio = condition("chips_installed in more / base > 120 % at 2026-03");
  ASSERT_EQ(ratio.outputs().size(), 2u);
  EXPECT_EQ(ratio.outputs()[0].variant, 1);
  EXPECT_EQ(ratio.outputs()[1].variant, 0);
  EXPECT_EQ(ratio.holds({{13, 11, 0}, {10, 10, 0}}), (std::vector<char>{1, 0, 0}));
  const Condition difference = condition("chips_installed in more - base > 2 at 2026-03");
  EXPECT_EQ(difference.holds({{13, 11}, {10, 10}}), (std::vector<char>{1, 0}));
}

TEST(Condition, LooksAtEarlierMonthsWithBy) {
  const Condition c = condition("chips_installed > 5 by 2026-02");
  ASSERT_EQ(c.outputs().size(), 2u);
  EXPECT_EQ(c.holds({{6, 1, 1}, {1, 6, 1}}), (std::vector<char>{1, 1, 0}));
}

TEST(Condition, JoinsWithAnd) {
  const Condition c = condition("chips_installed > 5 at 2026-02 and a: mfu < 0.3 at 2026-02");
  EXPECT_EQ(c.holds({{6, 6, 1}, {0.2f, 0.4f, 0.2f}}), (std::vector<char>{1, 0, 0}));
}

TEST(Condition, SaysWhatItUnderstood) {
  EXPECT_EQ(condition("each firm: chips_installed < 100k at 2026-03").description(),
            "each firm: Chips installed below 100,000 chips at 2026-03");
}

TEST(Condition, PointsAtAnUnknownNameAndNamesTheNearest) {
  const std::string text = complaint("chips_instaled < 5 at 2026-03");
  EXPECT_NE(text.find("unknown metric `chips_instaled`"), std::string::npos) << text;
  EXPECT_NE(text.find("--> (--outcome):1:1"), std::string::npos) << text;
  EXPECT_NE(text.find("did you mean `chips_installed`"), std::string::npos) << text;
  EXPECT_NE(text.find("^^^^^^^^^^^^^^"), std::string::npos) << text;
  EXPECT_NE(complaint("c: mfu < 0.3 at 2026-03").find("unknown firm `c`"), std::string::npos);
  EXPECT_NE(complaint("mfu in mor < 0.3 at 2026-03").find("did you mean `more`"),
            std::string::npos);
}

TEST(Condition, RefusesWhatItCannotRead) {
  EXPECT_NE(complaint("mfu < 30 % at 2036-03").find("outside the scenario's months"),
            std::string::npos);
  EXPECT_NE(complaint("mfu < 30 MW at 2026-03").find("unit `MW` does not fit"), std::string::npos);
  EXPECT_NE(complaint("mfu = 0.3 at 2026-03").find("expected a comparison"), std::string::npos);
  EXPECT_NE(complaint("mfu < 0.3").find("ends before `at` and a month"), std::string::npos);
  EXPECT_NE(complaint("mfu < at 2026-03").find("expected a value"), std::string::npos);
  EXPECT_NE(complaint("mfu - base < 0.1 at 2026-03").find("compared with itself"),
            std::string::npos);
  EXPECT_NE(complaint("every firm: mfu < 0.1 at 2026-03").find("does not say whose"),
            std::string::npos);
  EXPECT_NE(complaint("mfu < abc at 2026-03").find("`abc` is not a number"), std::string::npos);
  EXPECT_NE(complaint("").find("ends before a metric"), std::string::npos);
  EXPECT_NE(complaint("mfu < 0.3 at 2026-03 or mfu > 1 at 2026-03").find("unexpected `or`"),
            std::string::npos);
}

}  // namespace
}  // namespace tranche
