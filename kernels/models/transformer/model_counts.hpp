// SPDX-License-Identifier: Apache-2.0

// Exact parameter counts and floating-point operations of a transformer. Flop are multiplications
// and additions (2 per product) of matrix products and attention only, as is usual (Narayanan 2021,
// appendix; Korthikanti 2022).
#pragma once

#include "kernels/base/host_device.hpp"
#include "kernels/models/transformer/model_params.hpp"

namespace tranche::kernels {

TRANCHE_HD constexpr bool is_mixture(const ModelParams& m) { return m.experts > 1; }

// Number of layers whose MLP is a mixture of experts (MoE layers).
TRANCHE_HD constexpr double moe_layers(const ModelParams& m) {
  return is_mixture(m) ? static_cast<double>(m.layers - m.dense_layers) : 0.0;
}

// Width of queries and keys per head; MLA adds a rotary part.
TRANCHE_HD constexpr double key_head_dim(const ModelParams& m) {
  return m.attention == Attention::latent ? static_cast<double>(m.head_dim + m.rope_head_dim)
                                          : static_cast<double>(m.head_dim);
}
TRANCHE_HD constexpr double value_head_dim(const ModelParams& m) {
  return m.attention == Attention::latent && m.value_head_dim > 0
             ? static_cast<double>(m.value_head_dim)
             : static_cast<double>(m.head_dim);
}

// Number of attention weights of one layer, biases and norms not counted.
// MLA as in DeepSeek-V2 (2024), section 2.1.
TRANCHE_HD constexpr double attention_parameters(const ModelParams& m) {
  const double h = m.hidden;
  const double q = static_cast<double>(m.heads) * key_head_dim(m);
  if (m.attention == Attention::latent) {
    const double query =
        m.latent_query_rank > 0 ? h * m.latent_query_rank + m.latent_query_rank * q : h * q;
    const double down = h * (m.latent_kv_rank + m.rope_head_dim);
    const double up =
        static_cast<double>(m.latent_kv_rank) * m.heads * (m.head_dim + value_head_dim(m));
    return query + down + up + m.heads * value_head_dim(m) * h;
  }
  const double query_and_output = (m.gated_attention ? 3.0 : 2.0) * q;
  return h * (query_and_output + 2.0 * m.kv_heads * static_cast<double>(m.head_dim));
}

// Number of weights of one linear-attention layer (Gated DeltaNet, arXiv:2412.06464, with the
// widths of the Qwen3-Next release): keys, queries, values, gate, two rates per head, a convolution
// over four tokens, and the output projection.
TRANCHE_HD constexpr double linear_attention_parameters(const ModelParams& m) {
  const double h = m.hidden;
  const double key_width = static_cast<double>(m.linear_key_heads) * m.linear_head_dim;
  const double value_width = static_cast<double>(m.linear_value_heads) * m.linear_head_dim;
  const double convolution_tokens = 4.0;
  return h * (2.0 * key_width + 3.0 * value_width + 2.0 * m.linear_value_heads) +
         convolution_tokens * (2.0 * key_width + value_width);
}

// Cache bytes per token of context, all layers, no window. Latent attention keeps the compressed
// vector and the position part.
TRANCHE_HD constexpr double kv_bytes_per_token(const ModelParams& m, double value_bytes) {
  const double layers = static_cast<double>(m.layers - m.linear_layers);
  const double values = m.attention == Attention::latent
                            ? static_cast<double>(m.latent_kv_rank + m.rope_head_dim)
                            : 2.0 * m.kv_heads * static_cast<double>(m.head_dim);
  return layers * values * value_bytes;
}

TRANCHE_HD constexpr double mlp_matrices(const ModelParams& m) { return m.gated_mlp ? 3.0 : 2.0; }

TRANCHE_HD constexpr double dense_mlp_parameters(const ModelParams& m) {
  return mlp_matrices(m) * static_cast<double>(m.hidden) * m.ffn_hidden;
}
TRANCHE_HD constexpr double one_expert_parameters(const ModelParams& m) {
  return mlp_matrices(m) * static_cast<double>(m.hidden) * m.expert_ffn_hidden;
}
TRANCHE_HD constexpr double shared_expert_parameters(const ModelParams& m) {
  return m.shared_experts * one_expert_parameters(m);
}
TRANCHE_HD constexpr double router_parameters(const ModelParams& m) {
  return is_mixture(m) ? static_cast<double>(m.hidden) * m.experts : 0.0;
}

// Weights of one vocabulary table: input embedding or output projection.
TRANCHE_HD constexpr double embedding_parameters(const ModelParams& m) {
  return static_cast<double>(m.vocab) * m.hidden;
}

// Weights of a learned position table; they are only looked up.
TRANCHE_HD constexpr double position_parameters(const ModelParams& m) {
  return static_cast<double>(m.learned_positions) * m.hidden;
}

// Two norm vectors per layer and a final one; biases are not counted.
TRANCHE_HD constexpr double norm_parameters(const ModelParams& m) {
  return static_cast<double>(m.hidden) * (2.0 * m.layers + 1.0);
}

// Number of all weights.
TRANCHE_HD constexpr double total_parameters(const ModelParams& m) {
  const double mixtures = moe_layers(m);
  const double experts = mixtures * (m.experts * one_expert_parameters(m) +
                                     shared_expert_parameters(m) + router_parameters(m));
  const double dense = (m.layers - mixtures) * dense_mlp_parameters(m);
  const double attention = (m.layers - m.linear_layers) * attention_parameters(m) +
                           m.linear_layers * linear_attention_parameters(m);
  return attention + dense + experts + norm_parameters(m) + position_parameters(m) +
         embedding_parameters(m) * (m.tied_embeddings ? 1.0 : 2.0);
}

// Number of weights that one token passes through, all embeddings included.
TRANCHE_HD constexpr double active_parameters(const ModelParams& m) {
  const double idle = m.experts > 0 ? m.experts - m.experts_active : 0;
  return total_parameters(m) - moe_layers(m) * idle * one_expert_parameters(m);
}

// Number of weights in matrix products for one token: the active weights without the input tables
// and the norms, with the output projection.
TRANCHE_HD constexpr double matrix_parameters(const ModelParams& m) {
  return active_parameters(m) - norm_parameters(m) - position_parameters(m) -
         (m.tied_embeddings ? 0.0 : embedding_parameters(m));
}

enum class AttentionCount { full, causal };  // all pairs, or the half that a causal mask keeps

// Model flop of training per token (forward and backward, no recompute):
// 6 N + 6 L heads (key + value width) s, half of the second term for causal counting.
TRANCHE_HD constexpr double training_flop_per_token(const ModelParams& m, double sequence_length,
                                                    AttentionCount count) {
  const double window_layers = m.sliding_window > 0 ? m.sliding_layers : 0;
  const double full_layers = m.layers - m.linear_layers - window_layers;
  const double reach = m.sliding_window > 0 && m.sliding_window < sequence_length ? m.sliding_window
                                                                                  : sequence_length;
  const double share = count == AttentionCount::causal ? 0.5 : 1.0;
  const double band = count == AttentionCount::causal
                          ? reach - 0.5 * reach * reach / sequence_length
                          : sequence_length;
  const double width = static_cast<double>(m.heads) * (key_head_dim(m) + value_head_dim(m));
  return 6.0 * matrix_parameters(m) +
         6.0 * width * (full_layers * share * sequence_length + window_layers * band);
}

}  // namespace tranche::kernels
