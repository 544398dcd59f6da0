// SPDX-License-Identifier: Apache-2.0

// The unit of a number inside a family is the unit of the input.
#include <gtest/gtest.h>

#include <string>

#include "sim/simulate/lowering/drawn_input.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using tests::errors_of;
using tests::input_at;
using tests::read_text;
using tests::small_scenario;

constexpr double family_month_s = 365.25 / 12 * 86400;

DrawnInput drawn(const std::string& key, const std::string& value) {
  const ScenarioSet set = read_text(small_scenario("[all_firms]\n" + key + " = " + value + "\n"));
  return describe_drawn(input_at(set.variants[0].scenario, "all_firms." + key), "");
}

struct WrittenUnit {
  std::string key, value, unit;
  double in_base;  // size in base units, by hand
};
class FamilyUnits : public testing::TestWithParam<WrittenUnit> {};

TEST_P(FamilyUnits, AreThoseWritten) {
  const DrawnInput input = drawn(GetParam().key, GetParam().value);
  EXPECT_EQ(input.unit, GetParam().unit);
  // A product or a quotient of two numbers that are exact to 2^-53.
  EXPECT_NEAR(input.unit_in_base, GetParam().in_base, 1e-15 * GetParam().in_base);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, FamilyUnits,
    testing::Values(
        WrittenUnit{"power_cap", R"({ uniform = { min = "30 MW", max = "90 MW" } })", "MW", 1e6},
        WrittenUnit{"power_cap", R"({ uniform = { min = 0, max = "90 kW" } })", "kW", 1e3},
        WrittenUnit{"power_cap", R"({ normal = { mean = "1 GW", sd = "90 MW" } })", "GW", 1e9},
        WrittenUnit{"power_cap", R"({ choice = { values = ["40 MW", "0.1 GW"] } })", "MW", 1e6},
        WrittenUnit{"power_cap", R"({ empirical = { values = ["40 MW", "60 MW"] } })", "MW", 1e6},
        WrittenUnit{"power_cap",
                    R"({ mixture = { components = ["20 to 30 MW", "1 GW"], weights = [1, 1] } })",
                    "MW", 1e6},
        WrittenUnit{"power_cap", R"({ zero_inflated = { zero = 0.2, value = "30 MW" } })", "MW",
                    1e6},
        WrittenUnit{
            "power_cap",
            R"({ zero_inflated = { zero = 0.2, pert = { min = "1 MW", mode = "2 MW", max = "4 MW" } } })",
            "MW", 1e6},
        WrittenUnit{
            "installation_rate",
            R"({ triangular = { min = "1k chips/month", mode = "2k chips/month", max = "5k chips/month" } })",
            "chips/month", 1 / family_month_s},
        WrittenUnit{"installation_rate",
                    R"({ lognormal = { median = "900 GPUs/week", sigma = 0.3 } })", "GPUs/week",
                    1.0 / (7 * 86400)},
        WrittenUnit{"retirement", R"({ gamma = { shape = 2, scale = "3 %/year" } })", "%/year",
                    0.01 / (12 * family_month_s)},
        WrittenUnit{"installation_delay",
                    R"({ lognormal = { p05 = "2 weeks", p95 = "3 months" } })", "weeks", 604800},
        WrittenUnit{
            "installation_delay",
            R"({ value = { uniform = { min = "2 days", max = "9 days" } }, max = "1 week" })",
            "days", 86400},
        WrittenUnit{"budget", R"({ uniform = { min = "1 B USD", max = "2 B USD" } })", "USD", 1},
        WrittenUnit{"budget", R"({ uniform = { min = "$1bn", max = "$2bn" } })", "USD", 1},
        WrittenUnit{"budget", R"("$1B to $2B")", "USD", 1},
        WrittenUnit{"electricity", R"({ uniform = { min = "50 USD/MWh", max = "90 USD/MWh" } })",
                    "USD/MWh", 1 / 3.6e9},
        WrittenUnit{"demand", R"({ uniform = { min = "30k", max = "90k" } })", "chips", 1},
        WrittenUnit{"availability",
                    R"({ beta = { mean = "80 %", sd = "5 %", min = "60 %", max = "99 %" } })", "%",
                    0.01},
        WrittenUnit{"site_ready", R"({ uniform = { min = "2 months", max = "9 months" } })",
                    "months", family_month_s},
        // A date has no unit; a family that begins with one is in months from the start.
        WrittenUnit{"site_ready", R"({ normal = { mean = "2026-06", sd = "2 weeks" } })", "months",
                    family_month_s}));

std::string delay_errors(const std::string& value) {
  return errors_of(small_scenario("[all_firms]\ninstallation_delay = " + value + "\n"));
}
std::string site_errors(const std::string& value) {
  return errors_of(small_scenario("[all_firms]\nsite_ready = " + value + "\n"));
}

TEST(UnitBesideAValue, MustNotContradictTheUnitInItsText) {
  for (const char* value : {R"({ value = "3 months", unit = "weeks" })",
                            R"({ value = "3 to 5 months", unit = "weeks" })",
                            R"({ uniform = { min = "3 months", max = 20 }, unit = "weeks" })",
                            R"({ choice = { values = [3, "5 months"] }, unit = "weeks" })"}) {
    EXPECT_NE(delay_errors(value).find("`months` beside `unit = \"weeks\"`"), std::string::npos)
        << value << "\n"
        << delay_errors(value);
  }
  EXPECT_NE(site_errors(R"({ value = "2026-06", unit = "months" })").find("a date beside `unit"),
            std::string::npos);
  EXPECT_EQ(delay_errors(R"({ value = "3 to 5 weeks", unit = "weeks" })"), "");
  EXPECT_EQ(delay_errors(R"({ value = "1 week", unit = "weeks" })"), "");
  EXPECT_EQ(delay_errors(R"({ value = "3 to 5", unit = "weeks" })"), "");
}

TEST(UnitBesideAValue, MustBelongToANumber) {
  const std::string errors = errors_of(small_scenario(
      "[all_firms]\navailability = { beta = { alpha = 8, beta = 2 }, unit = \"%\" }\n"));
  EXPECT_NE(errors.find("`unit` belongs to no number"), std::string::npos) << errors;
}

// The replacement of a value with a separate unit may have its own unit.
TEST(UnitBesideAValue, GoesWhenWhatReplacesItHasItsOwn) {
  const std::string text =
      small_scenario("[all_firms]\nsite_ready = { value = 3, unit = \"weeks\" }\n");
  const auto seconds = [&](const std::string& value) {
    const ScenarioSet set =
        read_text(text, {.set = {"all_firms.site_ready=" + value}, .draws = {}, .seed = {}});
    return input_at(set.variants[0].scenario, "all_firms.site_ready").distribution.parameters[0];
  };
  EXPECT_DOUBLE_EQ(seconds("4"), 4 * 604800.0);
  EXPECT_DOUBLE_EQ(seconds("4 months"), 4 * family_month_s);
  EXPECT_DOUBLE_EQ(seconds("2026-03"), 2 * family_month_s) << "two months after January";
}

}  // namespace
}  // namespace tranche
