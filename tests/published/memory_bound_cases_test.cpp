// SPDX-License-Identifier: Apache-2.0

// Memory-bound kernels against measurements (scenarios/measured/membound_cases*.csv) and against
// the README of FluidX3D.
#include "sim/performance/validation/memory_bound_cases.hpp"

#include <gtest/gtest.h>

#include "sim/performance/throughput/memory_bound_work.hpp"
#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

const std::string& folder() {
  static const std::string path = std::string(TRANCHE_SOURCE_DIR) + "/scenarios";
  return path;
}
using tests::catalogue;
const MemoryBoundModel& model() {
  static const MemoryBoundModel read = read_memory_bound_model(folder());
  return read;
}

double rate(const std::string& chip, const std::string& workload) {
  const auto params = chip_params(*catalogue().find_chip(chip));
  return kernels::run_memory_bound(params, model().of(chip, params.generation),
                                   work_of(*catalogue().find_workload(workload)))
      .units_per_s;
}
double h200_over_h100(const std::string& workload) {
  return rate("H200-SXM", workload) / rate("H100-SXM", workload);
}
kernels::Bound bound(const std::string& chip, const std::string& workload) {
  const auto params = chip_params(*catalogue().find_chip(chip));
  return kernels::run_memory_bound(params, model().of(chip, params.generation),
                                   work_of(*catalogue().find_workload(workload)))
      .bound;
}

TEST(MemoryBoundCases, AreWithin8PercentOnAverage) {
  for (const char* file : {"membound_cases.csv", "membound_cases_2026.csv"}) {
    const auto results = validate_memory_bound(
        read_memory_bound_cases(read_csv(folder() + "/measured/" + file), catalogue(), model()),
        model());
    const auto summary = summarise_cases(results, [](const CaseResult&) { return "all"; });
    ASSERT_EQ(summary.size(), 1u);
    EXPECT_LE(summary.front().mean_absolute_error_percent, 8.0) << file;
    EXPECT_GE(coverage(results), 0.9) << file;
  }
}

// Azure's guide: 2.97 and 4.15 TB/s, a ratio of 1.40. Two runs of one chip differ by 1 %.
TEST(MemoryBound, TriadGainsLessThanTheBandwidth) {
  EXPECT_NEAR(h200_over_h100("stream-triad"), 1.40, 0.03 * 1.40);
  EXPECT_LT(h200_over_h100("stream-triad"), 4.8 / 3.35);
}

// FluidX3D: 17,602 and 23,056; 29,561 and 36,610 million cells/s; with FP16C as fast on both. 3 %:
// between releases of that program.
TEST(MemoryBound, LatticeBoltzmannGainsLessTheMoreItComputes) {
  EXPECT_NEAR(h200_over_h100("lbm-d3q19"), 1.31, 0.03 * 1.31);
  EXPECT_NEAR(h200_over_h100("lbm-d3q19-fp16"), 1.24, 0.03 * 1.24);
  EXPECT_NEAR(h200_over_h100("lbm-d3q19-fp16c"), 1.00, 0.03);
  EXPECT_NEAR(rate("H100-SXM", "lbm-d3q19-fp16"), 29561e6, 0.03 * 29561e6);
  EXPECT_NEAR(rate("A100-SXM", "lbm-d3q19-fp16"), 18448e6, 0.03 * 18448e6);
}

// Two chips share one face pair of a cube, four two, eight three; five of 19 populations cross a
// face, as 4-byte values, out and in: 1 x 2 x 2 x 20 B over 256 cells of depth.
TEST(MemoryBound, HalosGrowWithTheAxesThatChipsSplit) {
  EXPECT_EQ(kernels::halo_bytes_per_cell(2, 20.0, 256.0), 80.0 / 256.0);
  EXPECT_EQ(kernels::halo_bytes_per_cell(4, 20.0, 256.0), 160.0 / 256.0);
  EXPECT_EQ(kernels::halo_bytes_per_cell(8, 20.0, 256.0), 240.0 / 256.0);
  EXPECT_EQ(kernels::halo_bytes_per_cell(1, 20.0, 256.0), 0.0);
}

// A chip that nobody measured says so, and its shares are less certain than those of one that was.
TEST(MemoryBound, ChipsWithoutMeasurementSayWhatStandsIn) {
  using kernels::ChipGeneration;
  EXPECT_EQ(model().stand_in("H200-SXM", ChipGeneration::hopper), "");
  EXPECT_NE(model().stand_in("H20-141GB", ChipGeneration::hopper).find("hopper"),
            std::string::npos);
  EXPECT_GT(model().of("H20-141GB", ChipGeneration::hopper).share_error,
            model().of("H200-SXM", ChipGeneration::hopper).share_error);
}

// DLRM-v2 offline on one H100: 70,346 queries/s (MLPerf v4.0); H200 1.01 to 1.07.
TEST(MemoryBound, RecommendationIsMostlyArithmetic) {
  EXPECT_NEAR(rate("H100-SXM", "dlrm-v2"), 70346, 0.10 * 70346);
  EXPECT_GT(h200_over_h100("dlrm-v2"), 1.0);
  EXPECT_LT(h200_over_h100("dlrm-v2"), 1.12);
}

// fp64 is 34 TFLOP/s on H200, about 1 on H20 and 1.2 on B300.
TEST(MemoryBound, SlowFp64TurnsWorkComputeBound) {
  EXPECT_EQ(bound("H200-SXM", "stencil-27"), kernels::Bound::memory);
  EXPECT_EQ(bound("H20", "stencil-27"), kernels::Bound::compute);
  EXPECT_EQ(bound("B300-SXM", "stencil-27"), kernels::Bound::compute);
  EXPECT_EQ(bound("H200-SXM", "option-monte-carlo"), kernels::Bound::compute);
  EXPECT_EQ(bound("H20", "stream-triad"), kernels::Bound::memory);
}

TEST(MemoryBound, ChainsOfRandomReadsAreBoundByLatency) {
  EXPECT_EQ(bound("H200-SXM", "particle-xs-lookup"), kernels::Bound::latency);
}

TEST(MemoryBound, WhatDoesNotFitIsBoundByCapacity) {
  EXPECT_EQ(bound("H100-SXM", "dlrm-v2"), kernels::Bound::capacity);
  EXPECT_NE(bound("H200-SXM", "dlrm-v2"), kernels::Bound::capacity);
}

}  // namespace
}  // namespace tranche
