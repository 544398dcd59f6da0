// SPDX-License-Identifier: Apache-2.0

// Designs on a GPU have the bits of the CPU.
#include <gtest/gtest.h>

#include "tests/support/design_examples.hpp"
#include "tests/support/gpu_test.hpp"

namespace tranche {
namespace {

using namespace tests;

class DesignsOnTheGpu : public GpuTest {
 protected:
  void SetUp() override {
    GpuTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_NE(gpu_->designs(), nullptr);
  }
  const kernels::DesignRunner& runner() const { return *gpu_->designs(); }
};

TEST_F(DesignsOnTheGpu, HaveTheBitsOfTheCpu) {
  // Blocks of 32, 512 and 4,096 points; the last span several pieces.
  for (const std::uint64_t points : {1024u, 16384u, 131072u})
    expect_same_sobol(uncertain(), {.points = points, .seed = 3}, runner());
  for (const std::uint64_t points : {1u, 511u, 5000u})
    expect_same_morris(uncertain(), {.points = points, .seed = 3}, runner());
}

TEST_F(DesignsOnTheGpu, HaveTheBitsOfTheCpuInTheShippedScenarios) {
  for (const char* const file :
       {"h200-toy.toml", "h200-first-batch.toml", "three-firms.toml", "minimal.toml"}) {
    SCOPED_TRACE(file);
    const DesignExample every_output = shipped(file, 1);
    expect_same_sobol(every_output, {.points = 4096, .seed = 1}, runner());
    expect_same_morris(every_output, {.points = 700, .seed = 1}, runner());
  }
}

TEST_F(DesignsOnTheGpu, OfOneOutputHaveTheBitsOfTheCpu) {
  DesignExample one = shipped("h200-first-batch.toml", 1);
  one.cells = {one.cells.back()};
  expect_same_sobol(one, {.points = 1 << 18, .seed = 2}, runner());
}

TEST_F(DesignsOnTheGpu, StopWhenAsked) {
  DesignControl control{.points = 1 << 20, .seed = 1};
  const std::atomic<bool> stop = true;
  control.execution.stop = &stop;
  const FleetModel model = uncertain().model(&runner());
  EXPECT_THROW(sobol_indices(model, control), Interrupted);
  EXPECT_THROW(morris_effects(model, control), Interrupted);
}

}  // namespace
}  // namespace tranche
