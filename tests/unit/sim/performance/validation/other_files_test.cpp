// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/other_files.hpp"

#include <gtest/gtest.h>

namespace tranche {
namespace {

std::string looks_like(const char* text) {
  const auto found = other_file(text);
  return found ? found->looks_like : "";
}

TEST(OtherFiles, AreToldByTheirBeginnings) {
  EXPECT_NE(looks_like(R"({"backend": "vllm", "mean_ttft_ms": 310.2})").find("vLLM"),
            std::string::npos);
  EXPECT_NE(looks_like(R"({"backend": "sglang", "mean_ttft_ms": 1})").find("SGLang"),
            std::string::npos);
  EXPECT_NE(looks_like("====\nMLPerf Results Summary\n====\n").find("MLPerf"), std::string::npos);
  EXPECT_NE(looks_like("# nThread 1\n#  size  algbw   busbw\n").find("nccl"), std::string::npos);
  EXPECT_NE(looks_like("BabelStream\nVersion: 5.0\n").find("BabelStream"), std::string::npos);
  EXPECT_NE(looks_like("JobID|User|State\n").find("sacct"), std::string::npos);
  EXPECT_NE(looks_like("id;chip;unit;value\na;b;c;1\n").find("`;`"), std::string::npos);
}

TEST(OtherFiles, TablesOfCasesAreNone) {
  EXPECT_EQ(looks_like("id,kernel_app,chip,problem_size,metric,value,unit\n"
                       "a,BabelStream Triad,H200,,bandwidth,1,MBytes/sec\n"),
            "");
  EXPECT_EQ(looks_like(""), "");
  EXPECT_EQ(looks_like("\xef\xbb\xbf"), "");
  EXPECT_EQ(looks_like("\n\n\n"), "");
}

}  // namespace
}  // namespace tranche
