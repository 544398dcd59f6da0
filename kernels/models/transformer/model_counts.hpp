// SPDX-License-Identifier: Apache-2.0

// Exact parameter counts and floating-point operations of a transformer. Flop are multiplications
// and additions (2 per product) of matrix products and attention only, as is usual (Narayanan 2021,
// appendix; Korthikanti 2022).
#pragma once

#include "kernels/base/host_device.hpp"
#include "kernels/models/transformer/model_params.hpp"

namespace tranche::kernels {

TRANCHE_HD constexpr bool is_mixture(const ModelParams& m) { return m.experts > 1; }

// Number of layers with an MLP, dense or of experts: all, but where a block is one layer of any
// kind (Nemotron-H).
TRANCHE_HD constexpr double mlp_layers(const ModelParams& m) {
  return m.mlp_layers > 0 ? m.mlp_layers : m.layers;
}

// Number of layers whose MLP is a mixture of experts (MoE layers), and a dense MLP.
TRANCHE_HD constexpr double moe_layers(const ModelParams& m) {
  return is_mixture(m) ? mlp_layers(m) - m.dense_layers : 0.0;
}
TRANCHE_HD constexpr double dense_mlp_layers(const ModelParams& m) {
  return mlp_layers(m) - moe_layers(m);
}

// Number of layers with a KV cache; linear and state-space layers have a fixed state.
TRANCHE_HD constexpr double caching_layers(const ModelParams& m) {
  const double others = m.linear_layers + m.ssm_layers + m.mlp_layers;  // mlp_layers: own blocks
  return m.layers - others;
}

// Layers that read each cached token: those without window, sparse choice or compression.
TRANCHE_HD constexpr double sparse_layers(const ModelParams& m) {
  if (m.sparse_top_k <= 0 || m.compressed_layers > 0) return 0.0;
  return m.sparse_layers > 0 ? m.sparse_layers : caching_layers(m) - m.sliding_layers;
}
TRANCHE_HD constexpr double full_layers(const ModelParams& m) {
  return caching_layers(m) - (m.sliding_window > 0 ? m.sliding_layers : 0) - sparse_layers(m) -
         m.compressed_layers - m.heavy_compressed_layers;
}

// Layers that hold an index of their own.
TRANCHE_HD constexpr double index_layers(const ModelParams& m) {
  if (m.index_heads <= 0) return 0.0;
  return m.index_layers > 0        ? m.index_layers
         : m.compressed_layers > 0 ? m.compressed_layers
                                   : sparse_layers(m);
}

// Width of queries and keys per head; MLA adds a rotary part.
TRANCHE_HD constexpr double key_head_dim(const ModelParams& m) {
  return m.attention == Attention::latent ? static_cast<double>(m.head_dim + m.rope_head_dim)
                                          : static_cast<double>(m.head_dim);
}
TRANCHE_HD constexpr double value_head_dim(const ModelParams& m) {
  return static_cast<double>(m.value_head_dim > 0 ? m.value_head_dim : m.head_dim);
}

// Heads of grouped attention of one kind of layer.
struct AttentionHeads {
  double key_value_heads = 0;
  double key_dim = 0;
  double value_dim = 0;
  bool shared = false;  // one vector is both key and value
};
TRANCHE_HD constexpr AttentionHeads full_heads(const ModelParams& m) {
  return {static_cast<double>(m.kv_heads), key_head_dim(m), value_head_dim(m), m.shared_key_value};
}
// Layers with a window may have other heads (Gemma 4, MiMo); keys and values are then apart.
TRANCHE_HD constexpr AttentionHeads window_heads(const ModelParams& m) {
  AttentionHeads heads = full_heads(m);
  if (m.sliding_kv_heads > 0) heads.key_value_heads = m.sliding_kv_heads;
  if (m.sliding_head_dim > 0) {
    heads.key_dim = heads.value_dim = m.sliding_head_dim;
    heads.shared = false;
  }
  return heads;
}
TRANCHE_HD constexpr double key_value_width(const AttentionHeads& heads) {
  return heads.shared ? heads.key_dim : heads.key_dim + heads.value_dim;
}

// Number of weights of one layer of grouped attention; biases and norms not counted. Queries and
// outputs may go through a low rank, outputs in groups of heads (DeepSeek-V4).
TRANCHE_HD constexpr double grouped_attention_parameters(const ModelParams& m,
                                                         const AttentionHeads& heads) {
  const double h = m.hidden;
  const double q = m.heads * heads.key_dim;
  const double out = m.heads * heads.value_dim;
  const double query = m.latent_query_rank > 0 ? m.latent_query_rank * (h + q) : h * q;
  const double gate = m.gated_attention ? h * q : 0.0;
  const double groups = m.output_groups > 0 ? m.output_groups : 1.0;
  const double output = m.output_rank > 0 ? m.output_rank * (out + groups * h) : h * out;
  return query + gate + h * heads.key_value_heads * key_value_width(heads) + output;
}

// Whether grouped attention has other products than one to queries, keys and values and one back.
TRANCHE_HD constexpr bool has_own_projections(const ModelParams& m) {
  return m.sliding_kv_heads > 0 || m.sliding_head_dim > 0 || m.shared_key_value ||
         m.value_head_dim > 0 || m.latent_query_rank > 0 || m.output_rank > 0 || m.index_heads > 0;
}

// Number of weights of one layer of latent attention, as in DeepSeek-V2 (2024), section 2.1.
TRANCHE_HD constexpr double latent_attention_parameters(const ModelParams& m) {
  const double h = m.hidden;
  const double q = static_cast<double>(m.heads) * key_head_dim(m);
  const double query =
      m.latent_query_rank > 0 ? h * m.latent_query_rank + m.latent_query_rank * q : h * q;
  const double down = h * (m.latent_kv_rank + m.rope_head_dim);
  const double up =
      static_cast<double>(m.latent_kv_rank) * m.heads * (m.head_dim + value_head_dim(m));
  return query + down + up + m.heads * value_head_dim(m) * h;
}

// Number of weights of one index of sparse attention: queries from the compressed query, one key
// per token, a weight per head (DeepSeek-V3.2 report, section 2.1).
TRANCHE_HD constexpr double index_parameters(const ModelParams& m) {
  const double from = m.latent_query_rank > 0 ? m.latent_query_rank : m.hidden;
  return from * m.index_heads * m.index_head_dim +
         static_cast<double>(m.hidden) * (m.index_head_dim + m.index_heads);
}

// Number of attention weights of a layer with a cache, on average over their kinds. A compressed
// layer projects each token to an entry and to its weight in the mean.
TRANCHE_HD constexpr double attention_parameters(const ModelParams& m) {
  const double all = caching_layers(m);
  if (m.attention == Attention::latent && index_layers(m) <= 0.0)
    return latent_attention_parameters(m);
  if (!(all > 0.0)) return 0.0;
  const double windows = m.sliding_window > 0 ? m.sliding_layers : 0.0;
  const double full = m.attention == Attention::latent
                          ? latent_attention_parameters(m)
                          : grouped_attention_parameters(m, full_heads(m));
  const double compressed = m.compressed_layers + m.heavy_compressed_layers;
  return full + (windows * (grouped_attention_parameters(m, window_heads(m)) -
                            grouped_attention_parameters(m, full_heads(m))) +
                 index_layers(m) * index_parameters(m) + compressed * 2.0 * m.hidden * m.head_dim) /
                    all;
}

// Number of weights of one linear-attention layer: keys, queries, values, output gate and output;
// rates per head; a convolution over four tokens. Gated DeltaNet (arXiv:2412.06464, widths of the
// Qwen3-Next release) has a gate of full width and two rates per head; KDA (Kimi Linear,
// arXiv:2510.26692) has a low-rank gate, a low-rank rate per channel and one rate per head.
TRANCHE_HD constexpr double linear_attention_parameters(const ModelParams& m) {
  const double h = m.hidden;
  const double key_width = static_cast<double>(m.linear_key_heads) * m.linear_head_dim;
  const double value_width = static_cast<double>(m.linear_value_heads) * m.linear_head_dim;
  constexpr double convolution_tokens = 4.0;
  const double convolution = convolution_tokens * (2.0 * key_width + value_width);
  if (m.linear_gate_rank > 0)
    return h * (2.0 * key_width + 2.0 * value_width + m.linear_value_heads) +
           m.linear_gate_rank * (2.0 * h + value_width + key_width) + convolution;
  return h * (2.0 * key_width + 3.0 * value_width + 2.0 * m.linear_value_heads) + convolution;
}

// Number of weights of one state-space layer (Mamba-2, arXiv:2405.21060): input projection to gate,
// values, B, C and steps; convolution over four tokens; rate, skip and bias per head; norm; output.
TRANCHE_HD constexpr double ssm_parameters(const ModelParams& m) {
  const double h = m.hidden;
  const double inner = static_cast<double>(m.ssm_heads) * m.ssm_head_dim;
  const double mixed = inner + 2.0 * m.ssm_groups * m.ssm_state;
  constexpr double convolution_tokens = 4.0;
  return h * (inner + mixed + m.ssm_heads) + (convolution_tokens + 1.0) * mixed +
         3.0 * m.ssm_heads + inner + inner * h;
}

// Number of weights of attention and of what stands in its place, all layers.
TRANCHE_HD constexpr double all_attention_parameters(const ModelParams& m) {
  return caching_layers(m) * attention_parameters(m) +
         m.linear_layers * linear_attention_parameters(m) + m.ssm_layers * ssm_parameters(m);
}

// Keys that a query of a causal sequence attends to on average: at most `most` of those before it.
TRANCHE_HD constexpr double mean_keys(double length, double most) {
  return most < length ? most - 0.5 * most * most / length : 0.5 * length;
}

TRANCHE_HD constexpr double mlp_matrices(const ModelParams& m) { return m.gated_mlp ? 3.0 : 2.0; }

TRANCHE_HD constexpr double dense_mlp_parameters(const ModelParams& m) {
  return mlp_matrices(m) * static_cast<double>(m.hidden) * m.ffn_hidden;
}
// Width of a token inside the routed experts: latent mixtures project it down and up again.
TRANCHE_HD constexpr double expert_token_width(const ModelParams& m) {
  return m.expert_latent > 0 ? m.expert_latent : m.hidden;
}
TRANCHE_HD constexpr double one_expert_parameters(const ModelParams& m) {
  return mlp_matrices(m) * expert_token_width(m) * m.expert_ffn_hidden;
}
// Width of all shared experts together; they work on the whole token.
TRANCHE_HD constexpr double shared_expert_width(const ModelParams& m) {
  return m.shared_expert_ffn_hidden > 0
             ? m.shared_expert_ffn_hidden
             : static_cast<double>(m.shared_experts) * m.expert_ffn_hidden;
}
// Number of weights of the MLP that each token of a mixture passes: shared experts, and the
// projections of a latent mixture.
TRANCHE_HD constexpr double shared_expert_parameters(const ModelParams& m) {
  const double latent = m.expert_latent > 0 ? 2.0 * m.hidden * m.expert_latent : 0.0;
  return mlp_matrices(m) * m.hidden * shared_expert_width(m) + latent;
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

// A norm vector before each attention (or what stands in its place) and each MLP, and a final one;
// biases are not counted.
TRANCHE_HD constexpr double norm_parameters(const ModelParams& m) {
  const double blocks = m.mlp_layers > 0 ? m.layers : 2.0 * m.layers;
  return m.hidden * (blocks + 1.0);
}

// Number of weights of the layers that predict further tokens: each a layer of the last kind and a
// projection of two vectors to one (DeepSeek-V3 report, section 2.2). Not in the total, as
// published totals leave them out.
TRANCHE_HD constexpr double mtp_parameters(const ModelParams& m) {
  const double h = m.hidden;
  const double mlp = is_mixture(m) ? m.experts * one_expert_parameters(m) +
                                         shared_expert_parameters(m) + router_parameters(m)
                                   : dense_mlp_parameters(m);
  return m.mtp_layers * (attention_parameters(m) + mlp + 2.0 * h * h + 4.0 * h);
}

// Number of all weights.
TRANCHE_HD constexpr double total_parameters(const ModelParams& m) {
  const double mixtures = moe_layers(m);
  const double experts = mixtures * (m.experts * one_expert_parameters(m) +
                                     shared_expert_parameters(m) + router_parameters(m));
  const double dense = dense_mlp_layers(m) * dense_mlp_parameters(m);
  return all_attention_parameters(m) + dense + experts + norm_parameters(m) +
         position_parameters(m) + embedding_parameters(m) * (m.tied_embeddings ? 1.0 : 2.0);
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

// Keys of one query on average among the first `length` tokens, at most `most` of them.
TRANCHE_HD constexpr double keys_of(double length, double most, AttentionCount count) {
  return count == AttentionCount::causal ? mean_keys(length, most) : most < length ? most : length;
}

// Multiplications and additions of attention per token of a sequence, forward, all layers: scores
// and values over the keys that a query reads, and the scores of an index over all before it.
// `full` counts all pairs of layers without a window or a choice, as Narayanan 2021 does.
TRANCHE_HD constexpr double attention_flop_per_token(const ModelParams& m, double length,
                                                     AttentionCount count) {
  const bool causal = count == AttentionCount::causal;
  const double all = causal ? 0.5 * length : length;
  const AttentionHeads full = full_heads(m), narrow = window_heads(m);
  const double windows = m.sliding_window > 0 ? m.sliding_layers : 0.0;
  const double window =
      m.sliding_window > 0 ? (causal ? mean_keys(length, m.sliding_window) : length) : 0.0;
  const double top = m.sparse_top_k > 0 ? m.sparse_top_k : length;
  double read = full_layers(m) * all + sparse_layers(m) * keys_of(length, top, count);
  double indexed = all;
  if (m.compressed_layers > 0) {
    indexed = all / m.compression_ratio;
    read += m.compressed_layers *
            (keys_of(length, m.sliding_window, count) +
             keys_of(length, top * m.compression_ratio, count) / m.compression_ratio);
  }
  if (m.heavy_compressed_layers > 0)
    read += m.heavy_compressed_layers *
            (keys_of(length, m.sliding_window, count) + all / m.heavy_compression_ratio);
  return 2.0 * m.heads *
             (read * (full.key_dim + full.value_dim) +
              windows * window * (narrow.key_dim + narrow.value_dim)) +
         2.0 * index_layers(m) * indexed * m.index_heads * m.index_head_dim;
}

// Multiplications and additions of the states of linear and state-space layers per token, forward:
// decay, update by an outer product and reading, two each per value of the state.
TRANCHE_HD constexpr double state_flop_per_token(const ModelParams& m) {
  const double head = m.linear_head_dim;
  const double linear = m.linear_layers * static_cast<double>(m.linear_value_heads) * head * head;
  const double ssm = m.ssm_layers * static_cast<double>(m.ssm_heads) * m.ssm_head_dim * m.ssm_state;
  constexpr double per_value = 6.0;
  return per_value * (linear + ssm);
}

// Model flop of training per token (forward and backward, no recompute): 6 N + 3 times the forward
// attention, half of which is left for causal counting. States are not counted, as is usual.
TRANCHE_HD constexpr double training_flop_per_token(const ModelParams& m, double sequence_length,
                                                    AttentionCount count) {
  return 6.0 * matrix_parameters(m) + 3.0 * attention_flop_per_token(m, sequence_length, count);
}

}  // namespace tranche::kernels
