// SPDX-License-Identifier: Apache-2.0

// Designs divided into items for ranks and threads have the bits of one thread.
#include <gtest/gtest.h>

#include "tests/support/design_examples.hpp"
#include "tests/support/function_model.hpp"
#include "tests/support/gpu_design_on_cpu.hpp"
#include "tests/support/thread_ranks.hpp"

namespace tranche {
namespace {

using namespace tests;

// Enough groups to be divided into slices: 13 is not a multiple of any of them.
const FunctionModel& model_of_many_groups() {
  static const FunctionModel model(13, 2, [](const std::vector<double>& u) {
    double sum = 0, product = 1;
    for (std::size_t i = 0; i < u.size(); ++i) {
      sum += u[i] / static_cast<double>(i + 1);
      product *= 0.5 + u[i];
    }
    return std::vector{sum, product};
  });
  return model;
}

void expect_equal(const SobolResult& a, const SobolResult& b) {
  EXPECT_EQ(a.means, b.means);
  EXPECT_EQ(a.variances, b.variances);
  ASSERT_EQ(a.indices.size(), b.indices.size());
  for (std::size_t i = 0; i < a.indices.size(); ++i) {
    EXPECT_EQ(a.indices[i].first.value, b.indices[i].first.value);
    EXPECT_EQ(a.indices[i].first.low, b.indices[i].first.low);
    EXPECT_EQ(a.indices[i].total.value, b.indices[i].total.value);
    EXPECT_EQ(a.indices[i].total.high, b.indices[i].total.high);
  }
}

void expect_equal(const MorrisResult& a, const MorrisResult& b) {
  ASSERT_EQ(a.effects.size(), b.effects.size());
  for (std::size_t i = 0; i < a.effects.size(); ++i) {
    EXPECT_EQ(a.effects[i].mu, b.effects[i].mu);
    EXPECT_EQ(a.effects[i].mu_star, b.effects[i].mu_star);
    EXPECT_EQ(a.effects[i].mu_star_error, b.effects[i].mu_star_error);
    EXPECT_EQ(a.effects[i].sigma, b.effects[i].sigma);
  }
}

TEST(SharedDesigns, HaveTheBitsOfOneThread) {
  const FunctionModel& model = model_of_many_groups();
  // Blocks smaller than a batch, of one batch, and of several.
  for (const std::uint64_t points : {std::uint64_t{1024}, std::uint64_t{32768}}) {
    const SobolResult sobol =
        sobol_indices(model, {.points = points, .seed = 3, .execution = {.threads = 1}});
    const MorrisResult morris =
        morris_effects(model, {.points = 700, .seed = 3, .execution = {.threads = 1}});
    for (const int threads : {2, 7}) {
      expect_equal(
          sobol,
          sobol_indices(model, {.points = points, .seed = 3, .execution = {.threads = threads}}));
      expect_equal(
          morris,
          morris_effects(model, {.points = 700, .seed = 3, .execution = {.threads = threads}}));
    }
    for (const int count : {2, 3, 5})
      on_thread_ranks(count, [&](Ranks& ranks) {
        DesignControl control{.points = points, .seed = 3, .execution = {.threads = 2}};
        control.execution.ranks = &ranks;
        expect_equal(sobol, sobol_indices(model, control));
        control.points = 700;
        expect_equal(morris, morris_effects(model, control));
      });
  }
}

TEST(SharedDesigns, HaveTheBitsOfTheCpuWhereSomeRanksHaveGpus) {
  const DesignControl alone{.points = 4096, .seed = 4, .execution = {.threads = 2}};
  const SobolResult sobol = sobol_indices(uncertain().model(), alone);
  const MorrisResult morris = morris_effects(uncertain().model(), alone);
  for (const int count : {2, 11})
    on_thread_ranks(count, [&](Ranks& ranks) {
      DesignControl control = alone;
      control.execution.ranks = &ranks;
      // Ranks on a GPU, or on two, and on the CPU.
      const DesignOnCpu runner(std::size_t{1} << 30,
                               1 + static_cast<std::size_t>(ranks.rank()) % 2);
      const FleetModel model = uncertain().model(ranks.rank() % 3 == 1 ? nullptr : &runner);
      expect_same_bits(sobol.indices, sobol_indices(model, control).indices);
      expect_same_bits(morris.effects, morris_effects(model, control).effects);
    });
}

TEST(SharedDesigns, StopOnAllRanksWhereOneIsStopped) {
  std::atomic<int> stopped{0};
  on_thread_ranks(3, [&](Ranks& ranks) {
    DesignControl control{.points = 4096, .seed = 3, .execution = {.threads = 1}};
    control.execution.ranks = &ranks;
    const std::atomic<bool> stop = ranks.rank() == 1;
    control.execution.stop = &stop;
    try {
      sobol_indices(model_of_many_groups(), control);
    } catch (...) {
      ++stopped;
    }
  });
  EXPECT_EQ(stopped.load(), 3);
}

}  // namespace
}  // namespace tranche
