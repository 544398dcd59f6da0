// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/throughput/work_units.hpp"

#include <gtest/gtest.h>

#include "sim/performance/throughput/memory_bound_work.hpp"
#include "sim/performance/validation/memory_bound_cases.hpp"
#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

TEST(WorkUnits, BandwidthsAsBenchmarksPrintThem) {
  EXPECT_EQ(bandwidth_unit_bytes_per_s("MBytes/sec"), 1e6);  // BabelStream
  EXPECT_EQ(bandwidth_unit_bytes_per_s("MB/s"), 1e6);
  EXPECT_EQ(bandwidth_unit_bytes_per_s("GB/s"), 1e9);
  EXPECT_EQ(bandwidth_unit_bytes_per_s("GiB/s"), 1073741824.0);
  EXPECT_EQ(bandwidth_unit_bytes_per_s("TB/s"), 1e12);
  EXPECT_FALSE(bandwidth_unit_bytes_per_s("Gb/s"));  // bits
  EXPECT_FALSE(bandwidth_unit_bytes_per_s("bushels"));
}

TEST(WorkUnits, RatesOfLatticesGraphsAndSolvers) {
  EXPECT_EQ(lattice_unit_per_s("million lattice updates/s"), 1e6);
  EXPECT_EQ(lattice_unit_per_s("MLUP/s"), 1e6);
  EXPECT_EQ(lattice_unit_per_s("GLUP/s"), 1e9);
  EXPECT_EQ(operations_unit_per_s("GFLOP/s"), 1e9);
  EXPECT_EQ(edges_unit_per_s("GTEPS"), 1e9);
}

using tests::catalogue;

// HPCG results of TOP500, June 2021, over the chips of each machine, network included: Selene 1,622
// TFLOP/s on 4,480 A100-80GB, Perlmutter 1,905 TFLOP/s on 5,696 A100-40GB. A prediction for a
// single chip differs by the network, by later tuning of vendors, and by vectors that a code of
// 2021 keeps in cache; the two sources themselves differ by 20 % in bytes per row.
TEST(WorkUnits, HpcgIsNearPublishedResults) {
  const MemoryBoundModel model =
      read_memory_bound_model(std::string(TRANCHE_SOURCE_DIR) + "/scenarios");
  const WorkloadEntry& hpcg = *catalogue().find_workload("hpcg");
  const auto gflop_per_s = [&](const char* name) {
    const auto chip = chip_params(*catalogue().find_chip(name));
    const auto result = kernels::run_memory_bound(chip, model.of(chip.generation), work_of(hpcg));
    return result.units_per_s * hpcg.flop_per_unit->value / 1e9;
  };
  EXPECT_NEAR(gflop_per_s("A100-SXM"), 362, 0.25 * 362);
  EXPECT_NEAR(gflop_per_s("A100-SXM-40GB"), 335, 0.25 * 335);
}

// 27 entries of 12 B in the product and 82 in the multigrid step, which the two coarser grids
// repeat on 1/8 and 1/64 of the rows and the coarsest, with 28, on 1/512; vectors of the iteration
// 128 B, of the step 194 B.
TEST(WorkUnits, HpcgMovesWhatItsSweepsRead) {
  const double matrix = 12.0 * (27 + 82 * (1 + 1.0 / 8 + 1.0 / 64) + 28.0 / 512);
  const double vectors = 128 + 194 * (1 + 1.0 / 8 + 1.0 / 64) + 56.0 / 512;
  EXPECT_NEAR(catalogue().find_workload("hpcg")->bytes_per_unit.value, matrix + vectors, 1.0);
}

TEST(WorkUnits, TextInTheUnitOfTheField) {
  EXPECT_EQ(customary_text(*catalogue().find_workload("hpcg"), 1e9), "375 GFLOP/s");
  EXPECT_EQ(customary_text(*catalogue().find_workload("bfs"), 2e9), "2 GTEPS");
  EXPECT_EQ(customary_text(*catalogue().find_workload("stream-triad"), 1e9), "");
}

}  // namespace
}  // namespace tranche
