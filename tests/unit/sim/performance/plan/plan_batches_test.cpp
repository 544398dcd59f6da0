// SPDX-License-Identifier: Apache-2.0

// Batches and stages that do not divide, in `tranche plan`.
#include <gtest/gtest.h>

#include <cmath>

#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/plan/report.hpp"
#include "sim/performance/plan/space.hpp"
#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

using tests::catalogue;

const kernels::Coefficients& shipped() {
  static const kernels::Coefficients one = read_coefficients(tests::shipped_data());
  return one;
}

// DeepSeek-V3 as in its report: 2,048 H800, fp8, sequences of 4,096 tokens.
PlanQuestion deepseek_v3(std::int64_t chips, std::int64_t batch) {
  PlanRequest r;
  r.model = "deepseek-v3";
  r.chip = "H800";
  r.count = chips;
  r.precision = "fp8";
  r.seq_len = 4096;
  r.global_batch = batch;
  r.top = 1;
  return plan_problem(r, catalogue()).question;
}

RankedPlan best_plan(std::int64_t batch) {
  return find_plans(deepseek_v3(2048, batch), shipped()).best.at(0);
}

TEST(RoundedUp, FillsWholeRoundsOfTheSchedule) {
  kernels::TrainingPlan p;
  p.pipeline = 8;
  EXPECT_EQ(kernels::rounded_up(7.5, kernels::slot_rule(p)).slots, 8);
  EXPECT_EQ(kernels::rounded_up(8.0, kernels::slot_rule(p)).slots, 8);
  EXPECT_EQ(kernels::rounded_up(0.25, kernels::slot_rule(p)).slots, 1);
  p.virtual_stages = 2;  // 9 micro-batches are two rounds of eight stages
  EXPECT_EQ(kernels::rounded_up(9.0, kernels::slot_rule(p)).slots, 16);
  p.virtual_stages = 1;
  p.schedule = kernels::Schedule::bidirectional;  // as many from either end, eight at least
  EXPECT_EQ(kernels::rounded_up(8.5, kernels::slot_rule(p)).slots, 10);
  EXPECT_EQ(kernels::rounded_up(3.0, kernels::slot_rule(p)).slots, 8);
  EXPECT_EQ(kernels::rounded_up(3.0, kernels::slot_rule(p)).filled, 3);
}

// 61 layers and, for embedding and loss, two more: 64 places on 4, 8 or 16 stages and 62 on two.
TEST(PlanSpace, HasStagesThatDoNotDivideTheLayers) {
  const PlanSpace space = plan_space(deepseek_v3(2048, 15360), shipped());
  for (const std::int32_t stages : {1, 2, 4, 8, 16}) {
    bool is_there = false;
    for (const kernels::TrainingPlan& p : space.stage_plans)
      is_there = is_there || p.pipeline == stages;
    EXPECT_TRUE(is_there) << stages;
  }
  kernels::TrainingPlan p;
  const std::pair<int, int> fullest[] = {{2, 31}, {4, 16}, {8, 8}, {16, 4}};
  for (const auto& [stages, layers] : fullest) {
    p.pipeline = stages;
    EXPECT_EQ(kernels::stage_layers(deepseek_v3(2048, 15360).model, p), layers) << stages;
  }
}

TEST(PlanSpace, LeavesOutPipelinesWithMuchRoom) {
  const kernels::ModelParams m = deepseek_v3(2048, 15360).model;
  EXPECT_TRUE(is_even_enough(m, 16, 2)) << "32 chunks of two layers";
  EXPECT_FALSE(is_even_enough(m, 16, 4)) << "64 chunks, three of them without a layer";
  EXPECT_FALSE(is_even_enough(m, 16, 3)) << "a chunk of two layers on each of 48 is 96 places";
  EXPECT_FALSE(is_even_enough(m, 40, 1)) << "two layers on each of 40 stages are 80 places";
}

// Time is slots x slowest stage, plus the time once per step. A plan of batch B runs a smaller
// batch b in no more slots, so the rate of b is at least b / B of that of B, less rounding: 15,360
// loses at most a sixteenth against 16,384.
TEST(PlanSearch, HasNoCliffWhereDataParallelismDoesNotDivideTheBatch) {
  constexpr double rounding = 1.0 - 1e-12;
  const double largest = best_plan(16384).tokens_per_s;
  EXPECT_GE(best_plan(15360).tokens_per_s, 15360.0 / 16384.0 * largest * rounding);
  constexpr std::int64_t step = 128;
  RankedPlan before = best_plan(15360);
  for (std::int64_t batch = 15360 + step; batch <= 16384; batch += step) {
    const RankedPlan now = best_plan(batch);
    const double ratio = static_cast<double>(batch - step) / static_cast<double>(batch);
    EXPECT_GE(before.tokens_per_s, ratio * now.tokens_per_s * rounding) << batch;
    // the same plan runs the larger batch in a round or two more
    const double multiple = kernels::slot_rule(before.plan).multiple;
    const double a_round = multiple * before.plan.data * before.plan.micro_batch;
    const double more_slots = multiple * std::ceil(static_cast<double>(step) / a_round);
    EXPECT_GE(now.tokens_per_s * (1.0 + more_slots / before.count.slots),
              before.tokens_per_s * rounding)
        << batch;
    before = now;
  }
}

TEST(PlanSearch, CountsTheTokensThatAreThere) {
  const PlanQuestion q = deepseek_v3(2048, 15361);
  const RankedPlan r = find_plans(q, shipped()).best.at(0);
  EXPECT_LT(r.count.filled, r.count.slots) << "15,361 is odd and replicas are not";
  EXPECT_DOUBLE_EQ(r.tokens_per_s * r.step_s, 15361.0 * 4096.0);
  EXPECT_GT(r.detail.idle_s, 0.0);
}

TEST(PlanSearch, UsesCountsThatAreNoPowerOfTwo) {
  const PlanAnswer answer = find_plans(deepseek_v3(1920, 15360), shipped());
  ASSERT_FALSE(answer.best.empty());
  EXPECT_EQ(kernels::chips(answer.best[0].plan), 1920);
}

}  // namespace
}  // namespace tranche
