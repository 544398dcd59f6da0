// SPDX-License-Identifier: Apache-2.0

// Pipeline schedules and the components of a step, against closed forms.
#include <gtest/gtest.h>

#include <cmath>

#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/plan/report.hpp"
#include "tests/support/model_shapes.hpp"
#include "tests/support/shipped.hpp"

namespace tranche::kernels {
namespace {

// Eight stages of one layer: F = 1 s, B = 2 s, half of it W, no traffic and no logits.
StagePart stage(Schedule schedule, double virtual_stages = 1) {
  StagePart s;
  s.stages = 8;
  s.per_stage = 1.0 / 8;
  s.virtual_stages = virtual_stages;
  s.schedule = schedule;
  s.fills = schedule == Schedule::bidirectional ? 8 / 2 - 1 : 7 / virtual_stages;
  return s;
}

LayerPart layer() {
  LayerPart l;
  l.time.forward_s = l.forward_hosted_s = 1;
  l.time.backward_s = l.backward_hosted_s = 2;
  l.time.weight_gradient_s = 1;
  l.both_hosted_s = 3;
  return l;
}

double bubble_of(const StagePart& s, MicroBatches count = {16, 16}) {
  return training_step(s, layer(), count, {}, {}).bubble_s;
}

// arXiv 2412.19437, table 2; the interleaved one is Narayanan et al. 2021, section 2.2.2.
TEST(Bubble, IsThatOfThePapers) {
  EXPECT_DOUBLE_EQ(bubble_of(stage(Schedule::one_f_one_b)), 7 * (1 + 2));
  EXPECT_DOUBLE_EQ(bubble_of(stage(Schedule::one_f_one_b, 2)), 7 * (1 + 2) / 2.0);
  EXPECT_DOUBLE_EQ(bubble_of(stage(Schedule::zero_bubble)), 7 * (1 + 2 - 2 * 1));
  EXPECT_DOUBLE_EQ(bubble_of(stage(Schedule::bidirectional)), (8 / 2 - 1) * (3 + 2 - 3 * 1));
}

TEST(Bubble, GrowsByTheTimeOfASlotForEachThatIsEmpty) {
  EXPECT_DOUBLE_EQ(bubble_of(stage(Schedule::one_f_one_b), {14.5, 16}), 7 * 3 + 1.5 * 3);
}

TEST(Bubble, IsNeverBelowZero) {
  LayerPart heavy = layer();
  heavy.time.weight_gradient_s = 1.9;  // F + B - 2 W = -0.8
  EXPECT_EQ(training_step(stage(Schedule::zero_bubble), heavy, {16, 16}, {}, {}).bubble_s, 0.0);
}

// Table 2 again: weights twice, activations of PP + 1 micro-batches instead of PP. With ZeRO-1 the
// optimizer states are split over both copies.
TEST(Bidirectional, HoldsWeightsTwice) {
  TrainingJob job;
  job.sequence_length = 4096;
  job.global_batch = 4096;
  TrainingPlan plain;
  plain.pipeline = 8;
  plain.data = 16;
  TrainingPlan both = plain;
  both.schedule = Schedule::bidirectional;
  const TrainingMemory one = training_memory(shapes::llama_70b(), job, plain, 8);
  const TrainingMemory two = training_memory(shapes::llama_70b(), job, both, 8);
  EXPECT_DOUBLE_EQ(two.weights_bytes, 2 * one.weights_bytes);
  EXPECT_DOUBLE_EQ(two.gradients_bytes, 2 * one.gradients_bytes);
  EXPECT_DOUBLE_EQ(two.optimizer_bytes, one.optimizer_bytes);
  EXPECT_DOUBLE_EQ(two.activations_bytes / one.activations_bytes, 9.0 / 8.0);
}

// The smooth maximum leaves some traffic exposed: with a tenth of the compute time 0.1^4 / 4 of it,
// (1 + x^4)^(1/4) - 1; with twice the compute time 17^(1/4) - 1 of it.
TEST(Bidirectional, HidesTheExchangeOfExpertsBehindCompute) {
  LayerDetail d;
  d.forward.mlp_s = 1;
  d.backward.mlp_s = 2;
  d.forward_traffic.expert_s = d.backward_traffic.expert_s = 0.15;
  d.forward_exposed.expert_s = d.backward_exposed.expert_s = 0.15;
  EXPECT_NEAR(exposed_in_both(d, 0.0).expert_s, 3.0 * 0.1 * 0.1 * 0.1 * 0.1 / 4.0, 1e-8);
  EXPECT_NEAR(exposed_in_both(d, 0.1).expert_s, 0.03 + 3.0 * 1e-4 / 4.0, 1e-8);
  d.forward_traffic.expert_s = d.backward_traffic.expert_s = 3.0;
  EXPECT_NEAR(exposed_in_both(d, 0.0).expert_s, 3.0 * (std::pow(17.0, 0.25) - 1.0), 1e-12);
}

// Adapters need no weight gradients of the frozen weights, and save exactly these.
TEST(LayerTime, KeepsWeightGradientsApart) {
  TrainingJob job;
  job.sequence_length = 8192;
  job.global_batch = 128;
  TrainingJob adapters = job;
  adapters.task = Task::lora;
  TrainingSystem system;
  system.chip = chip_params(*read_catalogue(tests::shipped_data()).find_chip("H100-SXM"));
  const Coefficients c = read_coefficients(tests::shipped_data());
  const TrainingPlan plan;
  const LayerTime all = layer_time(layer_detail(shapes::llama_70b(), job, plan, system, c));
  const LayerTime less = layer_time(layer_detail(shapes::llama_70b(), adapters, plan, system, c));
  EXPECT_GT(all.weight_gradient_s, 0.25 * all.backward_s);
  EXPECT_NEAR((all.backward_s - all.weight_gradient_s) / less.backward_s, 1.0, 1e-12)
      << "only the order of the sum differs";
  EXPECT_EQ(less.weight_gradient_s, 0.0);
}

// Sums of the same numbers in another order: 1e-12 is some thousand roundings.
TEST(StepDetail, AddsUpToTheStep) {
  const Catalogue catalogue = read_catalogue(tests::shipped_data());
  const Coefficients c = read_coefficients(tests::shipped_data());
  PlanRequest request;
  request.model = "deepseek-v3";
  request.chip = "H800";
  request.count = 2048;
  request.precision = "fp8";
  request.seq_len = 8192;
  request.global_batch = 7700;  // no power of two divides it beyond four
  request.top = 100;
  for (const char* const schedule : {"1f1b", "interleaved", "zero-bubble", "dualpipe"}) {
    request.choices.schedules = schedules_named(schedule);
    const PlanQuestion q = plan_problem(request, catalogue).question;
    const PlanAnswer answer = find_plans(q, c);
    ASSERT_FALSE(answer.best.empty()) << schedule;
    for (const RankedPlan& r : answer.best) {
      const double rounding_s = 1e-12 * r.step_s;
      EXPECT_NEAR(compute_s(r.detail), r.step.compute_s, rounding_s) << describe(r.plan);
      EXPECT_NEAR(network_s(r.detail), r.step.network_s, rounding_s) << describe(r.plan);
      EXPECT_NEAR(bubble_s(r.detail), r.step.bubble_s, rounding_s) << describe(r.plan);
      for (const Traffic& t :
           {r.detail.tensor, r.detail.expert, r.detail.context, r.detail.data, r.detail.pipeline}) {
        EXPECT_GE(t.exposed_s, 0.0) << describe(r.plan);
        EXPECT_GE(t.hidden_s, 0.0) << describe(r.plan);
      }
    }
  }
}

}  // namespace
}  // namespace tranche::kernels
