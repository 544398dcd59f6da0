// SPDX-License-Identifier: Apache-2.0

// Every backend gives the same integers.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "kernels/engine/gpu/pieces.hpp"
#include "tests/support/gpu_test.hpp"
#include "tests/support/uncertain_scenario.hpp"

namespace tranche {
namespace {

using namespace tests;

class OnTheGpu : public GpuTest {};

TEST(Backends, TheRequiredBackendRunsHere) {
  if (!gpu_is_required()) GTEST_SKIP() << "TRANCHE_REQUIRED_BACKEND is not set";
  EXPECT_NO_THROW(kernels::make_gpu_backend());
}

TEST_F(OnTheGpu, CountsWhatTheCpuCounts) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  const auto cpu = kernels::make_cpu_backend(2);
  const std::vector<kernels::Cell> cells = kernels::choose_cells(lowered.data);
  constexpr std::size_t bindings = 5 * 2 * 1 * kernels::constraint_count;
  for (const std::uint64_t draws : {1ul, 31ul, 256ul, 257ul, 100'000ul}) {
    kernels::Tally on_cpu(cells, bindings), on_gpu(cells, bindings);
    cpu->run(lowered.data, {5, draws}, on_cpu, {});
    gpu_->run(lowered.data, {5, draws}, on_gpu, {});
    EXPECT_EQ(digest_of(lowered, on_cpu), digest_of(lowered, on_gpu)) << draws << " draws";
    EXPECT_EQ(on_cpu.counts, on_gpu.counts) << draws << " draws";
  }
}

// Tallies of the same draws on both backends.
struct BothTallies {
  BothTallies(const LoweredScenario& lowered, const kernels::Backend& gpu, kernels::DrawRange range)
      : on_cpu(kernels::choose_cells(lowered.data), bindings_of(lowered)), on_gpu(on_cpu) {
    kernels::make_cpu_backend(2)->run(lowered.data, range, on_cpu, {});
    gpu.run(lowered.data, range, on_gpu, {});
  }
  static std::size_t bindings_of(const LoweredScenario& lowered) {
    const kernels::FleetView view = lowered.data.view();
    return static_cast<std::size_t>(view.steps * view.variant_count * view.firm_count) *
           kernels::constraint_count;
  }
  kernels::Tally on_cpu, on_gpu;
};

TEST_F(OnTheGpu, CountsTheShippedScenariosAsTheCpuDoes) {
  for (const char* const file : {"h200-toy.toml", "h200-first-batch.toml", "three-firms.toml",
                                 "minimal.toml", "equal-money.toml"}) {
    const LoweredScenario lowered = lower(
        read_scenario(std::string(TRANCHE_SOURCE_DIR) + "/scenarios/" + file, {}, catalogue()),
        catalogue());
    const BothTallies both(lowered, *gpu_, {3, 20'000});
    EXPECT_EQ(digest_of(lowered, both.on_cpu), digest_of(lowered, both.on_gpu)) << file;
  }
}

TEST_F(OnTheGpu, CountsManyPiecesAsTheCpuDoes) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  const BothTallies both(lowered, *gpu_, {1, 3 * kernels::largest_piece_draws + 77});
  EXPECT_EQ(digest_of(lowered, both.on_cpu), digest_of(lowered, both.on_gpu));
}

TEST_F(OnTheGpu, AddsToWhatWasCountedBefore) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  BothTallies both(lowered, *gpu_, {0, 1001});
  kernels::make_cpu_backend(2)->run(lowered.data, {1001, 500}, both.on_cpu, {});
  gpu_->run(lowered.data, {1001, 500}, both.on_gpu, {});
  EXPECT_EQ(digest_of(lowered, both.on_cpu), digest_of(lowered, both.on_gpu));
}

TEST_F(OnTheGpu, TellsProgressThatGrowsToAllDraws) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  kernels::Tally tally(kernels::choose_cells(lowered.data), BothTallies::bindings_of(lowered));
  std::vector<std::uint64_t> told;
  kernels::RunControl control;
  control.progress = [&](std::uint64_t done) { told.push_back(done); };
  const std::uint64_t draws = 5 * kernels::largest_piece_draws;
  EXPECT_EQ(gpu_->run(lowered.data, {0, draws}, tally, control), draws);
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), draws);
}

TEST_F(OnTheGpu, LeavesTheFirstDrawsWhenStopped) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  const std::vector<kernels::Cell> cells = kernels::choose_cells(lowered.data);
  kernels::Tally stopped(cells, BothTallies::bindings_of(lowered)), whole(stopped);
  std::atomic<bool> stop{false};
  kernels::RunControl control;
  control.stop = &stop;
  control.progress = [&](std::uint64_t) { stop = true; };
  const std::uint64_t draws = 200 * kernels::largest_piece_draws;
  const std::uint64_t done = gpu_->run(lowered.data, {7, draws}, stopped, control);
  EXPECT_LT(done, draws);
  EXPECT_EQ(stopped.draws, done);
  kernels::make_cpu_backend(2)->run(lowered.data, {7, done}, whole, {});
  EXPECT_EQ(digest_of(lowered, stopped), digest_of(lowered, whole));
}

TEST_F(OnTheGpu, TheFirstGpuAloneCountsTheSame) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  const BothTallies both(lowered, *kernels::make_gpu_backend({.number = 0}), {0, 10'000});
  EXPECT_EQ(digest_of(lowered, both.on_cpu), digest_of(lowered, both.on_gpu));
}

TEST_F(OnTheGpu, AGpuThatIsNotThereIsRefusedByItsNumber) {
  try {
    kernels::make_gpu_backend({.number = 1000});
    FAIL() << "there is no GPU 1000";
  } catch (const kernels::BackendUnavailable& unavailable) {
    EXPECT_NE(std::string(unavailable.what()).find("there is no GPU 1000; the numbers go from 0"),
              std::string::npos)
        << unavailable.what();
  }
  EXPECT_NO_THROW(kernels::make_gpu_backend({.number = 1000, .wraps = true}));
}

TEST_F(OnTheGpu, ARunSaysThatItRanThere) {
  RunOptions options;
  options.execution.device = Device::gpu;
  EXPECT_EQ(run_scenario(only_base(one_firm()), catalogue(), options).device, "gpu");
}

TEST(Backends, ARunOnTheCpuSaysThatItRanThere) {
  RunOptions options;
  options.execution.device = Device::cpu;
  EXPECT_EQ(run_scenario(only_base(one_firm()), catalogue(), options).device, "cpu");
}

TEST(Backends, AskingForAGpuThatIsNotThereSaysWhy) {
  try {
    kernels::make_gpu_backend();
    GTEST_SKIP() << "there is a GPU";
  } catch (const kernels::BackendUnavailable& unavailable) {
    EXPECT_NE(std::string(unavailable.what()).find("backend `gpu` cannot run here ("),
              std::string::npos)
        << unavailable.what();
  }
}

}  // namespace
}  // namespace tranche
