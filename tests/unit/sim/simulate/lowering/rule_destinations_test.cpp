// SPDX-License-Identifier: Apache-2.0

// Rules apply to destinations; a scenario that applies one elsewhere gets a remark.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "sim/simulate/lowering/lowering.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

Verdict holds(const char* rule, const char* country) {
  const Catalogue& catalogue = tests::catalogue();
  const Country* const known = catalogue.find_country(country);
  return holds_for(*catalogue.find_rule(rule), known == nullptr ? country : known->name);
}

// 91 FR 1684 opens its window for China and Macau; the rule of 2023 also covers the Gulf (Country
// Group D:4), but neither an ally nor the members of A:5 and A:6.
TEST(RuleDestinations, AreThoseOfTheText) {
  EXPECT_EQ(holds("2026-01", "CN"), Verdict::yes);
  EXPECT_EQ(holds("2026-01", "Macao"), Verdict::yes);
  EXPECT_EQ(holds("2026-01", "UAE"), Verdict::no);
  EXPECT_EQ(holds("2023-10", "UAE"), Verdict::yes);
  EXPECT_EQ(holds("2023-10", "saudi arabia"), Verdict::yes);
  EXPECT_EQ(holds("2023-10", "Israel"), Verdict::no);
  EXPECT_EQ(holds("2023-10", "Germany"), Verdict::no);
  EXPECT_EQ(holds("2022-10", "UAE"), Verdict::no);
  EXPECT_EQ(holds("proposed-bill", "CN"), Verdict::unknown);
  EXPECT_EQ(holds("2026-01", ""), Verdict::unknown);
}

std::string under_rule(const std::string& firm_keys, const std::string& rule = "2026-01") {
  return fmt::format(R"(
[scenario]
name = "elsewhere"
start = "2026-01"
months = 2

[firms.gulf]
{}

[licences.bis]
rule = "{}"

[tranches.first]
chip = "H200"
quantity = 1000
price = "1 USD"
permissions = ["bis"]

[workloads.training]
kind = "training"
mfu = 0.4
)",
                     firm_keys, rule);
}

LoweredScenario lowered(const std::string& text) {
  return lower(tests::read_text(text), tests::catalogue());
}

bool says(const LoweredScenario& lowered, const std::string& begin) {
  return std::any_of(lowered.remarks.begin(), lowered.remarks.end(),
                     [&](const std::string& remark) { return remark.starts_with(begin); });
}

TEST(RuleDestinations, WarnOfAFirmOutside) {
  const std::string text = under_rule("country = \"UAE\"");
  const LoweredScenario outside = lowered(text);
  ASSERT_EQ(outside.notes.size(), 1u);
  EXPECT_EQ(outside.notes[0].problem,
            "licence `bis` applies rule 2026-01 to firm `gulf` in United Arab Emirates, outside "
            "the rule's destinations (China, Hong Kong, Macau); it is applied all the same");
  std::istringstream lines(text);
  std::string line;
  for (std::size_t n = 0; n < outside.notes[0].where.line; ++n) std::getline(lines, line);
  EXPECT_EQ(line, "rule = \"2026-01\"");
  EXPECT_TRUE(says(outside, outside.notes[0].problem));
}

TEST(RuleDestinations, SayNothingOfAFirmInside) {
  const LoweredScenario inside = lowered(under_rule("country = \"China\""));
  EXPECT_TRUE(inside.notes.empty());
  EXPECT_FALSE(says(inside, "gulf has no `country`"));
  EXPECT_TRUE(lowered(under_rule("country = \"UAE\"", "2023-10")).notes.empty());
}

TEST(RuleDestinations, AreAssumedAloudForAFirmWithoutACountry) {
  const LoweredScenario silent = lowered(under_rule(""));
  EXPECT_TRUE(silent.notes.empty());
  EXPECT_TRUE(says(silent,
                   "gulf has no `country`: assumed to be where rule 2026-01 holds "
                   "(China, Hong Kong, Macau)"));
}

// A what-if that introduces the rule gets a remark under its own name.
TEST(RuleDestinations, AreCheckedInWhatIfs) {
  const LoweredScenario changed = lowered(under_rule("country = \"UAE\"", "2023-10") + R"(
[[what_if]]
name = "window"
set = { "licences.bis.rule" = "2026-01" }
)");
  ASSERT_EQ(changed.notes.size(), 1u);
  EXPECT_TRUE(changed.notes[0].problem.starts_with("window: licence `bis` applies rule 2026-01"));
}

TEST(RuleDestinations, NameCountriesThatExist) {
  EXPECT_NE(tests::errors_of(under_rule("country = \"Chna\"")).find("did you mean `China`?"),
            std::string::npos);
}

}  // namespace
}  // namespace tranche
