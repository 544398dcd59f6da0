// SPDX-License-Identifier: Apache-2.0

// Power of a chip: from the catalogue's servers, or TDP times the firm's overhead.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/results/results.hpp"
#include "sim/scenario/describe/resolved_text.hpp"
#include "tests/support/run_support.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

// More chips than 500 MW can power, all at the start.
std::string capped_site(const std::string& chip, const std::string& firm_keys = "") {
  return fmt::format(R"(
[scenario]
name = "site"
start = "2026-01"
months = 2
draws = 64

[firms.acme]
power_cap = "500 MW"
pue = 1.25
{}

[tranches.first]
chip = "{}"
quantity = "5M chips"
price = "1 USD"

[workloads.training]
kind = "training"
mfu = 0.4
)",
                     firm_keys, chip);
}

double chips_fed(const std::string& text, std::int32_t firm = 0) {
  const RunResult result = tests::run_on_cpu(tests::read_text(text));
  return tests::statistics_of(result, "chips_installed", 1, 0, firm).p50;
}

constexpr double float_rounding = 1e-6;  // a few roundings of a float

// DGX GB300 NVL72: 135 kW for 72 chips, 1,875 W each; 1.8 x 1,400 W would feed 158,730.
TEST(ServerPower, IsThatOfTheChipsServersInTheCatalogue) {
  const double expected = 500e6 / (135e3 / 72.0 * 1.25);
  EXPECT_NEAR(chips_fed(capped_site("GB300")) / expected, 1.0, float_rounding);
}

TEST(ServerPower, IsTdpTimesTheOverheadThatAFirmGives) {
  const double expected = 500e6 / (1400.0 * 1.8 * 1.25);
  EXPECT_NEAR(chips_fed(capped_site("GB300", "server_overhead = 1.8")) / expected, 1.0,
              float_rounding);
}

// The catalogue has no power of a server of H20, whose TDP is 400 W.
TEST(ServerPower, IsAssumedFromTdpWhereNoServerIsKnown) {
  const double expected = 500e6 / (400.0 * 1.8 * 1.25);
  EXPECT_NEAR(chips_fed(capped_site("H20")) / expected, 1.0, float_rounding);
}

TEST(ServerPower, DiffersBetweenFirmsThatSayItAndThoseThatDoNot) {
  const std::string text = R"(
[scenario]
name = "two-sites"
start = "2026-01"
months = 2
draws = 64

[all_firms]
power_cap = "500 MW"
pue = 1.25
[firms.says]
server_overhead = 1.5
[firms.silent]

[tranches.first]
chip = "GB300"
quantity = "5M chips"
price = "1 USD"
split = { says = 0.5, silent = 0.5 }

[workloads.training]
kind = "training"
mfu = 0.4
)";
  EXPECT_NEAR(chips_fed(text, 0) / (500e6 / (1400.0 * 1.5 * 1.25)), 1.0, float_rounding);
  EXPECT_NEAR(chips_fed(text, 1) / (500e6 / (1875.0 * 1.25)), 1.0, float_rounding);
}

TEST(ServerPower, IsShownWithItsSource) {
  const ScenarioSet set = tests::read_text(capped_site("GB300"));
  const std::string resolved = resolve_text(set.variants.front());
  EXPECT_NE(resolved.find("# server power of GB300 = 1875 W (135 kW / 72 chips)"),
            std::string::npos)
      << resolved;
  EXPECT_NE(resolved.find("chips.toml:"), std::string::npos);
  const Input& watts =
      tests::input_at(set.variants.front().scenario, "catalogue.chips.GB300.server_power");
  EXPECT_FALSE(watts.source.empty());
  EXPECT_EQ(watts.confidence, Confidence::published);
}

TEST(ServerPower, IsMarkedAsAssumedWhereItFollowsFromTdp) {
  const ScenarioSet set = tests::read_text(capped_site("H20"));
  const Input& watts =
      tests::input_at(set.variants.front().scenario, "catalogue.chips.H20.server_power");
  EXPECT_EQ(watts.confidence, Confidence::assumed);
  EXPECT_EQ(watts.text, "1.8 x 400 W TDP");
  EXPECT_NE(watts.source.find("10.2 kW for 8 x 700 W"), std::string::npos);
}

TEST(ServerPower, IsNotAskedForWhereEveryFirmSaysItsOverhead) {
  const ScenarioSet set = tests::read_text(capped_site("GB300", "server_overhead = 1.8"));
  EXPECT_TRUE(set.variants.front().scenario.server_power.empty());
}

}  // namespace
}  // namespace tranche
