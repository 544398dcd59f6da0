// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/discover/prim.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <random>

namespace tranche {
namespace {

struct Sample {
  std::vector<std::vector<float>> inputs;
  std::vector<char> outcome;
  PrimData data() const {
    PrimData d;
    for (const std::vector<float>& input : inputs) d.inputs.emplace_back(input);
    d.outcome = outcome;
    return d;
  }
};

// Uniform inputs, with the outcome of the function.
Sample sample(std::size_t draws, std::size_t inputs, unsigned seed,
              const std::function<bool(const std::vector<float>&, double)>& happens) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<float> uniform;
  Sample made;
  made.inputs.resize(inputs);
  for (std::size_t j = 0; j < draws; ++j) {
    std::vector<float> x(inputs);
    for (std::size_t i = 0; i < inputs; ++i) {
      x[i] = uniform(generator);
      made.inputs[i].push_back(x[i]);
    }
    made.outcome.push_back(happens(x, static_cast<double>(uniform(generator))) ? 1 : 0);
  }
  return made;
}

Box chosen_box(const Sample& s) {
  const PrimSettings settings{.threads = 2};
  const std::vector<Box> boxes = peel_boxes(s.data(), settings);
  return pruned(s.data(), pasted(s.data(), settings, boxes[balanced_box(boxes)]));
}

TEST(Prim, FindsABoxThatIsThere) {
  // The outcome is exactly the box x0 < 0.3, x2 > 0.6: 12 % of the draws.
  const Sample s =
      sample(20'000, 5, 1, [](const auto& x, double) { return x[0] < 0.3f && x[2] > 0.6f; });
  const Box box = chosen_box(s);
  ASSERT_EQ(box.limits.size(), 2u);
  EXPECT_EQ(box.limits[0].input, 0u);
  EXPECT_EQ(box.limits[1].input, 2u);
  // A peel removes 5 % of the remaining draws, so an end is accurate to that: 0.05 of 0.3 and of
  // 0.4.
  ASSERT_TRUE(box.limits[0].high && !box.limits[0].low);
  EXPECT_NEAR(*box.limits[0].high, 0.3, 0.05 * 0.3 + 0.005);
  ASSERT_TRUE(box.limits[1].low && !box.limits[1].high);
  EXPECT_NEAR(*box.limits[1].low, 0.6, 0.05 * 0.4 + 0.005);
  EXPECT_GT(box.density, 0.93);
  EXPECT_GT(box.coverage, 0.93);
}

TEST(Prim, FindsABoxUnderNoise) {
  // 90 % inside 0.5 < x1 < 0.8, 10 % outside.
  const Sample s = sample(20'000, 4, 2, [](const auto& x, double chance) {
    const bool inside = x[1] > 0.5f && x[1] < 0.8f;
    return chance < (inside ? 0.9 : 0.1);
  });
  const Box box = chosen_box(s);
  ASSERT_EQ(box.limits.size(), 1u) << "inputs without influence are left out";
  EXPECT_EQ(box.limits[0].input, 1u);
  EXPECT_NEAR(*box.limits[0].low, 0.5, 0.03);
  EXPECT_NEAR(*box.limits[0].high, 0.8, 0.03);
  EXPECT_NEAR(box.density, 0.9, 0.02);
}

TEST(Prim, HoldsAnEventToItsValue) {
  // x0 is an event of probability 0.7; the outcome needs it and x1 < 0.5.
  std::mt19937_64 generator(3);
  std::uniform_real_distribution<float> uniform;
  Sample s;
  s.inputs.resize(2);
  for (int j = 0; j < 10'000; ++j) {
    s.inputs[0].push_back(uniform(generator) < 0.7f ? 1.0f : 0.0f);
    s.inputs[1].push_back(uniform(generator));
    s.outcome.push_back(s.inputs[0].back() > 0.5f && s.inputs[1].back() < 0.5f);
  }
  const Box box = chosen_box(s);
  ASSERT_EQ(box.limits.size(), 2u);
  EXPECT_EQ(box.limits[0].low, 1.0f);
  EXPECT_NEAR(*box.limits[1].high, 0.5, 0.03);
}

TEST(Prim, TradesCoverageForDensityAlongTheTrajectory) {
  const Sample s = sample(10'000, 3, 4, [](const auto& x, double chance) {
    return chance < static_cast<double>(x[0] * x[1]);
  });
  const std::vector<Box> boxes = peel_boxes(s.data(), {.threads = 1});
  ASSERT_GT(boxes.size(), 10u);
  EXPECT_EQ(boxes.front().mass, 1.0);
  EXPECT_EQ(boxes.front().coverage, 1.0);
  EXPECT_GE(boxes.back().mass, 0.02);
  for (std::size_t b = 1; b < boxes.size(); ++b) {
    EXPECT_LT(boxes[b].mass, boxes[b - 1].mass);
    EXPECT_LE(boxes[b].coverage, boxes[b - 1].coverage);
    EXPECT_GT(boxes[b].density, boxes[b - 1].density);
  }
  // The result does not depend on threads.
  const std::vector<Box> again = peel_boxes(s.data(), {.threads = 3});
  ASSERT_EQ(again.size(), boxes.size());
  EXPECT_EQ(again.back().density, boxes.back().density);
}

TEST(Prim, TestsALimitAgainstChance) {
  // Density 0.5 everywhere: a limit on x0 has no effect, so its quasi-p is not small.
  const Sample s = sample(10'000, 2, 5, [](const auto& x, double chance) {
    return x[1] < 0.4f ? chance < 0.8 : chance < 0.3;
  });
  Box box;
  box.limits = {{0, {}, 0.9f}, {1, {}, 0.4f}};
  box = evaluated(s.data(), box);
  EXPECT_NEAR(box.mass, 0.36, 0.02);
  EXPECT_NEAR(box.density, 0.8, 0.03);
  const std::vector<LimitTest> tests = limit_tests(s.data(), box);
  EXPECT_GT(tests[0].quasi_p, 0.001);
  EXPECT_LT(tests[1].quasi_p, 1e-9);
  // Without the limit on x1: 0.4 x 0.8 + 0.6 x 0.3 = 0.5.
  EXPECT_NEAR(tests[1].density_without, 0.5, 0.02);
}

TEST(Prim, HasOneBoxWhenTheOutcomeIsEverywhere) {
  const Sample s = sample(500, 2, 6, [](const auto&, double) { return true; });
  EXPECT_EQ(peel_boxes(s.data(), {.threads = 1}).size(), 1u);
}

// A search that is stopped at any of its passes over the draws ends there.
TEST(Prim, EndsAtThePassThatThrows) {
  const Sample s = sample(
      2000, 3, 9, [](const std::vector<float>& x, double) { return x[0] > 0.6f && x[1] < 0.5f; });
  struct Enough {};
  for (const int threads : {1, 3}) {
    std::atomic<int> passes = 0, last = 1 << 30;
    PrimData data = s.data();
    data.before_pass = [&] {
      if (++passes > last) throw Enough{};
    };
    const auto search = [&] {
      const PrimSettings settings{.threads = threads};
      return pruned(data, pasted(data, settings, peel_boxes(data, settings).back()));
    };
    search();
    const int all = passes;
    ASSERT_GT(all, 50);
    for (const int end : {0, 1, all / 3, all - 1}) {
      passes = 0;
      last = end;
      EXPECT_THROW(search(), Enough);
      // Other threads may each have begun one more.
      EXPECT_LE(passes, end + threads);
    }
  }
}

}  // namespace
}  // namespace tranche
