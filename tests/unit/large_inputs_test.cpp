// Reading takes a time that grows with the size of the input, not with its square.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>

#include "sim/input/line_columns.hpp"
#include "sim/input/toml_load.hpp"
#include "tests/unit/scenario_text_file.hpp"

namespace tranche {
namespace {

using tests::errors_of;
using tests::small_scenario;

// The best of some tries: other programs only ever make it longer.
double least_seconds(const std::function<void()>& work) {
  double least = 1e300;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto start = std::chrono::steady_clock::now();
    work();
    least = std::min(
        least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return least;
}

// Eight times the input takes 8 times as long if time grows with it, 64 times if with its square.
// Between them there is room for a loaded machine and for what grows a little faster (sorting).
void expect_linear(const std::function<std::string(int)>& text, int size) {
  const std::string small = text(size), large = text(8 * size);
  const double ratio = least_seconds([&] { errors_of(large); }) /
                       std::max(least_seconds([&] { errors_of(small); }), 1e-4);
  EXPECT_LT(ratio, 24) << "eight times the input";
}

std::string joined(int count, const std::function<std::string(int)>& part) {
  std::string text;
  for (int i = 0; i < count; ++i) text += part(i);
  return text;
}

TEST(LargeInputs, ManyNumbersOnOneLineAreReadInLinearTime) {
  expect_linear(
      [](int size) {
        return small_scenario(
            "[all_firms]\npower_cap = { unit = \"MW\", empirical = { values = [" +
            joined(size, [](int i) { return std::to_string(1000 + i % 977) + ", "; }) + "] } }\n");
      },
      4000);
}

TEST(LargeInputs, ALineOfManyCharactersBeyondAsciiIsReadInLinearTime) {
  const auto seconds = [](int size) {
    const std::string text = "a = [" + joined(size, [](int) { return "\"\xC3\xA9\", "; }) + "]\n";
    return least_seconds([&] {
      Problems problems;
      EXPECT_TRUE(parse_toml(text, "t.toml", problems));
    });
  };
  EXPECT_LT(seconds(32'000) / std::max(seconds(4000), 1e-4), 24);
}

TEST(LargeInputs, ManyErrorsOnOneLineAreReportedInLinearTime) {
  expect_linear(
      [](int size) {
        return small_scenario(
            "[tranches.second]\nchip = \"H200\"\nquantity = 1\npermissions = [" +
            joined(size, [](int i) { return "\"p" + std::to_string(i) + "\", "; }) + "]\n");
      },
      2000);
}

TEST(LargeInputs, AChainOfLeversIsFollowedInLinearTime) {
  expect_linear(
      [](int size) {
        return small_scenario("[firms.acme.stock]\nH20 = \"levers.l0\"\n[levers]\n" +
                              joined(size,
                                     [](int i) {
                                       return "l" + std::to_string(i) + " = \"levers.l" +
                                              std::to_string(i + 1) + "\"\n";
                                     }) +
                              "l" + std::to_string(size) + " = 5\n");
      },
      2000);
}

TEST(LargeInputs, FirmsThatReferToLeversAreReadInLinearTime) {
  expect_linear(
      [](int size) {
        return small_scenario(
            joined(size,
                   [](int i) {
                     const std::string n = std::to_string(i);
                     return "[firms.f" + n + "]\nstock.H20 = \"levers.l" + n + "\"\n";
                   }) +
            "[tranches.first.split]\nacme = 1\n[levers]\n" +
            joined(size, [](int i) { return "l" + std::to_string(i) + " = 5\n"; }));
      },
      50);
}

TEST(LargeInputs, LongChainsStillEndWhereTheyBegan) {
  const std::string chain = small_scenario(
      "[firms.acme.stock]\nH20 = \"levers.l0\"\n[levers]\n" + joined(2000, [](int i) {
        return "l" + std::to_string(i) + " = \"levers.l" + std::to_string((i + 1) % 2000) + "\"\n";
      }));
  const std::string errors = errors_of(chain);
  EXPECT_NE(errors.find("`levers.l0` refers to itself"), std::string::npos) << errors;
  EXPECT_LT(errors.size(), 1000u) << "the chain is shown in part";
}

TEST(LargeInputs, AChoiceOfTooManyValuesIsRefusedAtOnce) {
  const std::string errors = errors_of(small_scenario(
      "[all_firms]\ndemand = { choice = { values = [" +
      joined(20'000, [](int i) { return std::to_string(1000 + i) + ", "; }) + "] } }\n"));
  EXPECT_NE(errors.find("20000 different values for `demand`, of which `choice` takes at most 16"),
            std::string::npos)
      << errors;
}

TEST(LineColumns, CountsCharactersToBytes) {
  // "aé€" has the bytes 1, 2 to 3 and 4 to 6.
  LineColumns lines("x\na\xC3\xA9\xE2\x82\xAC\n");
  EXPECT_EQ(lines.byte_column(2, 1), 1u);
  EXPECT_EQ(lines.byte_column(2, 2), 2u);
  EXPECT_EQ(lines.byte_column(2, 3), 4u);
  EXPECT_EQ(lines.byte_column(2, 4), 7u) << "behind the last";
  EXPECT_EQ(lines.byte_column(2, 9), 7u) << "and no further";
  EXPECT_EQ(lines.byte_column(1, 5), 2u);
}

}  // namespace
}  // namespace tranche
