#include "kernels/performance/model_counts.hpp"

#include <gtest/gtest.h>

namespace tranche::kernels {
namespace {

ModelParams gpt3() {
  ModelParams m;
  m.layers = 96;
  m.hidden = 12288;
  m.heads = m.kv_heads = 96;
  m.head_dim = 128;
  m.ffn_hidden = 4 * 12288;
  m.gated_mlp = false;
  m.vocab = 51200;
  m.tied_embeddings = true;
  m.attention = Attention::multi_head;
  return m;
}

ModelParams llama_405b() {
  ModelParams m;
  m.layers = 126;
  m.hidden = 16384;
  m.heads = 128;
  m.kv_heads = 8;
  m.head_dim = 128;
  m.ffn_hidden = 53248;
  m.vocab = 128256;
  return m;
}

TEST(ModelCounts, MatchTheWeightsOfPublishedCheckpoints) {
  // sums of the tensors in the published checkpoints (Hugging Face safetensors index)
  EXPECT_EQ(total_parameters(llama_405b()), 405853388800.0);
  ModelParams llama_8b = llama_405b();
  llama_8b.layers = 32;
  llama_8b.hidden = 4096;
  llama_8b.heads = 32;
  llama_8b.ffn_hidden = 14336;
  EXPECT_EQ(total_parameters(llama_8b), 8030261248.0);
  ModelParams mixtral = llama_8b;
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
  const ModelParams m = gpt3();
  EXPECT_EQ(total_parameters(m), 173946175488.0 + 629145600.0 + 2371584.0);
  // 72 l h^2 (1 + s / (6 h) + V / (12 l h)) per token, equation 3 without recompute
  const double h = 12288, l = 96, s = 2048, v = 51200;
  const double expected = 72 * l * h * h * (1 + s / (6 * h) + v / (12 * l * h));
  // both sums are exact to the rounding of three products
  EXPECT_NEAR(training_flop_per_token(m, s, AttentionCount::full), expected, 1e-14 * expected);
}

TEST(ModelCounts, HalveTheAttentionForCausalCounting) {
  const ModelParams m = gpt3();
  const double full = training_flop_per_token(m, 2048, AttentionCount::full);
  const double causal = training_flop_per_token(m, 2048, AttentionCount::causal);
  EXPECT_EQ(full - causal, 6.0 * 96 * 12288 * 2048) << "12 l h s, halved";
}

TEST(ModelCounts, CountAWindowAsABand) {
  ModelParams m = gpt3();
  m.sliding_window = 1024;
  m.sliding_layers = 96;
  const double causal = training_flop_per_token(m, 2048, AttentionCount::causal);
  // pairs per token: 1024 less the growing triangle, 1024 - 1024^2 / (2 x 2048) = 768
  EXPECT_EQ(causal - 6.0 * matrix_parameters(m), 12.0 * 96 * 12288 * 768);
}

}  // namespace
}  // namespace tranche::kernels
