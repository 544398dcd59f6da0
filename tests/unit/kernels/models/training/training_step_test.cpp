// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernels/models/training/step.hpp"
#include "sim/performance/coefficients/training.hpp"
#include "tests/support/model_shapes.hpp"

namespace tranche::kernels {
namespace {

Coefficients shipped() { return read_coefficients(std::string(TRANCHE_SOURCE_DIR) + "/scenarios"); }

TrainingSystem h100() {
  TrainingSystem s;
  s.chip.generation = ChipGeneration::hopper;
  s.chip.peak_flop_per_s[static_cast<int>(Precision::bf16)] = 989e12;  // NVIDIA H100 datasheet
  s.chip.peak_flop_per_s[static_cast<int>(Precision::fp8)] = 1979e12;
  s.chip.memory_bandwidth_bytes_per_s = 3.35e12;
  s.chip.memory_capacity_bytes = 80e9;
  s.chip.scale_up_bytes_per_s = 450e9;
  s.chip.scale_up_chips = 8;
  s.chip.scale_out_bytes_per_s = 50e9;
  s.chip.tdp_w = 700;
  return s;
}

TrainingJob llama_job() {
  TrainingJob j;
  j.sequence_length = 8192;
  j.global_batch = 128;
  return j;
}

TrainingPlan plan() {
  TrainingPlan p;
  p.tensor = 4;
  p.pipeline = 4;
  p.data = 4;
  p.virtual_stages = 5;
  p.sequence_parallel = true;
  return p;
}

double seconds(const TrainingJob& j, const TrainingPlan& p, const TrainingSystem& s) {
  return total_s(training_step(shapes::llama_70b(), j, p, s, shipped()));
}

TEST(BubbleFraction, IsStagesLessOneOverMicroBatches) {
  EXPECT_EQ(bubble_fraction(8, 1, 64), 7.0 / 64);  // Narayanan et al. 2021, section 2.2.1
  EXPECT_EQ(bubble_fraction(8, 4, 64), 7.0 / 256);
  EXPECT_EQ(bubble_fraction(1, 1, 64), 0.0);
}

TEST(TrainingStep, NeverBeatsThePeakOfTheChip) {
  const double flop = training_flop_per_token(shapes::llama_70b(), 8192, AttentionCount::causal) *
                      llama_job().global_batch * llama_job().sequence_length;
  for (const int tensor : {1, 2, 4, 8}) {
    TrainingPlan p = plan();
    p.tensor = tensor;
    EXPECT_GT(seconds(llama_job(), p, h100()), flop / (chips(p) * 989e12));
  }
}

TEST(TrainingStep, IsFasterInEightBits) {
  TrainingJob narrow = llama_job();
  narrow.precision = Precision::fp8;
  const double ratio = seconds(llama_job(), plan(), h100()) / seconds(narrow, plan(), h100());
  EXPECT_GT(ratio, 1.2);
  EXPECT_LT(ratio, 2.0) << "only matrix products are twice as fast";
}

TEST(TrainingStep, PaysForRecomputeAboutAThirdOfTheWork) {
  TrainingPlan full = plan();
  full.recompute = Recompute::full;
  const Coefficients c = shipped();
  const double none_s =
      training_step(shapes::llama_70b(), llama_job(), plan(), h100(), c).compute_s;
  const double full_s = training_step(shapes::llama_70b(), llama_job(), full, h100(), c).compute_s;
  // one more forward in forward + backward = 3; less for the output projection, and the
  // backward kernels are somewhat slower than the forward ones
  EXPECT_NEAR(full_s / none_s, 4.0 / 3.0, 0.05);
}

TEST(TrainingStep, SlowsDownOnSlowNetworks) {
  TrainingPlan sharded = plan();
  sharded.tensor = sharded.pipeline = sharded.virtual_stages = 1;
  sharded.data = 64;
  sharded.sharding = Sharding::weights;
  double before = 0;
  for (const double rate : {100e9, 50e9, 12.5e9, 6.25e9}) {
    TrainingSystem s = h100();
    s.chip.scale_out_bytes_per_s = rate;
    const double now = seconds(llama_job(), sharded, s);
    EXPECT_GE(now, before);
    before = now;
  }
}

TEST(TrainingStep, LosesLessToTheBubbleWithMoreMicroBatches) {
  TrainingJob large = llama_job();
  large.global_batch = 1024;
  const Coefficients c = shipped();
  const TrainingStep few = training_step(shapes::llama_70b(), llama_job(), plan(), h100(), c);
  const TrainingStep many = training_step(shapes::llama_70b(), large, plan(), h100(), c);
  EXPECT_GT(few.bubble_s / total_s(few), many.bubble_s / total_s(many));
}

TEST(TrainingStep, TrainsAdaptersInTwoThirdsOfTheWork) {
  TrainingJob lora = llama_job();
  lora.task = Task::lora;
  const Coefficients c = shipped();
  const double all = training_step(shapes::llama_70b(), llama_job(), plan(), h100(), c).compute_s;
  const double adapters = training_step(shapes::llama_70b(), lora, plan(), h100(), c).compute_s;
  // forward and input gradients, without weight gradients; attention is not halved
  EXPECT_GT(adapters / all, 2.0 / 3.0 - 0.02);
  EXPECT_LT(adapters / all, 0.80);
}

TEST(TrainingStep, RunsSlowerAtALowerPowerLimit) {
  TrainingSystem capped = h100();
  capped.chip.tdp_w = 500;
  const double ratio = seconds(llama_job(), plan(), capped) / seconds(llama_job(), plan(), h100());
  EXPECT_GT(ratio, 1.05);
  EXPECT_LT(ratio, 1.19) << "sqrt(700 / 500) = 1.18 would be all compute";
}

}  // namespace
}  // namespace tranche::kernels
