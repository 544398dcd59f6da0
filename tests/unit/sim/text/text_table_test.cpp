// SPDX-License-Identifier: Apache-2.0
#include "sim/text/text_table.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tranche {
namespace {

TextTable small_table() {
  TextTable table;
  table.columns = {{"chip", "chip"}, {"power", "tdp_w"}, {"note", "note", false}};
  table.rows = {{"H200", Cell("700 W", 700), "has, a \"comma\""}, {"B\xC3\xA9ta", Cell(), "x"}};
  return table;
}

TEST(TextTable, AlignsNumbersRightAndShowsUnknownAsADash) {
  EXPECT_EQ(aligned_text(small_table()),
            "chip  power\n"
            "-----------\n"
            "H200  700 W\n"
            "B\xC3\xA9ta      -\n");
}

TEST(TextTable, CsvQuotesAndKeepsNumbersExact) {
  EXPECT_EQ(csv_text(small_table()),
            "chip,tdp_w,note\n"
            "H200,700,\"has, a \"\"comma\"\"\"\n"
            "B\xC3\xA9ta,,x\n");
  TextTable table{.columns = {{"x", "x"}}, .rows = {{Cell("0.1", 0.1)}}};
  EXPECT_EQ(csv_text(table), "x\n0.1\n");
}

TEST(TextTable, JsonHasNumbersAndNulls) {
  const nlohmann::ordered_json rows = json_rows(small_table());
  EXPECT_EQ(rows[0]["tdp_w"], 700.0);
  EXPECT_TRUE(rows[1]["tdp_w"].is_null());
  EXPECT_EQ(rows[0].begin().key(), "chip");  // in the order of the columns
}

TEST(TextTable, NamesItsFormats) {
  EXPECT_EQ(text_format("csv"), TextFormat::csv);
  EXPECT_FALSE(text_format("CSV"));
}

}  // namespace
}  // namespace tranche
