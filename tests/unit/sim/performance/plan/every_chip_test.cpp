// SPDX-License-Identifier: Apache-2.0

// Plans on every chip of the catalogue.
#include <gtest/gtest.h>

#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/plan/training_problem.hpp"
#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

// Regression: the gain of parts sold with more power than their peak rate needs had no end, and H20
// (148 TFLOP/s at 400 W) trained at 117 % of its peak.
TEST(EveryChip, TrainsBelowTheRateOfItsKernels) {
  const kernels::Coefficients coefficients = read_coefficients(tests::shipped_data());
  const ModelEntry& model = *tests::catalogue().find_model("llama-3.1-8b");
  // The best share of the dense peak in kernel measurements: 877 of 1,000 (A100, 16 bit; file
  // coefficients.toml). Published runs reach 0.7 at most.
  constexpr double best_kernel = 0.88;
  int planned = 0;
  for (const ChipEntry& chip : tests::catalogue().chips) {
    for (const char* precision : {"bf16", "fp8"}) {
      TrainingProblem problem = training_problem(
          model, chip, {.precision = precision, .sequence_tokens = 8192.0, .global_batch = 128.0});
      if (!problem.missing.empty()) continue;
      problem.question.chips = 64;
      problem.question.keep = 1;
      problem.question.device = kernels::ComputeDevice::cpu;
      const PlanAnswer answer = find_plans(problem.question, coefficients);
      if (answer.best.empty()) continue;
      EXPECT_LT(answer.best.front().mfu, best_kernel) << chip.name << " " << precision;
      ++planned;
    }
  }
  EXPECT_GT(planned, 60);
}

// Regression: a chip of which only the 8-bit rate is known had plans of NaN seconds.
TEST(EveryChip, WithoutA16BitRateIsRefused) {
  const ChipEntry& chip = *tests::catalogue().find_chip("Ascend-960");
  ASSERT_FALSE(chip.dense_flop_per_s.contains("bf16"));
  ASSERT_TRUE(chip.dense_flop_per_s.contains("fp8"));
  const auto missing = missing_of(chip, "fp8");
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].problem, "the 16-bit rate of `Ascend-960` is not known");
}

}  // namespace
}  // namespace tranche
