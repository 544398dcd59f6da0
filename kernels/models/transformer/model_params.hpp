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
  std::int32_t value_head_dim = 0;     // width of values if not that of keys; MLA: 128
  bool shared_key_value = false;       // one vector per KV head is both key and value
  std::int32_t sliding_window = 0;     // tokens; 0 = full attention
  std::int32_t sliding_layers = 0;     // number of layers with the window
  std::int32_t sliding_kv_heads = 0;   // KV heads of those layers; 0 = kv_heads
  std::int32_t sliding_head_dim = 0;   // head size of those layers; 0 = head_dim
  // Layers of blocks that hold one kind of layer each; 0 = every layer has an MLP beside attention
  // or its replacement.
  std::int32_t mlp_layers = 0;
  // Sparse attention: an index scores the cached tokens, and the best `sparse_top_k` are read.
  std::int32_t sparse_top_k = 0;   // 0 = all tokens are read
  std::int32_t sparse_layers = 0;  // 0 = all layers with a cache and without a window
  std::int32_t index_heads = 0;
  std::int32_t index_head_dim = 0;
  std::int32_t index_layers = 0;  // layers with an index of their own; 0 = sparse_layers
  // Compressed caches: one entry per `compression_ratio` tokens, of which the index chooses, and
  // one per `heavy_compression_ratio` tokens, read in full; both beside a window.
  std::int32_t compressed_layers = 0;
  std::int32_t compression_ratio = 0;
  std::int32_t heavy_compressed_layers = 0;
  std::int32_t heavy_compression_ratio = 0;
  std::int32_t output_rank = 0;    // low-rank output projection, per group; 0 = full
  std::int32_t output_groups = 0;  // groups of heads with a projection each
  // Layers with linear attention (Gated DeltaNet, KDA): a fixed state instead of a KV cache.
  std::int32_t linear_layers = 0;
  std::int32_t linear_key_heads = 0;
  std::int32_t linear_value_heads = 0;
  std::int32_t linear_head_dim = 0;
  std::int32_t linear_gate_rank = 0;  // low-rank gates (KDA); 0 = full width (Gated DeltaNet)
  // State-space layers (Mamba-2): heads x head size x state values per sequence.
  std::int32_t ssm_layers = 0;
  std::int32_t ssm_heads = 0;
  std::int32_t ssm_head_dim = 0;
  std::int32_t ssm_state = 0;
  std::int32_t ssm_groups = 0;
  bool gated_attention = false;     // query projection twice as wide, half of it a gate
  std::int32_t experts = 0;         // 0 = dense model
  std::int32_t experts_active = 0;  // top-k
  std::int32_t shared_experts = 0;
  std::int32_t expert_ffn_hidden = 0;
  std::int32_t expert_latent = 0;             // width of a token inside routed experts; 0 = hidden
  std::int32_t shared_expert_ffn_hidden = 0;  // width of all shared experts; 0 = that of experts
  std::int32_t mtp_layers = 0;    // layers that predict further tokens; not in the total
  std::int32_t dense_layers = 0;  // layers with a dense MLP in a MoE model
  double parameters_total = 0;    // published; used for memory
  double parameters_active = 0;
};

}  // namespace tranche::kernels
