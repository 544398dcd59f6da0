// SPDX-License-Identifier: Apache-2.0

// Shapes of published transformers for tests. Sources: Brown et al., "Language models are few-shot
// learners", 2020, table 2.1, with the vocabulary of Megatron-LM; the config.json of the Llama 3.1
// checkpoints.
#pragma once

#include "kernels/models/transformer/model_params.hpp"

namespace tranche::shapes {

inline kernels::ModelParams gpt3_175b() {
  kernels::ModelParams m;
  m.layers = 96;
  m.hidden = 12288;
  m.heads = m.kv_heads = 96;
  m.head_dim = 128;
  m.ffn_hidden = 4 * 12288;
  m.gated_mlp = false;
  m.vocab = 51200;
  m.tied_embeddings = true;
  m.attention = kernels::Attention::multi_head;
  return m;
}

// Llama 3.1: the sizes differ only in depth and widths.
inline kernels::ModelParams llama(std::int32_t layers, std::int32_t hidden, std::int32_t heads,
                                  std::int32_t ffn_hidden) {
  kernels::ModelParams m;
  m.layers = layers;
  m.hidden = hidden;
  m.heads = heads;
  m.kv_heads = 8;
  m.head_dim = 128;
  m.ffn_hidden = ffn_hidden;
  m.vocab = 128256;
  return m;
}
inline kernels::ModelParams llama_8b() { return llama(32, 4096, 32, 14336); }
inline kernels::ModelParams llama_70b() { return llama(80, 8192, 64, 28672); }
inline kernels::ModelParams llama_405b() { return llama(126, 16384, 128, 53248); }

}  // namespace tranche::shapes
