// SPDX-License-Identifier: Apache-2.0

// Large inputs are read completely, or refused with the limit.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "sim/input/line_columns.hpp"
#include "sim/input/toml_load.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using tests::errors_of;
using tests::small_scenario;

std::string joined(int count, const std::function<std::string(int)>& part) {
  std::string text;
  for (int i = 0; i < count; ++i) text += part(i);
  return text;
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
