// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/compare/compare.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sim/input/diagnostic.hpp"

namespace tranche {
namespace {

const std::string folder = std::string(TRANCHE_SOURCE_DIR) + "/scenarios";

std::vector<ComparisonRow> compared(const std::vector<std::string>& chips,
                                    const std::vector<std::string>& workloads) {
  static const Catalogue catalogue = read_catalogue(folder);
  static const InferenceCoefficients inference = read_inference_coefficients(folder);
  static const MemoryBoundModel memory_bound = read_memory_bound_model(folder);
  return compare(chips, workloads.empty() ? default_comparison(catalogue) : workloads,
                 {catalogue, inference, memory_bound});
}

TEST(Compare, FirstChipHasRatioOneAndEveryCellAReason) {
  for (const ComparisonRow& row : compared({"H100-SXM", "H200-SXM", "H20", "B200-SXM"}, {})) {
    ASSERT_EQ(row.cells.size(), 4u);
    EXPECT_FALSE(row.unit.empty());
    for (const ComparisonCell& cell : row.cells) {
      EXPECT_FALSE(cell.why.empty()) << row.workload << " " << cell.chip;
      EXPECT_FALSE(cell.bound.empty());
    }
    if (row.cells[0].possible) {
      EXPECT_DOUBLE_EQ(*row.cells[0].ratio, 1.0);
    }
  }
}

// Aliases name the same workload again; by default each is compared once.
TEST(Compare, ListsEachWorkloadOnce) {
  std::set<std::string> names;
  for (const ComparisonRow& row : compared({"H100"}, {}))
    EXPECT_TRUE(names.insert(row.workload).second) << row.workload;
}

// H200 gains on decoding and streams, not on prompts.
TEST(Compare, H200GainsWhereMemoryBinds) {
  const auto rows =
      compared({"H100", "H200"}, {"prefill:llama-3.1-8b", "decode:llama-3.1-8b", "stream-triad"});
  EXPECT_LT(*rows[0].cells[1].ratio, 1.08);
  EXPECT_GT(*rows[1].cells[1].ratio, 1.15);
  EXPECT_GT(*rows[2].cells[1].ratio, 1.3);
  EXPECT_EQ(rows[2].cells[1].bound, "memory");
}

// H20 and H800 have 1 TFLOP/s of fp64, B300 1.3 (datasheets): 8 flop on 16 bytes of a stencil
// point, at 3 TB/s and more, are beyond that; 2 flop on the 24 bytes of a triad are not.
TEST(Compare, SlowFp64TurnsStencilsIntoArithmetic) {
  const auto rows = compared({"H100", "H200", "H20", "H800", "B300"},
                             {"stencil-7", "stencil-27", "stream-triad"});
  for (std::size_t i = 2; i < 5; ++i) {
    for (const std::size_t row : {0u, 1u}) {
      const ComparisonCell& cell = rows[row].cells[i];
      EXPECT_EQ(cell.bound, "compute") << cell.chip;
      EXPECT_NE(cell.why.find("fp64 arithmetic (1."), std::string::npos) << cell.why;
    }
    EXPECT_EQ(rows[2].cells[i].bound, "memory") << rows[2].cells[i].chip;
  }
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(rows[0].cells[i].bound, "memory");
}

TEST(Compare, EveryUnknownNameIsReported) {
  try {
    compared({"H1000", "H200"}, {"stream-tirad", "decode:llama-9"});
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_EQ(error.diagnostics().size(), 3u);
  }
}

}  // namespace
}  // namespace tranche
