// How many parameters a transformer of a given shape has: all of them, and those one
// token passes through. Biases and learned positions are not counted (below 0.02 % of
// every model in the catalogue); of the norms, one weight per value.
//
// Attention, latent form: DeepSeek-V2, arXiv:2405.04434, section 2.1 and appendix C.
// Gated DeltaNet layers: arXiv:2412.06464 with the widths of the Qwen3-Next release.
#pragma once

#include "kernels/host_device.hpp"
#include "kernels/model_params.hpp"

namespace tranche::kernels {

struct ParameterCount {
  double embedding = 0;  // input and output tables (once when tied), learned positions
  double attention = 0;  // all layers
  double mlp = 0;        // all layers, all experts
  double norms = 0;
  double total = 0;
  double active = 0;  // with the chosen experts only; embeddings counted in full
};

// Weights of one attention layer that keeps a KV cache.
TRANCHE_HD constexpr double attention_parameters(const ModelParams& model) {
  const double hidden = model.hidden;
  const double heads = model.heads;
  if (model.attention == Attention::latent) {
    const double query_width = heads * model.head_dim;  // position part included
    const double plain_width = model.head_dim - model.rope_head_dim;
    const double query = model.latent_query_rank > 0
                             ? (hidden + query_width) * model.latent_query_rank
                             : hidden * query_width;
    const double key_value =
        hidden * (model.latent_kv_rank + model.rope_head_dim) +
        static_cast<double>(model.latent_kv_rank) * heads * (plain_width + model.value_head_dim);
    return query + key_value + heads * model.value_head_dim * hidden;
  }
  const double query = hidden * heads * model.head_dim * (model.gated_attention ? 2 : 1);
  const double key_value = 2 * hidden * static_cast<double>(model.kv_heads) * model.head_dim;
  return query + key_value + heads * model.head_dim * hidden;
}

// Weights of one linear-attention layer: keys, queries, values, gate, two rates per
// head, a convolution over four tokens, and the output projection.
TRANCHE_HD constexpr double linear_attention_parameters(const ModelParams& model) {
  const double hidden = model.hidden;
  const double key_width = static_cast<double>(model.linear_key_heads) * model.linear_head_dim;
  const double value_width = static_cast<double>(model.linear_value_heads) * model.linear_head_dim;
  const double convolution_tokens = 4;
  return hidden * (2 * key_width + 2 * value_width) + 2 * hidden * model.linear_value_heads +
         convolution_tokens * (2 * key_width + value_width) + value_width * hidden;
}

// Weights of one MLP of the given width.
TRANCHE_HD constexpr double mlp_parameters(const ModelParams& model, double width) {
  return (model.gated_mlp ? 3 : 2) * static_cast<double>(model.hidden) * width;
}

TRANCHE_HD constexpr ParameterCount parameter_count(const ModelParams& model) {
  ParameterCount count;
  const double hidden = model.hidden;
  count.embedding = hidden * ((model.tied_embeddings ? 1.0 : 2.0) * model.vocab +
                              static_cast<double>(model.learned_positions));
  count.attention = attention_parameters(model) * (model.layers - model.linear_layers) +
                    linear_attention_parameters(model) * model.linear_layers;
  count.norms = hidden * (2.0 * model.layers + 1.0);
  double mlp_active = 0;
  if (model.experts == 0) {
    count.mlp = mlp_parameters(model, model.ffn_hidden) * model.layers;
    mlp_active = count.mlp;
  } else {
    const double expert_layers = model.layers - model.dense_layers;
    const double expert = mlp_parameters(model, model.expert_ffn_hidden);
    const double router = hidden * model.experts;
    const double dense = mlp_parameters(model, model.ffn_hidden) * model.dense_layers;
    const double always = dense + expert_layers * (router + expert * model.shared_experts);
    count.mlp = always + expert_layers * expert * model.experts;
    mlp_active = always + expert_layers * expert * model.experts_active;
  }
  const double shared = count.embedding + count.attention + count.norms;
  count.total = shared + count.mlp;
  count.active = shared + mlp_active;
  return count;
}

// Bytes of KV cache one token adds over all layers, full attention (windows cut it
// later). Latent attention keeps the compressed vector and the position part.
TRANCHE_HD constexpr double kv_bytes_per_token(const ModelParams& model, double bytes_per_number) {
  const double layers = model.layers - model.linear_layers;
  if (model.attention == Attention::latent) {
    return layers * bytes_per_number * (model.latent_kv_rank + model.rope_head_dim);
  }
  return layers * bytes_per_number * 2.0 * model.kv_heads * model.head_dim;
}

}  // namespace tranche::kernels
