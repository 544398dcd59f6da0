// SPDX-License-Identifier: Apache-2.0

// Memory of a chip that serves a model: weights, KV cache, workspace; and the number of sequences
// that fit. Dense and MoE models; multi-head, grouped-query, latent (MLA) and sliding-window
// attention.
#pragma once

#include <cmath>

#include "kernels/base/host_device.hpp"
#include "kernels/models/chip/chip_params.hpp"
#include "kernels/models/serving/coefficients.hpp"
#include "kernels/models/transformer/cache_use.hpp"
#include "kernels/models/transformer/model_params.hpp"

namespace tranche::kernels {

// Parallelism of one replica of a model. Attention and dense layers are divided by `tensor`, and
// replicated `attention_data_parallel` times, each attention replica serving its own sequences;
// experts are distributed over all chips of a stage.
struct InferencePlan {
  std::int32_t tensor = 1;
  std::int32_t pipeline = 1;
  std::int32_t expert = 1;  // expert parallelism: number of groups of whole experts
  std::int32_t attention_data_parallel = 1;  // replicas of attention, each with its own sequences
};

// Number of chips that serve one replica of the model.
TRANCHE_HD constexpr std::int32_t chips_per_replica(const InferencePlan& plan) {
  return plan.tensor * plan.attention_data_parallel * plan.pipeline;
}

// True if tokens are sent to the chips of their experts and back. With attention that is not
// replicated every chip has every token; experts cut by tensor parallelism need all tokens too.
// Both add up partial results by an all-reduce.
TRANCHE_HD constexpr bool exchanges_tokens(const InferencePlan& plan) {
  return plan.expert > 1 && plan.attention_data_parallel > 1;
}

// One model as it is served: storage format of each part. Norms, embeddings and the logit matrix
// stay in 16 bit when the weights are quantised, as in published serving checkpoints.
struct ServedModel {
  ModelParams shape;
  Precision attention_weights = Precision::bf16;
  Precision mlp_weights = Precision::bf16;     // of dense layers, and of shared experts
  Precision expert_weights = Precision::bf16;  // of routed experts
  Precision cache = Precision::bf16;
};

// Sets all weights to one format.
TRANCHE_HD constexpr void set_weights(ServedModel& model, Precision format) {
  model.attention_weights = model.mlp_weights = model.expert_weights = format;
}

// Stored bytes per weight with its scales: NVFP4 has an 8-bit one for 16 values (NVIDIA,
// "Introducing NVFP4", 2025), MXFP4 for 32 (OCP Microscaling Formats 1.0, section 5), int4 a 16-bit
// one for 32 (compressed-tensors, as Kimi-K2-Thinking).
TRANCHE_HD constexpr double weight_bytes(Precision precision) {
  switch (precision) {
    case Precision::fp4:
      return 0.5 + 1.0 / 16;
    case Precision::mxfp4:
      return 0.5 + 1.0 / 32;
    case Precision::int4:
      return 0.5 + 2.0 / 32;
    default:
      return bytes_per_value(precision);
  }
}

// Experts of a layer on one chip, as whole experts' worth of weights. Where expert parallelism does
// not divide the experts, popular ones have a second copy, so that every chip has equally many: 288
// places for 256 experts on 72 chips, 320 on 320 (DeepSeek-V3 report, arXiv 2412.19437,
// section 3.4).
TRANCHE_HD inline double experts_on_chip(const ModelParams& m, const InferencePlan& plan) {
  const double chips = static_cast<double>(plan.tensor) * plan.attention_data_parallel;
  return std::ceil(static_cast<double>(m.experts) / plan.expert) * plan.expert / chips;
}

// Weight bytes on one chip.
TRANCHE_HD inline double weight_bytes_per_chip(const ServedModel& model,
                                               const InferencePlan& plan) {
  const ModelParams& m = model.shape;
  const double mixtures = moe_layers(m);
  const double attention =
      all_attention_parameters(m) * weight_bytes(model.attention_weights) / plan.tensor;
  const double dense =
      (dense_mlp_layers(m) * dense_mlp_parameters(m) + mixtures * shared_expert_parameters(m)) *
      weight_bytes(model.mlp_weights) / plan.tensor;
  const double experts = mixtures * experts_on_chip(m, plan) * one_expert_parameters(m) *
                         weight_bytes(model.expert_weights);
  const double tables = m.tied_embeddings ? 1.0 : 2.0;
  constexpr double table_value_bytes = 2.0;
  const double embedding = tables * embedding_parameters(m) * table_value_bytes / plan.tensor;
  return (attention + dense + experts) / plan.pipeline + embedding;
}

// Cache bytes of one sequence of `tokens` tokens on one chip, with its fixed states. Key and value
// heads are divided by tensor parallelism down to one per chip, then replicated.
TRANCHE_HD inline double kv_bytes_per_sequence(const ServedModel& model, const InferencePlan& plan,
                                               double tokens) {
  const ModelParams& m = model.shape;
  const CacheUse use = cache_use(m, tokens, bytes_per_value(model.cache), plan.tensor);
  return (use.kept_bytes + fixed_state_bytes(m) / plan.tensor) / plan.pipeline;
}

// Bytes that one step of decoding reads for a sequence of `tokens` tokens on one chip: of its cache
// what attention reads, and its states in whole.
TRANCHE_HD inline double read_bytes_per_sequence(const ServedModel& model,
                                                 const InferencePlan& plan, double tokens) {
  const ModelParams& m = model.shape;
  const CacheUse use = cache_use(m, tokens, bytes_per_value(model.cache), plan.tensor);
  return (use.read_bytes + fixed_state_bytes(m) / plan.tensor) / plan.pipeline;
}

struct MemoryMap {
  double capacity_bytes = 0;  // usable by a program
  double weights_bytes = 0;
  double workspace_bytes = 0;  // activations of one step, runtime, graphs
  double cache_bytes = 0;      // left for the KV cache
  double sequence_bytes = 0;   // cache of one sequence at its full length
  double sequence_tokens = 0;  // full length in tokens
  double sequences = 0;  // number that fits, over all attention replicas; below 1: does not fit
};

// Buffers of the experts of one chip for a step of `chunk_tokens` prompt tokens on each attention
// replica, in 16 bit.
TRANCHE_HD inline double expert_buffer_bytes(const ModelParams& m, const InferencePlan& plan,
                                             const SoftwareCoefficients& software) {
  const double chips = static_cast<double>(plan.tensor) * plan.attention_data_parallel;
  if (exchanges_tokens(plan)) {
    // Each chip receives as many copies as it sends; twice as many have room. The exchange of
    // decoding has two send and two receive buffers of 128 tokens for every expert, whatever the
    // number of chips (DeepEP, low-latency buffer size: 1.9 GB for 256 experts of width 7,168).
    const double received =
        2.0 * software.chunk_tokens / static_cast<double>(plan.tensor) * m.experts_active;
    constexpr double decoded_tokens = 128.0, buffers = 4.0, combined_value_bytes = 2.03;
    return 2.0 * received * (m.hidden + 1.5 * m.expert_ffn_hidden) +
           buffers * m.experts * decoded_tokens * m.hidden * combined_value_bytes;
  }
  // Tokens of all attention replicas are gathered; buffers are sized for the case that all are
  // routed to this chip.
  const double gathered = software.chunk_tokens * plan.attention_data_parallel;
  const double shards = chips / static_cast<double>(plan.expert);
  return 2.0 * (gathered * m.hidden +
                gathered * m.experts_active * (m.hidden + 1.5 * m.expert_ffn_hidden / shards));
}

// Memory map of one chip that serves sequences of at most `tokens` tokens. Activations: the widest
// tensors of one step of `chunk_tokens`, in 16 bit.
TRANCHE_HD inline MemoryMap memory_map(const ServedModel& model, const InferencePlan& plan,
                                       const ChipParams& chip,
                                       const ChipInferenceCoefficients& on_chip,
                                       const SoftwareCoefficients& software, double tokens) {
  const ModelParams& m = model.shape;
  MemoryMap map;
  map.capacity_bytes = chip.memory_capacity_bytes * on_chip.visible_memory;
  map.weights_bytes = weight_bytes_per_chip(model, plan);
  const double mlp = m.experts > 0 ? 0.0 : 2.0 * m.ffn_hidden / static_cast<double>(plan.tensor);
  map.workspace_bytes =
      software.reserve_bytes + software.chunk_tokens * (4.0 * m.hidden + mlp) * 2.0;
  if (m.experts > 0) map.workspace_bytes += expert_buffer_bytes(m, plan, software);
  const double left = map.capacity_bytes - map.weights_bytes - map.workspace_bytes;
  map.cache_bytes = left > 0.0 ? left * software.kv_fraction : 0.0;
  map.sequence_bytes = kv_bytes_per_sequence(model, plan, tokens);
  map.sequence_tokens = tokens;
  map.sequences = map.sequence_bytes > 0.0
                      ? map.cache_bytes / map.sequence_bytes * plan.attention_data_parallel
                      : 0.0;
  return map;
}

}  // namespace tranche::kernels
