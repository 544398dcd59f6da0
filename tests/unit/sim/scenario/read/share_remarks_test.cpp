// SPDX-License-Identifier: Apache-2.0

// Remarks on unallocated chips and on firms without chips.
#include "sim/scenario/read/share_remarks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

std::string warnings_of(const std::string& text) {
  std::string out;
  for (const Diagnostic& warning : tests::read_text(text).warnings) out += render(warning);
  return out;
}

std::string two_firms(const std::string& more) {
  return R"(
[scenario]
name = "shares"
start = "2026-01"
months = 12

[firms.acme]
[firms.beta]

[tranches.first]
chip = "H200"
quantity = 1000
price = "30k USD"
split = { acme = 0.2, beta = 0.8 }

[workloads.training]
kind = "training"
mfu = 0.4
)" + more;
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ShareRemarks, NameAFirmThatGetsNothing) {
  const std::string text = warnings_of(two_firms("[firms.gamma]\n"));
  EXPECT_TRUE(says(text, "`gamma` gets no chips")) << text;
  EXPECT_FALSE(says(text, "`acme` gets no chips")) << text;
  EXPECT_EQ(warnings_of(two_firms("[firms.gamma]\nstock.H20 = 5\n")), "");
  EXPECT_EQ(warnings_of(two_firms("[firms.gamma]\n[[what_if]]\nname = \"w\"\n"
                                  "set = { \"firms.gamma.stock.H20\" = 5 }\n")),
            "")
      << "a what-if gives it some";
}

TEST(ShareRemarks, SayWhatAWhatIfLeavesUnassigned) {
  const std::string text = warnings_of(
      two_firms("[[what_if]]\nname = \"w\"\nset = { \"tranches.first.split.acme\" = 0 }\n"));
  EXPECT_TRUE(says(text, "`tranches.first.split` sum to 80 %, and 20 % are not assigned")) << text;
  EXPECT_TRUE(says(text, "in what-if `w`")) << text;
  EXPECT_EQ(warnings_of(two_firms("[[what_if]]\nname = \"w\"\nset = { "
                                  "\"tranches.first.split\" = { acme = 0.5, beta = 0.5 } }\n")),
            "");
}

TEST(ShareRemarks, SayWhatASweepLeavesUnassigned) {
  const std::string text =
      warnings_of(two_firms("[sweep]\n[[sweep.axis]]\npath = \"tranches.first.split.acme\"\n"
                            "values = [0, 0.1, \"20 %\"]\n"));
  EXPECT_TRUE(says(text, "`tranches.first.split` sum to 80 %, and 20 % are not assigned")) << text;
  EXPECT_EQ(warnings_of(two_firms("[sweep]\n[[sweep.axis]]\npath = \"tranches.first.split\"\n"
                                  "values = [{ acme = 0, beta = 1 }, { acme = 1, beta = 0 }]\n")),
            "")
      << "whole splits that sum to 1";
}

}  // namespace
}  // namespace tranche
