// SPDX-License-Identifier: Apache-2.0

// The code of GPU threads on the CPU gives the integers of the CPU backend.
#include <gtest/gtest.h>

#include "tests/support/gpu_on_cpu.hpp"
#include "tests/support/uncertain_scenario.hpp"

namespace tranche {
namespace {

using namespace tests;
using kernels::PiecePlan;

std::size_t binding_counters(const kernels::FleetView& view) {
  return static_cast<std::size_t>(view.steps) *
         static_cast<std::size_t>(kernels::binding_counter(view, 1, 0, 0, 0));
}

// Tallies of the CPU and of the GPU's code over the same draws.
struct Tallies {
  Tallies(const LoweredScenario& lowered, kernels::DrawRange range, PiecePlan plan,
          std::int64_t parts)
      : cells(kernels::choose_cells(lowered.data)),
        cpu(cells, binding_counters(lowered.data.view())),
        gpu(cpu) {
    kernels::make_cpu_backend(2)->run(lowered.data, range, cpu, {});
    kernels::PieceQueue queue(range, nullptr);
    GpuOnCpu(lowered.data, plan).run(queue, gpu, parts, 32);
  }
  void expect_same() const {
    EXPECT_EQ(cpu.draws, gpu.draws);
    EXPECT_EQ(cpu.counts, gpu.counts);
    EXPECT_EQ(cpu.bindings, gpu.bindings);
    for (std::size_t i = 0; i < cpu.sums.size(); ++i) {
      EXPECT_EQ(cpu.sums[i].units, gpu.sums[i].units) << "cell " << i;
      const kernels::CellSums whole = kernels::whole_squares(cpu.sums[i]),
                              found = kernels::whole_squares(gpu.sums[i]);
      EXPECT_EQ(whole.low_squares, found.low_squares) << "cell " << i;
      EXPECT_EQ(whole.high_squares, found.high_squares) << "cell " << i;
    }
  }
  std::vector<kernels::Cell> cells;
  kernels::Tally cpu, gpu;
};

TEST(GpuProgram, CountsWhatTheCpuCounts) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  for (const std::uint64_t draws : {1ul, 127ul, 509ul, 512ul, 513ul, 2000ul}) {
    SCOPED_TRACE(draws);
    Tallies(lowered, {5, draws}, PiecePlan{512, 2}, 1).expect_same();
  }
}

TEST(GpuProgram, CountsTheSameHoweverItIsCut) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  for (const PiecePlan plan : {PiecePlan{512, 1}, PiecePlan{512, 5}, PiecePlan{1024, 3}})
    for (const std::int64_t parts : {1, 3, 200}) {
      SCOPED_TRACE(testing::Message()
                   << plan.draws << " draws, " << plan.steps << " steps, " << parts << " parts");
      Tallies(lowered, {2, 1500}, plan, parts).expect_same();
    }
}

TEST(GpuProgram, CountsWhatTheCpuCountsInTheShippedScenarios) {
  for (const char* const file : {"h200-toy.toml", "h200-first-batch.toml", "three-firms.toml"}) {
    SCOPED_TRACE(file);
    const LoweredScenario lowered = lower(
        read_scenario(std::string(TRANCHE_SOURCE_DIR) + "/scenarios/" + file, {}, catalogue()),
        catalogue());
    Tallies(lowered, {1, 600}, PiecePlan{512, 4}, 2).expect_same();
  }
}

TEST(GpuLayout, ConstantsAreReadOnceForAllDraws) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  const kernels::GpuLayout layout = kernels::lay_out_for_gpu(lowered.data);
  ASSERT_FALSE(lowered.data.constants.empty());
  ASSERT_EQ(layout.constants.size(), lowered.data.constants.size());
  // `plain_firm` states its PUE, so it is a constant.
  const std::int32_t before = lowered.data.firms[0].pue.column;
  const std::int32_t after = layout.data.firms[0].pue.column;
  ASSERT_GE(after, layout.cold_columns);
  const auto which = static_cast<std::size_t>(after - layout.cold_columns);
  EXPECT_EQ(lowered.data.constants[which].column, before);
  EXPECT_EQ(layout.constants[which], lowered.data.constants[which].value);
}

TEST(GpuLayout, HotColumnsDoNotOverlap) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  const kernels::GpuLayout layout = kernels::lay_out_for_gpu(lowered.data);
  const kernels::FleetView& v = layout.data.numbers;
  const std::int32_t sums = kernels::fixed_sums + v.yardstick_count + v.workload_count;
  EXPECT_EQ(v.sums_columns.column, 0);
  EXPECT_EQ(v.total_columns.column, sums);
  EXPECT_EQ(v.value_columns.column, 2 * sums);
  EXPECT_EQ(v.binding_column.column, 2 * sums + 2);
  EXPECT_EQ(v.temporary_columns.column, 2 * sums + 3);
  EXPECT_EQ(layout.hot_columns, 2 * sums + 3 + kernels::temporary_count);
}

}  // namespace
}  // namespace tranche
