// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/discover/discover.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "sim/simulate/run.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

TEST(Discover, IsInterruptedAfterItsLastDraw) {
  const ScenarioSet set = tests::read_text(tests::small_scenario(
      "[tranches.second]\nchip = \"H200\"\nquantity = \"500 to 1500\"\nprice = \"30k USD\"\n"));
  std::atomic<bool> stop = false;
  DiscoverRequest request;
  request.outcome = "training_flop_per_s < 790 PFLOP/s at 2026-12";
  request.draws = 1000;
  request.execution.stop = &stop;
  request.execution.progress = [&](std::uint64_t done, std::uint64_t total) {
    stop = done == total;
  };
  EXPECT_THROW(discover(set, tests::catalogue(), request), Interrupted);
  EXPECT_TRUE(stop);
}

}  // namespace
}  // namespace tranche
