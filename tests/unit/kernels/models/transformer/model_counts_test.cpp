// SPDX-License-Identifier: Apache-2.0
#include "kernels/models/transformer/model_counts.hpp"

#include <gtest/gtest.h>

#include "tests/support/model_shapes.hpp"

namespace tranche::kernels {
namespace {

TEST(ModelCounts, MatchTheWeightsOfPublishedCheckpoints) {
  // sums of the tensors in the published checkpoints (Hugging Face safetensors index)
  EXPECT_EQ(total_parameters(shapes::llama_405b()), 405853388800.0);
  EXPECT_EQ(total_parameters(shapes::llama_8b()), 8030261248.0);
  ModelParams mixtral = shapes::llama_8b();
  mixtral.vocab = 32000;
  mixtral.experts = 8;
  mixtral.experts_active = 2;
  mixtral.expert_ffn_hidden = 14336;
  EXPECT_EQ(total_parameters(mixtral), 46702792704.0);
}

TEST(ModelCounts, MatchDeepSeekV3) {
  ModelParams m;
  m.layers = 61;
  m.hidden = 7168;
  m.heads = m.kv_heads = 128;
  m.head_dim = m.value_head_dim = 128;
  m.rope_head_dim = 64;
  m.latent_kv_rank = 512;
  m.latent_query_rank = 1536;
  m.attention = Attention::latent;
  m.ffn_hidden = 18432;
  m.vocab = 129280;
  m.experts = 256;
  m.experts_active = 8;
  m.shared_experts = 1;
  m.expert_ffn_hidden = 2048;
  m.dense_layers = 3;
  // V3 report, section 4.2: 671B parameters, 37B active. Latent norms and router biases
  // (2 in 10,000,000) are not counted here.
  EXPECT_NEAR(total_parameters(m), 671.0e9, 0.1e9);
  EXPECT_NEAR(active_parameters(m), 37.6e9, 0.1e9);
}

TEST(ModelCounts, MatchTheClosedFormOfNarayanan) {
  // 12 l h^2 + V h and the norms, by hand; Narayanan et al. 2021, equation 2, without biases
  const ModelParams m = shapes::gpt3_175b();
  EXPECT_EQ(total_parameters(m), 173946175488.0 + 629145600.0 + 2371584.0);
  // 72 l h^2 (1 + s / (6 h) + V / (12 l h)) per token, equation 3 without recompute
  const double h = 12288, l = 96, s = 2048, v = 51200;
  const double expected = 72 * l * h * h * (1 + s / (6 * h) + v / (12 * l * h));
  // both sums are exact to the rounding of three products
  EXPECT_NEAR(training_flop_per_token(m, s, AttentionCount::full), expected, 1e-14 * expected);
}

TEST(ModelCounts, HalveTheAttentionForCausalCounting) {
  const ModelParams m = shapes::gpt3_175b();
  const double full = training_flop_per_token(m, 2048, AttentionCount::full);
  const double causal = training_flop_per_token(m, 2048, AttentionCount::causal);
  EXPECT_EQ(full - causal, 6.0 * 96 * 12288 * 2048) << "12 l h s, halved";
}

TEST(ModelCounts, CountAWindowAsABand) {
  ModelParams m = shapes::gpt3_175b();
  m.sliding_window = 1024;
  m.sliding_layers = 96;
  const double causal = training_flop_per_token(m, 2048, AttentionCount::causal);
  // pairs per token: 1024 less the growing triangle, 1024 - 1024^2 / (2 x 2048) = 768
  EXPECT_EQ(causal - 6.0 * matrix_parameters(m), 12.0 * 96 * 12288 * 768);
}

}  // namespace
}  // namespace tranche::kernels
