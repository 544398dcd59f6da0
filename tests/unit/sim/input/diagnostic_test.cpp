// SPDX-License-Identifier: Apache-2.0
#include "sim/input/diagnostic.hpp"

#include <gtest/gtest.h>

namespace tranche {
namespace {

TEST(Diagnostic, RendersLikeTheExampleInItsHeader) {
  Problems problems;
  problems.remember_source("chips.toml", "\n\n\nmemory_bandwidth = \"3.35 TBps\"\n");
  problems.error({.file = "chips.toml", .line = 4, .column = 26, .length = 4},
                 "unknown unit `TBps` for `memory_bandwidth`",
                 {"units accepted here: `B/s`, `GB/s`, `TB/s`"});
  EXPECT_EQ(render(problems.list().front()),
            "error: unknown unit `TBps` for `memory_bandwidth`\n"
            " --> chips.toml:4:26\n"
            "  |\n"
            "4 | memory_bandwidth = \"3.35 TBps\"\n"
            "  |                          ^^^^\n"
            "  = help: units accepted here: `B/s`, `GB/s`, `TB/s`\n");
}

TEST(Diagnostic, WholeFileProblemHasNoLine) {
  EXPECT_EQ(render({.where = {.file = "a.toml"}, .problem = "cannot open the file"}),
            "error: cannot open the file\n --> a.toml\n");
  EXPECT_EQ(render({.problem = "no chip named", .severity = Severity::warning}),
            "warning: no chip named\n");
}

TEST(Diagnostic, MarginFollowsTheWidthOfTheLineNumber) {
  const std::string text = render({.where = {.file = "a", .line = 120, .column = 1, .length = 3},
                                   .problem = "p",
                                   .source_line = "abc"});
  EXPECT_EQ(text, "error: p\n   --> a:120:1\n    |\n120 | abc\n    | ^^^\n");
}

TEST(Diagnostic, CaretsCountCharactersAndTabsTakeOneColumn) {
  // "µ" has two bytes and one column; the column is given in bytes.
  const std::string text = render({.where = {.file = "a", .line = 1, .column = 5, .length = 1},
                                   .problem = "p",
                                   .source_line = "\t\xC2\xB5=x"});
  EXPECT_NE(text.find("1 |  \xC2\xB5=x\n  |    ^\n"), std::string::npos) << text;
}

TEST(Diagnostic, CaretsStayInsideALineOfAnyLength) {
  const std::string line(1'000'000, 'y');
  for (const std::size_t column : {std::size_t{1}, std::size_t{500'000}, std::size_t{2'000'000}}) {
    const std::string text =
        render({.where = {.file = "a", .line = 1, .column = column, .length = 5'000'000},
                .problem = "p",
                .source_line = line});
    EXPECT_LT(text.size(), 600U);
    EXPECT_NE(text.find('^'), std::string::npos);
  }
}

TEST(Problems, CollectsAllBeforeThrowing) {
  Problems problems;
  problems.warning({}, "only a warning");
  EXPECT_NO_THROW(problems.throw_if_errors());
  problems.error({}, "first");
  problems.error({}, "second");
  EXPECT_EQ(problems.error_count(), 2U);
  try {
    problems.throw_if_errors();
    FAIL() << "should have thrown";
  } catch (const InputError& error) {
    EXPECT_EQ(error.diagnostics().size(), 3U);
    EXPECT_STREQ(error.what(), "warning: only a warning\n\nerror: first\n\nerror: second\n");
  }
}

TEST(NearestName, FindsASlipOfThePen) {
  const std::vector<std::string> known = {"H100-SXM", "H200-SXM", "memory_bandwidth"};
  EXPECT_EQ(nearest_name("H20-SXM", known), "H200-SXM");   // one letter missing: distance 1
  EXPECT_EQ(nearest_name("h200_sxm", known), "H200-SXM");  // case and one sign
  EXPECT_EQ(nearest_name("memory_bandwdith", known), "memory_bandwidth");  // swapped neighbours
}

TEST(NearestName, StaysSilentWhenNothingIsNear) {
  const std::vector<std::string> known = {"H100-SXM", "H200-SXM"};
  EXPECT_EQ(nearest_name("gaudi", known), "");
  EXPECT_EQ(nearest_name("", known), "");
  EXPECT_EQ(nearest_name(std::string(1'000'000, 'H'), known), "");
}

TEST(NameHelp, FindsANameInsideALongerOneOfOthers) {
  const std::vector<std::string> known = {"qwen3-235b-a22b", "H100"};
  EXPECT_EQ(name_help("Qwen/Qwen3-235B-A22B-FP8", known, "models").at(0),
            "did you mean `qwen3-235b-a22b`?");
  EXPECT_EQ(name_help("NVIDIA H100 94GB", known, "chips").at(0), "did you mean `H100`?");
}

TEST(NameHelp, ListsAtMostTwelveNames) {
  std::vector<std::string> known;
  for (int i = 10; i < 30; ++i) known.push_back("name" + std::to_string(i));
  const std::vector<std::string> help = name_help("nam10", known, "chips known");
  ASSERT_EQ(help.size(), 2U);
  EXPECT_EQ(help[0], "did you mean `name10`?");
  EXPECT_EQ(help[1].substr(0, 21), "chips known: `name10`");
  EXPECT_NE(help[1].find("`name21` and 8 more"), std::string::npos);
}

}  // namespace
}  // namespace tranche
