// SPDX-License-Identifier: Apache-2.0
#include "sim/text/terminal_text.hpp"

#include <gtest/gtest.h>

#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("Alibaba"), 7u);
  EXPECT_EQ(display_width("é"), 1u);         // two bytes
  EXPECT_EQ(display_width("e\u0301"), 1u);   // with a combining accent
  EXPECT_EQ(display_width("字节跳动"), 8u);  // ByteDance: four wide characters
  EXPECT_EQ(display_width(""), 0u);
}

TEST(Printable, TakesTheTeethOutOfControlCharacters) {
  EXPECT_EQ(printable("a\x1b[31mred"), "a\uFFFD[31mred");
  EXPECT_EQ(printable("a\nb\tc"), "a b c");
  EXPECT_EQ(printable("\u202Eexe.txt"), "\uFFFDexe.txt");  // right-to-left override
  EXPECT_EQ(printable("\u009B31m"), "\uFFFD31m");          // C1 control sequence introducer
  EXPECT_EQ(printable("字节"), "字节");
}

TEST(Printable, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("\xFFz"), "\uFFFDz");
  EXPECT_EQ(printable("\xC0\xAFz"), "\uFFFD\uFFFDz");          // overlong slash
  EXPECT_EQ(printable("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // surrogate
  EXPECT_EQ(printable("\xE5\xAD"), "\uFFFD\uFFFD");            // cut off
}

TEST(Shortened, NeverGetsWiderThanAsked) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abcde…");
  EXPECT_EQ(shortened("字节跳动", 6), "字节…");  // the third would need columns 5 and 6
  EXPECT_EQ(shortened("abc", 0), "");
  for (std::size_t columns = 0; columns < 12; ++columns)
    EXPECT_LE(display_width(shortened("a字b节c跳d动", columns)), columns);
}

TEST(Padded, FillsToTheWidthOnTheScreen) {
  EXPECT_EQ(padded_right("字", 4), "字  ");
  EXPECT_EQ(padded_left("1", 3), "  1");
  EXPECT_EQ(padded_left("1234", 3), "1234");
}

TEST(Wrapped, BreaksAtSpacesAndKeepsLongWordsWhole) {
  EXPECT_EQ(wrapped("one two three", 7, "  "), "one two\n  three\n");
  EXPECT_EQ(wrapped("incomprehensible to", 5), "incomprehensible\nto\n");
  EXPECT_EQ(wrapped("  ", 5), "\n");
}

TEST(HumanNumber, HasThreeDigitsOrSeparators) {
  EXPECT_EQ(human_number(0), "0");
  EXPECT_EQ(human_number(1.234), "1.23");
  EXPECT_EQ(human_number(12), "12");
  EXPECT_EQ(human_number(1.2), "1.20");
  EXPECT_EQ(human_number(33.02), "33.0");
  EXPECT_EQ(human_number(118.4), "118");
  EXPECT_EQ(human_number(-75'000), "-75,000");
  EXPECT_EQ(human_number(0.01234), "0.0123");
  EXPECT_EQ(human_number(999.7), "1,000");
  EXPECT_EQ(human_number(0.00001234), "1.23e-05");
}

TEST(DisplayUnit, TakesThePrefixThatFits) {
  EXPECT_EQ(display_unit("FLOP/s", 1.23e20).text(1.23e20), "123 EFLOP/s");
  EXPECT_EQ(display_unit("FLOP", 2e26).text(2e26), "2.00e26 FLOP");
  EXPECT_EQ(display_unit("FLOP/s", 2.4e21).text(2.4e21), "2,400 EFLOP/s");
  EXPECT_EQ(display_unit("B/s", 4.8e15).text(4.8e15), "4.80 PB/s");
  EXPECT_EQ(display_unit("tokens/s", 3.4e9).text(3.4e9), "3.40 G tokens/s");
  EXPECT_EQ(display_unit("USD", 1.23e10).text(1.23e10), "12.3 billion USD");
  EXPECT_EQ(display_unit("chips", 4e5).text(4e5), "400,000 chips");
  EXPECT_EQ(display_unit("MW", 950).text(950), "950 MW");
  EXPECT_EQ(display_unit("MW", 1500).text(1500), "1.50 GW");
  EXPECT_EQ(display_unit("fraction", 0.4).text(0.4), "0.400");
  EXPECT_EQ(display_unit("FLOP/s", 0).text(0), "0 FLOP/s");
  EXPECT_EQ(display_unit("FLOP/s", 9.999e17).name, "EFLOP/s");  // not "1,000 PFLOP/s"
}

TEST(DisplayUnit, ShowsTheSignOfDifferences) {
  const DisplayUnit unit = display_unit("FLOP/s", 1e18);
  EXPECT_EQ(unit.signed_number(2.5e17), "+0.250");
  EXPECT_EQ(unit.signed_number(-2.5e17), "-0.250");
  EXPECT_EQ(unit.signed_number(0), "0");
}

TEST(Percent, SaysNeverAndAlwaysOnlyWhenItIs) {
  EXPECT_EQ(percent(0), "0 %");
  EXPECT_EQ(percent(0.001), "< 1 %");
  EXPECT_EQ(percent(0.934), "93 %");
  EXPECT_EQ(percent(0.9999), "> 99 %");
  EXPECT_EQ(percent(1), "100 %");
}

TEST(DurationText, UsesTheUnitThatFits) {
  EXPECT_EQ(duration_text(0.2), "under 1 s");
  EXPECT_EQ(duration_text(45), "45 s");
  EXPECT_EQ(duration_text(720), "12 min");
  EXPECT_EQ(duration_text(5 * 3600), "5 h");
  EXPECT_EQ(duration_text(2.5e6), "29 days");
  EXPECT_EQ(duration_text(1e12), "31,688 years");
}

}  // namespace
}  // namespace tranche
