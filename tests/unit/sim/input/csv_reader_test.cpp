// SPDX-License-Identifier: Apache-2.0
#include "sim/input/csv_reader.hpp"

#include <gtest/gtest.h>

#include "sim/input/diagnostic.hpp"

namespace tranche {
namespace {

TEST(CsvReader, KeepsCommasQuotesAndLineBreaksInsideQuotes) {
  const CsvTable table =
      parse_csv("\xEF\xBB\xBFid,note\r\n1,\"a, \"\"b\"\"\nc\"\r\n2,\n\n3", "t.csv");
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.field(0, "note"), "a, \"b\"\nc");
  EXPECT_EQ(table.field(1, "note"), "");
  EXPECT_EQ(table.field(2, "note"), "") << "a short row reads as blank fields";
  EXPECT_EQ(table.field(0, "absent"), "");
  EXPECT_EQ(table.lines[1], 4u) << "the line break inside quotes counts as a line";
}

TEST(CsvReader, ReadsOnlyWholeFieldsAsNumbers) {
  const CsvTable table = parse_csv("a,b,c,d\n1.5e3, 8 ,8x,\n", "t.csv");
  EXPECT_EQ(table.number(0, "a"), 1500.0);
  EXPECT_EQ(table.number(0, "b"), 8.0);
  EXPECT_FALSE(table.number(0, "c").has_value());
  EXPECT_FALSE(table.number(0, "d").has_value());
}

TEST(CsvReader, LeavesOutCommentsWhereAsked) {
  const CsvTable table = parse_csv("# from a count\na\n1\n#2\n3\n# end", "t.csv", Comments::hash);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.number(1, "a"), 3.0);
  EXPECT_EQ(table.lines[1], 5u);
  EXPECT_EQ(parse_csv("a\n#1\n", "t.csv").rows.size(), 1u);
}

// In one column a blank line is the only way to write an empty field, but for the line ends
// that close a file.
TEST(CsvReader, KeepsABlankLineBetweenRowsOfOneColumn) {
  const CsvTable table = parse_csv("\na\n1\n\n3\n\n\n", "t.csv");
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.field(1, "a"), "");
  EXPECT_EQ(table.lines[1], 4u);
  EXPECT_EQ(table.number(2, "a"), 3.0);
  EXPECT_EQ(parse_csv("a,b\n1,2\n\n3,4\n", "t.csv").rows.size(), 2u);
}

TEST(CsvReader, RefusesLongRowsAndOpenQuotes) {
  EXPECT_THROW(parse_csv("a,b\n1,2,3\n", "t.csv"), InputError);
  EXPECT_THROW(parse_csv("a,b\n1,\"2\n", "t.csv"), InputError);
  EXPECT_THROW(parse_csv("a,b,a\n1,2,3\n", "t.csv"), InputError) << "a column named twice";
  EXPECT_THROW(parse_csv("\n\n", "t.csv"), InputError);
  EXPECT_THROW(read_csv("/no/such/file.csv"), InputError);
}

}  // namespace
}  // namespace tranche
