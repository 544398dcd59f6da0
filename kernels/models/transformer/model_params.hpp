// SPDX-License-Identifier: Apache-2.0

// Shape of a transformer, as far as time and memory depend on it. Built by sim/ from the catalogue
// or from a row of measured cases.
#pragma once

#include <cstdint>

#include "kernels/base/host_device.hpp"

namespace tranche::kernels {

enum class Attention : std::int32_t { multi_head, grouped_query, latent };  // MHA, GQA/MQA, MLA

struct ModelParams {
  std::int32_t layers = 0;
  std::int32_t hidden = 0;
  std::int32_t heads = 0;
  std::int32_t kv_heads = 0;
  std::int32_t head_dim = 0;    // MLA: without the position part, 128 for DeepSeek-V3
  std::int32_t ffn_hidden = 0;  // width of the dense MLP
  bool gated_mlp = true;        // three matrices (SwiGLU) instead of two
  std::int32_t vocab = 0;
  bool tied_embeddings = false;
  std::int32_t learned_positions = 0;  // rows of a learned position table
  Attention attention = Attention::grouped_query;
  std::int32_t latent_kv_rank = 0;     // MLA: compressed KV width, 512 for DeepSeek-V3
  std::int32_t latent_query_rank = 0;  // MLA: compressed query width, 1536
  std::int32_t rope_head_dim = 0;      // MLA: decoupled position width, 64
  std::int32_t value_head_dim = 0;     // MLA: 128
  std::int32_t sliding_window = 0;     // tokens; 0 = full attention
  std::int32_t sliding_layers = 0;     // number of layers with the window
  // Layers with linear attention (Gated DeltaNet): a fixed state instead of a KV cache.
  std::int32_t linear_layers = 0;
  std::int32_t linear_key_heads = 0;
  std::int32_t linear_value_heads = 0;
  std::int32_t linear_head_dim = 0;
  bool gated_attention = false;     // query projection twice as wide, half of it a gate
  std::int32_t experts = 0;         // 0 = dense model
  std::int32_t experts_active = 0;  // top-k
  std::int32_t shared_experts = 0;
  std::int32_t expert_ffn_hidden = 0;
  std::int32_t dense_layers = 0;  // layers with a dense MLP in a MoE model
  double parameters_total = 0;    // published; used for memory
  double parameters_active = 0;
};

}  // namespace tranche::kernels
