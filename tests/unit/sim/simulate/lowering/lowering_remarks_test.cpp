// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/simulate/lowering/lowering.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

// The B30A is above the 21,000 of rule 2026-01, and the catalogue has no fp32 rate for it.
constexpr const char* barred_chip = R"(
[scenario]
name = "barred"
start = "2026-01"
months = 2

[firms.acme]

[licences.bis]
rule = "2026-01"

[tranches.first]
chip = "B30A"
quantity = 1000
price = "30k USD"
permissions = ["bis"]

[workloads.hpc]
kind = "memory_bound"
performance = "model"
catalogue = "lbm-d3q19"
precision = "fp32"
achieved = 0.8
)";

bool says_that_hpc_does_not_run(const std::string& text) {
  const LoweredScenario lowered = lower(tests::read_text(text), tests::catalogue());
  return std::any_of(lowered.remarks.begin(), lowered.remarks.end(), [](const std::string& remark) {
    return remark.starts_with("workload `hpc` does no work on B30A");
  });
}

TEST(LoweringRemarks, AreNotMadeOfAChipThatIsNeverInService) {
  EXPECT_FALSE(says_that_hpc_does_not_run(barred_chip));
}

// The tranche stays barred; the chip is the same entry as the one in stock or let through.
TEST(LoweringRemarks, AreMadeOnceAVariantStocksOrDeliversTheChip) {
  EXPECT_TRUE(says_that_hpc_does_not_run(std::string(barred_chip) + R"(
[firms.acme.stock.old]
chip = "B30A"
units = 100
)"));
  EXPECT_TRUE(says_that_hpc_does_not_run(std::string(barred_chip) + R"(
[[what_if]]
name = "no-licence-needed"
set = { "tranches.first.permissions" = [] }
)"));
}

}  // namespace
}  // namespace tranche
