// SPDX-License-Identifier: Apache-2.0
#include "sim/input/quantity_text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>

namespace tranche {
namespace {

struct Reads {
  std::string text;
  UnitKind kind;
  double value;  // in base units, worked out by hand
};

class QuantityText : public testing::TestWithParam<Reads> {};

TEST_P(QuantityText, ComesBackInBaseUnits) {
  const ParsedQuantity read = parse_quantity(GetParam().text, GetParam().kind);
  ASSERT_TRUE(read) << GetParam().text << ": " << read.problem.problem;
  // One rounding of the product: 2 units in the last place.
  EXPECT_NEAR(*read.value, GetParam().value, 4.5e-16 * std::abs(GetParam().value))
      << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Units, QuantityText,
    testing::Values(
        Reads{"3.35 TB/s", UnitKind::bytes_per_s, 3.35e12},
        Reads{"400 Gbit/s", UnitKind::bytes_per_s, 5e10},  // 8 bits in a byte
        Reads{"400 Gb/s", UnitKind::bytes_per_s, 5e10},
        Reads{"1 GiB/s", UnitKind::bytes_per_s, 1073741824.0},
        Reads{"80 GiB", UnitKind::bytes, 85899345920.0}, Reads{"141 GB", UnitKind::bytes, 1.41e11},
        Reads{"989.5 TFLOP/s", UnitKind::flop_per_s, 9.895e14},
        Reads{"1979 TOP/s", UnitKind::flop_per_s, 1.979e15},
        Reads{"2 EFLOP/s", UnitKind::flop_per_s, 2e18},
        Reads{"1.5 ZFLOP/s", UnitKind::flop_per_s, 1.5e21},
        Reads{"3.8e25 FLOP", UnitKind::flop, 3.8e25}, Reads{"900 MW", UnitKind::watts, 9e8},
        Reads{"700W", UnitKind::watts, 700}, Reads{"2 GWh", UnitKind::joules, 7.2e12},
        Reads{"12 min", UnitKind::seconds, 720}, Reads{"2 weeks", UnitKind::seconds, 1209600},
        Reads{"1 month", UnitKind::seconds, 2629800},  // 365.25/12 days of 86,400 s
        Reads{"3 months", UnitKind::seconds, 7889400},
        Reads{"1 quarter", UnitKind::seconds, 7889400},
        Reads{"1 year", UnitKind::seconds, 31557600}, Reads{"27000 USD", UnitKind::usd, 27000},
        Reads{"$27k", UnitKind::usd, 27000}, Reads{"10.8B USD", UnitKind::usd, 10.8e9},
        Reads{"10.8 billion USD", UnitKind::usd, 10.8e9},
        Reads{"0.36 USD/kWh", UnitKind::usd_per_joule, 1e-7},
        Reads{"25 %", UnitKind::fraction, 0.25}, Reads{"25%", UnitKind::fraction, 0.25},
        Reads{"0.4", UnitKind::fraction, 0.4}, Reads{"400k", UnitKind::chips, 4e5},
        Reads{"400_000 chips", UnitKind::chips, 4e5}, Reads{"1.5M", UnitKind::count, 1.5e6},
        Reads{"-2.5e-3", UnitKind::count, -0.0025},
        Reads{"15.6T tokens", UnitKind::tokens, 1.56e13},
        Reads{"1 chips/month", UnitKind::chips_per_s, 1 / 2629800.0},
        Reads{"814 mm2", UnitKind::mm2, 814}, Reads{"5.92 TPP/mm2", UnitKind::tpp_per_mm2, 5.92},
        Reads{"  4.8   TB/s  ", UnitKind::bytes_per_s, 4.8e12}));

struct Refuses {
  std::string text;
  UnitKind kind;
  std::string problem;
  std::size_t offset, length;
};

class QuantityMistake : public testing::TestWithParam<Refuses> {};

TEST_P(QuantityMistake, IsSaidWithItsPlace) {
  const ParsedQuantity read = parse_quantity(GetParam().text, GetParam().kind);
  ASSERT_FALSE(read) << GetParam().text;
  EXPECT_EQ(read.problem.problem, GetParam().problem);
  EXPECT_EQ(read.problem.offset, GetParam().offset);
  EXPECT_EQ(read.problem.length, GetParam().length);
  EXPECT_FALSE(read.problem.help.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, QuantityMistake,
    testing::Values(Refuses{"3.35 TBps", UnitKind::bytes_per_s, "unknown unit `TBps`", 5, 4},
                    Refuses{"3.35", UnitKind::bytes_per_s, "missing unit", 0, 4},
                    Refuses{"3 MW", UnitKind::seconds, "wrong unit `MW` (a power, not a time)", 2,
                            2},
                    Refuses{"141 GB", UnitKind::bytes_per_s,
                            "wrong unit `GB` (an amount of data, not a bandwidth)", 4, 2},
                    Refuses{"3k months", UnitKind::seconds, "unknown unit `k months`", 1, 8},
                    Refuses{"nan", UnitKind::count, "not a finite number", 0, 3},
                    Refuses{"-inf", UnitKind::count, "not a finite number", 0, 4},
                    Refuses{"1e999", UnitKind::count, "number out of range", 0, 5},
                    Refuses{"1e308 billion", UnitKind::count, "number out of range", 0, 5},
                    Refuses{"400,000", UnitKind::chips, "unreadable digits", 0, 7},
                    Refuses{"400_", UnitKind::chips, "unreadable digits", 0, 4},
                    Refuses{"", UnitKind::watts, "expected a number with its unit", 0, 1},
                    Refuses{"many", UnitKind::chips, "expected a number with its unit", 0, 4},
                    Refuses{"1.2.3", UnitKind::count, "unknown unit `.3`", 3, 2}));

TEST(QuantityText, RoundsOnlyOnce) {
  // 2.039 * 1e12 in doubles is 2039000000000.0002
  EXPECT_EQ(*parse_quantity("2.039 TB/s", UnitKind::bytes_per_s).value, 2.039e12);
  EXPECT_EQ(*parse_quantity("54.2 billion", UnitKind::count).value, 54.2e9);
  EXPECT_EQ(*parse_quantity("73.6 %", UnitKind::fraction).value, 0.736);
}

TEST(QuantityHelp, NamesTheUnitsAccepted) {
  const ParsedQuantity read = parse_quantity("3.35 TBps", UnitKind::bytes_per_s);
  ASSERT_EQ(read.problem.help.size(), 2U);
  EXPECT_EQ(read.problem.help[0], "did you mean `TB/s`?");
  EXPECT_EQ(read.problem.help[1], "units accepted here: `B/s`, `MB/s`, `GB/s`, `TB/s`, `PB/s`");
}

TEST(QuantityRange, SharesTheUnitOfItsSecondEnd) {
  const ParsedRange chips = parse_quantity_range("300k to 500k", UnitKind::chips);
  ASSERT_TRUE(chips);
  EXPECT_EQ(*chips.low, 300000);
  EXPECT_EQ(*chips.high, 500000);
  const ParsedRange power = parse_quantity_range("300 to 500 MW", UnitKind::watts);
  ASSERT_TRUE(power);
  EXPECT_EQ(*power.low, 3e8);
  EXPECT_EQ(*power.high, 5e8);
  const ParsedRange price = parse_quantity_range("20 to 30 thousand USD", UnitKind::usd);
  ASSERT_TRUE(price);
  EXPECT_EQ(*price.low, 20000);
  const ParsedRange mixed = parse_quantity_range("2 weeks to 3 months", UnitKind::seconds);
  ASSERT_TRUE(mixed);
  EXPECT_EQ(*mixed.low, 1209600);
}

TEST(QuantityRange, KeepsTheMagnitudeOfEachEndAndSharesTheUnit) {
  const ParsedRange price = parse_quantity_range("20k to 25k USD", UnitKind::usd);
  ASSERT_TRUE(price) << price.problem.problem;
  EXPECT_EQ(*price.low, 20'000.0);
  EXPECT_EQ(*price.high, 25'000.0);
  const ParsedRange money = parse_quantity_range("800M to 1.5B USD", UnitKind::usd);
  ASSERT_TRUE(money) << money.problem.problem;
  EXPECT_EQ(*money.low, 8e8);
  EXPECT_EQ(*money.high, 1.5e9);
  // A month is 365.25 / 12 days.
  const ParsedRange rate = parse_quantity_range("8k to 30k chips/month", UnitKind::chips_per_s);
  ASSERT_TRUE(rate) << rate.problem.problem;
  EXPECT_DOUBLE_EQ(*rate.low, 8'000.0 / (365.25 / 12.0 * 86400.0));
  EXPECT_DOUBLE_EQ(*rate.high, 30'000.0 / (365.25 / 12.0 * 86400.0));
}

TEST(QuantityRange, PointsAtTheEndThatIsWrong) {
  const ParsedRange right = parse_quantity_range("300 to 500 MX", UnitKind::watts);
  ASSERT_FALSE(right);
  EXPECT_EQ(right.problem.offset, 11U);
  const ParsedRange left = parse_quantity_range("3 cows to 500 MW", UnitKind::watts);
  ASSERT_FALSE(left);
  EXPECT_EQ(left.problem.problem, "unknown unit `cows`");
  EXPECT_FALSE(parse_quantity_range("300k", UnitKind::chips));
  EXPECT_FALSE(parse_quantity_range(" to ", UnitKind::chips));
}

TEST(QuantityText, PrintsTheUnitAPersonWouldChoose) {
  EXPECT_EQ(quantity_text(4.8e12, UnitKind::bytes_per_s), "4.8 TB/s");
  EXPECT_EQ(quantity_text(7e2, UnitKind::watts), "700 W");
  EXPECT_EQ(quantity_text(0.25, UnitKind::fraction), "25 %");
  EXPECT_EQ(quantity_text(4e5, UnitKind::chips), "400000 chips");
  EXPECT_EQ(quantity_text(9.895e14, UnitKind::flop_per_s), "989.5 TFLOP/s");
}

TEST(QuantityText, SurvivesAnyBytes) {
  std::string text;
  std::uint32_t state = 12345;
  for (int i = 0; i < 20000; ++i) {
    text.clear();
    for (std::uint32_t n = 0; n < state % 12; ++n) {
      state = state * 1664525U + 1013904223U;  // Numerical Recipes' generator; any would do
      text += "0123456789.eE+-_ kMB%$/sTOnaif\t\xC3"[(state >> 16) % 33];
    }
    state = state * 1664525U + 1013904223U;
    for (const UnitKind kind : {UnitKind::usd, UnitKind::fraction, UnitKind::bytes_per_s}) {
      const ParsedQuantity read = parse_quantity(text, kind);
      const bool finite = !read || std::isfinite(*read.value);
      EXPECT_TRUE(finite) << text;
      EXPECT_LE(read.problem.offset, text.size()) << text;
      (void)parse_quantity_range(text + " to " + text, kind);
    }
  }
}

}  // namespace
}  // namespace tranche
