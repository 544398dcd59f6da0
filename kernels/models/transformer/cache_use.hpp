// SPDX-License-Identifier: Apache-2.0

// What the context of a sequence keeps in memory and what its next token reads: full, windowed,
// latent, sparse and compressed attention, and the fixed state of linear and state-space layers.
#pragma once

#include "kernels/base/host_device.hpp"
#include "kernels/models/transformer/model_counts.hpp"

namespace tranche::kernels {

// Cache of one sequence, all layers, on one of `tensor` chips that share its key and value heads
// (at least one head each; latent vectors and indices are on all).
struct CacheUse {
  double kept_bytes = 0;  // of memory
  double read_bytes = 0;  // by the query of one new token
  double flop = 0;        // of that query, all heads and layers, index included
};

// Bytes of one entry of an index: 8-bit values and an fp32 scale (DeepSeek-V3.2 release).
TRANCHE_HD constexpr double index_entry_bytes(const ModelParams& m) {
  return m.index_heads > 0 ? m.index_head_dim + 4.0 : 0.0;
}

// Bytes of one token in the cache of one layer with these heads.
TRANCHE_HD constexpr double token_cache_bytes(const ModelParams& m, const AttentionHeads& heads,
                                              double value_bytes, double tensor) {
  if (m.attention == Attention::latent) return (m.latent_kv_rank + m.rope_head_dim) * value_bytes;
  const double local = heads.key_value_heads / tensor;
  return (local > 1.0 ? local : 1.0) * key_value_width(heads) * value_bytes;
}

TRANCHE_HD constexpr double smaller(double a, double b) { return a < b ? a : b; }

// What `context` tokens of one sequence keep, and what the next token reads of them. A sparse layer
// reads the best `sparse_top_k` tokens and the index of all; a compressed one the best entries, or
// all of the heavily compressed, and the window beside them.
TRANCHE_HD constexpr CacheUse cache_use(const ModelParams& m, double context, double value_bytes,
                                        double tensor = 1.0) {
  const AttentionHeads full = full_heads(m), narrow = window_heads(m);
  const double token = token_cache_bytes(m, full, value_bytes, tensor);
  const double window_token = token_cache_bytes(m, narrow, value_bytes, tensor);
  const double window = m.sliding_window > 0 ? smaller(context, m.sliding_window) : 0.0;
  const double windows = m.sliding_window > 0 ? m.sliding_layers : 0.0;
  const double top = m.sparse_top_k > 0 ? m.sparse_top_k : context;
  const double light = m.compressed_layers > 0 ? context / m.compression_ratio : 0.0;
  const double heavy = m.heavy_compressed_layers > 0 ? context / m.heavy_compression_ratio : 0.0;
  const double indexed = m.compressed_layers > 0 ? light : context;
  const double index = index_layers(m) * indexed * index_entry_bytes(m);

  const double plain = full_layers(m) * context;
  const double light_beside = m.compressed_layers * window;
  const double heavy_read = m.heavy_compressed_layers * (heavy + window);
  const double kept =
      plain + sparse_layers(m) * context + m.compressed_layers * light + light_beside + heavy_read;
  const double read = plain + sparse_layers(m) * smaller(context, top) +
                      m.compressed_layers * smaller(light, top) + light_beside + heavy_read;
  // latent attention multiplies queries with the compressed vector itself
  const double width = m.attention == Attention::latent ? 2.0 * m.latent_kv_rank + m.rope_head_dim
                                                        : full.key_dim + full.value_dim;
  CacheUse use;
  use.kept_bytes = kept * token + windows * window * window_token + index;
  use.read_bytes = read * token + windows * window * window_token + index;
  use.flop =
      2.0 * m.heads * (read * width + windows * window * (narrow.key_dim + narrow.value_dim)) +
      2.0 * index_layers(m) * indexed * m.index_heads * m.index_head_dim;
  return use;
}

// Bytes by which one more token of a long context lengthens the cache, all layers; a window that
// is full does not grow.
TRANCHE_HD constexpr double cache_growth_bytes(const ModelParams& m, double value_bytes) {
  const double token = token_cache_bytes(m, full_heads(m), value_bytes, 1.0);
  const double light = m.compressed_layers > 0 ? 1.0 / m.compression_ratio : 0.0;
  const double heavy = m.heavy_compressed_layers > 0 ? 1.0 / m.heavy_compression_ratio : 0.0;
  return (full_layers(m) + sparse_layers(m) + m.compressed_layers * light +
          m.heavy_compressed_layers * heavy) *
             token +
         index_layers(m) * (m.compressed_layers > 0 ? light : 1.0) * index_entry_bytes(m);
}

// Cache bytes per token of context, all layers, windows counted as if they were not full.
TRANCHE_HD constexpr double kv_bytes_per_token(const ModelParams& m, double value_bytes) {
  const double windows = m.sliding_window > 0 ? m.sliding_layers : 0.0;
  return cache_growth_bytes(m, value_bytes) +
         windows * token_cache_bytes(m, window_heads(m), value_bytes, 1.0);
}

// Bytes of the fixed state of one sequence in one linear layer: a matrix per value head in fp32.
TRANCHE_HD constexpr double linear_layer_state_bytes(const ModelParams& m) {
  constexpr double fp32_bytes = 4.0;
  const double head = m.linear_head_dim;
  return fp32_bytes * m.linear_value_heads * head * head;
}
// In one state-space layer: heads x head size x state in fp32, and three tokens of the convolution.
TRANCHE_HD constexpr double ssm_layer_state_bytes(const ModelParams& m) {
  constexpr double fp32_bytes = 4.0, kept_tokens = 3.0, half_bytes = 2.0;
  const double inner = static_cast<double>(m.ssm_heads) * m.ssm_head_dim;
  return fp32_bytes * inner * m.ssm_state +
         kept_tokens * half_bytes * (inner + 2.0 * m.ssm_groups * m.ssm_state);
}
// In all layers: what a sequence holds however long it is.
TRANCHE_HD constexpr double fixed_state_bytes(const ModelParams& m) {
  return m.linear_layers * linear_layer_state_bytes(m) + m.ssm_layers * ssm_layer_state_bytes(m);
}

}  // namespace tranche::kernels
