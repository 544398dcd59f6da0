// SPDX-License-Identifier: Apache-2.0

// Designs with the code of GPU threads, on the CPU: the same bits as batch by batch.
#include <gtest/gtest.h>

#include "tests/support/design_examples.hpp"
#include "tests/support/gpu_design_on_cpu.hpp"

namespace tranche {
namespace {

using namespace tests;
using kernels::DesignUnit;

constexpr std::size_t plenty = std::size_t{1} << 30;

TEST(GpuDesign, HasTheBitsOfTheCpu) {
  // Blocks of 32 points, and of 512.
  for (const std::uint64_t points : {1024u, 16384u})
    expect_same_sobol(uncertain(), {.points = points, .seed = 3, .execution = {.threads = 2}},
                      DesignOnCpu(plenty));
  for (const std::uint64_t points : {1u, 511u, 513u, 1500u})
    expect_same_morris(uncertain(), {.points = points, .seed = 3, .execution = {.threads = 2}},
                       DesignOnCpu(plenty));
}

TEST(GpuDesign, HasTheBitsOfTheCpuInTheShippedScenarios) {
  for (const auto& [file, stride] :
       {std::pair{"h200-toy.toml", 5}, std::pair{"h200-first-batch.toml", 101},
        std::pair{"three-firms.toml", 53}}) {
    SCOPED_TRACE(file);
    expect_same_morris(shipped(file, stride),
                       {.points = 400, .seed = 1, .execution = {.threads = 2}},
                       DesignOnCpu(plenty));
  }
  for (const char* const file : {"h200-toy.toml", "minimal.toml"}) {
    SCOPED_TRACE(file);
    expect_same_sobol(shipped(file, 3), {.points = 1024, .seed = 1, .execution = {.threads = 2}},
                      DesignOnCpu(plenty));
  }
}

TEST(GpuDesign, HasTheSameBitsInLittleMemory) {
  // Of the seven groups three, five and all at once, of the 20 outputs 5, 12 and 16.
  for (const std::size_t bytes : {2'000'000u, 3'000'000u, 20'000'000u}) {
    SCOPED_TRACE(bytes);
    expect_same_sobol(uncertain(), {.points = 4096, .seed = 2, .execution = {.threads = 2}},
                      DesignOnCpu(bytes));
    expect_same_morris(uncertain(), {.points = 1100, .seed = 2, .execution = {.threads = 2}},
                       DesignOnCpu(bytes));
  }
  EXPECT_THROW(sobol_indices(uncertain().model(std::make_unique<DesignOnCpu>(100'000).get()),
                             {.points = 1024}),
               GpuOfCpu::MemoryError);
}

// A block of 2,048 points in pieces of 512, whose sums continue from piece to piece.
TEST(GpuDesign, AddsTheBatchesOfALongBlockInOrder) {
  expect_same_sobol(uncertain(), {.points = 65536, .seed = 5, .execution = {.threads = 2}},
                    DesignOnCpu(6'000'000, 3));
}

TEST(GpuDesign, TellsProgressAndStops) {
  const DesignOnCpu runner(6'000'000);
  DesignControl control{.points = 4096, .seed = 4, .execution = {.threads = 2}};
  std::vector<double> told;
  std::atomic<bool> stop = false;
  control.execution.progress = [&](std::uint64_t done, std::uint64_t total) {
    told.push_back(static_cast<double>(done) / static_cast<double>(total));
    stop = told.size() > 7;
  };
  sobol_indices(uncertain().model(&runner), control);
  ASSERT_GT(told.size(), 4u);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), 1.0);
  control.execution.stop = &stop;
  stop = false;
  told.assign(5, 0.0);
  EXPECT_THROW(sobol_indices(uncertain().model(&runner), control), Interrupted);
  EXPECT_EQ(told.size(), 8u);
}

// Inputs without a group keep their value at A, as on the CPU.
TEST(GpuDesign, LeavesInputsOfNoGroupAlone) {
  DesignExample example = uncertain();
  example.groups.resize(2);
  expect_same_sobol(example, {.points = 1024, .seed = 6, .execution = {.threads = 1}},
                    DesignOnCpu(plenty));
}

TEST(DesignQueue, HandsOutUnitsOfTheSameGroupsTogether) {
  const std::vector<DesignUnit> units{
      {0, 512, 0, 9}, {512, 512, 0, 9}, {1024, 100, 0, 9}, {0, 512, 9, 20}, {512, 4096, 9, 20}};
  kernels::DesignQueue queue(units);
  EXPECT_EQ(queue.take(1024).size(), 2u);
  EXPECT_EQ(queue.take(4096).size(), 1u);
  EXPECT_EQ(queue.take(512).data(), &units[3]);
  EXPECT_EQ(queue.take(512).data(), &units[4]) << "one at least";
  EXPECT_TRUE(queue.take(512).empty());
  kernels::DesignQueue closed(units);
  closed.close();
  EXPECT_TRUE(closed.take(512).empty());
}

TEST(DesignPieces, HoldEveryPointOnceInOrder) {
  const std::vector<DesignUnit> units{{2048, 2048, 0, 3}, {8192, 2048, 0, 3}, {10240, 100, 0, 3}};
  std::uint64_t points = 0;
  for (const auto& segments : kernels::pieces_of(units, 1536)) {
    std::int32_t next = 0;
    for (const kernels::DesignSegment& segment : segments) {
      EXPECT_EQ(segment.first, next);
      next += segment.room();
      points += static_cast<std::uint64_t>(segment.points);
    }
    EXPECT_LE(next, 1536);
  }
  EXPECT_EQ(points, 4196u);
  EXPECT_EQ(kernels::pieces_of(units, 1536).size(), 3u);
}

TEST(DesignPlan, StaysWithinTheMemory) {
  constexpr kernels::DesignBytes bytes{12'000, 1'000, 5};
  for (const std::size_t budget : {30'000'000ul, 300'000'000ul, 80'000'000'000ul}) {
    const auto plan = kernels::plan_design(bytes, 16384, 49, 100, 3342, budget);
    ASSERT_TRUE(plan);
    EXPECT_LE(plan->bytes(bytes), budget);
    EXPECT_EQ(plan->points % kernels::batch_draws, 0u);
    EXPECT_GE(plan->groups, 1u);
    EXPECT_GE(plan->outputs, 100u);
    EXPECT_LE(plan->outputs, 3342u);
  }
  // The smallest plan: three draws of 13,000 bytes and 1,000 bytes for each of 512 points.
  EXPECT_TRUE(kernels::plan_design(bytes, 16384, 49, 100, 3342, 512 * 40'000));
  EXPECT_FALSE(kernels::plan_design(bytes, 16384, 49, 100, 3342, 512 * 40'000 - 1));
}

TEST(DesignPlan, TakesNoMoreThanThePointsNeed) {
  constexpr kernels::DesignBytes bytes{1'000, 100, 5};
  const auto few = kernels::plan_design(bytes, 700, 4, 1, 1, std::size_t{1} << 36);
  EXPECT_EQ(few->points, 1024u);
  EXPECT_EQ(few->groups, 4u);
  EXPECT_EQ(few->outputs, 1u);
  // At most 2^18 draws: A, B and 49 mixtures of 5,120 points.
  EXPECT_EQ(kernels::plan_design(bytes, 1 << 20, 49, 1, 1, std::size_t{1} << 40)->points, 5120u);
}

}  // namespace
}  // namespace tranche
