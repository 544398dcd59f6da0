// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernels/models/training/memory.hpp"
#include "tests/support/model_shapes.hpp"

namespace tranche::kernels {
namespace {

TrainingJob job() {
  TrainingJob j;
  j.sequence_length = 2048;
  j.global_batch = 64;
  j.precision = Precision::fp16;
  j.attention_kernel = AttentionKernel::unfused;
  return j;
}

// s b h of GPT-3 at micro-batch 1
constexpr double sbh = 2048.0 * 12288.0;

TEST(LayerActivations, MatchKorthikantiTable2) {
  // 5 a s / h = 80 for GPT-3 with sequences of 2,048
  TrainingPlan p;
  EXPECT_EQ(layer_activation_bytes(shapes::gpt3_175b(), job(), p), sbh * (34 + 80));
  p.tensor = 8;
  EXPECT_EQ(layer_activation_bytes(shapes::gpt3_175b(), job(), p),
            sbh * (10 + 24.0 / 8 + 80.0 / 8));
  p.sequence_parallel = true;
  EXPECT_EQ(layer_activation_bytes(shapes::gpt3_175b(), job(), p), sbh * (34 + 80) / 8);
  p.recompute = Recompute::selective;
  EXPECT_EQ(layer_activation_bytes(shapes::gpt3_175b(), job(), p), sbh * 34 / 8);
  p.recompute = Recompute::full;
  EXPECT_EQ(layer_input_bytes(shapes::gpt3_175b(), job(), p), sbh * 2 / 8);
}

TEST(TrainingMemory, HoldsSixteenBytesPerParameterWithoutSharding) {
  TrainingPlan p;
  p.sharding = Sharding::none;
  const TrainingMemory m = training_memory(shapes::gpt3_175b(), job(), p, 1);
  // 2 weights, 2 gradients, 12 optimizer: Rajbhandari et al. 2020, section 3.1
  const double held = m.weights_bytes + m.gradients_bytes + m.optimizer_bytes;
  EXPECT_NEAR(held / total_parameters(shapes::gpt3_175b()), 16.0, 0.001)
      << "the last norm is not placed";
}

TEST(TrainingMemory, ShrinksWithEachZeroStage) {
  TrainingPlan p;
  p.data = 64;
  double before = 1e30;
  for (const Sharding s :
       {Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::weights}) {
    p.sharding = s;
    const double now = total_bytes(training_memory(shapes::gpt3_175b(), job(), p, 8));
    EXPECT_LT(now, before);
    before = now;
  }
}

TEST(TrainingMemory, KeepsMoreWhenInterleaved) {
  // 1 + (p - 1) / (p v) times as many layers in flight: Narayanan et al. 2021, section 2.2
  TrainingPlan p;
  p.pipeline = 8;
  const double plain = training_memory(shapes::gpt3_175b(), job(), p, 1).activations_bytes;
  p.virtual_stages = 4;
  const double interleaved = training_memory(shapes::gpt3_175b(), job(), p, 1).activations_bytes;
  EXPECT_DOUBLE_EQ(interleaved / plain, 1.0 + 7.0 / 32.0);
}

TEST(StageLayers, CountEmbeddingAndLossWhereThatMakesStagesEven) {
  ModelParams m = shapes::gpt3_175b();
  TrainingPlan p;
  p.pipeline = 8;
  p.virtual_stages = 8;
  m.layers = 126;  // Llama-3.1-405B: 128 slots over 8 x 8 chunks
  EXPECT_EQ(stage_layers(m, p), 16);
  m.layers = 96;
  p.virtual_stages = 6;
  EXPECT_EQ(stage_layers(m, p), 12);
  m.layers = 60;
  p.virtual_stages = 1;
  EXPECT_EQ(stage_layers(m, p), 8) << "four stages have seven layers, four have eight";
}

}  // namespace
}  // namespace tranche::kernels
