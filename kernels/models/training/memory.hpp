// SPDX-License-Identifier: Apache-2.0

// Bytes on the fullest chip of a training job: weights, gradients, optimizer states, activations,
// logits, and a reserve for workspace and fragmentation.
//
// References: Rajbhandari et al. 2020 (ZeRO: 2 + 2 + 12 bytes per parameter in mixed
// precision, with gradients summed in 32 bits as Megatron-LM does, but for fp16), Korthikanti et
// al. 2022 (activations: s b h (10 + 24/t + 5 a s / (h t)) per layer, all over t with
// sequence parallelism), Narayanan et al. 2021 (interleaving keeps 1 + (p-1)/(p v)
// times as many), DeepSeek-AI 2024 (arXiv 2412.19437, table 2: DualPipe holds the weights twice and
// the activations of p + 1 micro-batches), Qi et al. 2024 (ZB-H1 holds as much as 1F1B).
#pragma once

#include "kernels/base/host_device.hpp"
#include "kernels/models/training/plan.hpp"
#include "kernels/models/transformer/model_counts.hpp"

namespace tranche::kernels {

// Activations of many sizes are allocated and freed: the allocator loses about a twentieth to gaps
// (PyTorch's caching allocator; 3 to 10 % in memory snapshots of training runs).
inline constexpr double fragmentation = 1.05;

struct TrainingMemory {
  double weights_bytes = 0;
  double gradients_bytes = 0;
  double optimizer_bytes = 0;
  double activations_bytes = 0;
  double logits_bytes = 0;
  double reserve_bytes = 0;
};

TRANCHE_HD constexpr double total_bytes(const TrainingMemory& m) {
  return m.weights_bytes + m.gradients_bytes + m.optimizer_bytes + m.activations_bytes +
         m.logits_bytes + m.reserve_bytes;
}

// Number of layers on the fullest stage. Stacks count embedding and loss as two layers if that
// makes the chunks even (126 + 2 over 64); else some stages have one more layer than others.
TRANCHE_HD constexpr double stage_layers(const ModelParams& m, const TrainingPlan& p) {
  const std::int32_t chunks = p.pipeline * p.virtual_stages;
  std::int32_t counted = m.layers + p.pipeline - 1;
  if ((m.layers + 2) % chunks == 0) counted = m.layers + 2;
  if (m.layers % chunks == 0) counted = m.layers;
  const std::int32_t fullest = counted / p.pipeline;
  return fullest;
}

// Number of weights on a chip before sharding over the data-parallel group; experts are separate
// because their group differs.
struct ChipParameters {
  double dense = 0;
  double expert = 0;
};
TRANCHE_HD constexpr ChipParameters chip_parameters(const ModelParams& m, const TrainingPlan& p) {
  const double layers = p.pipeline == 1 ? m.layers : stage_layers(m, p);
  const double mixture_share = moe_layers(m) / m.layers;
  const double layer = attention_parameters(m) + 2.0 * m.hidden +
                       (1.0 - mixture_share) * dense_mlp_parameters(m) +
                       mixture_share * (shared_expert_parameters(m) + router_parameters(m));
  const double tables = p.pipeline == 1 ? (m.tied_embeddings ? 1.0 : 2.0) : 1.0;
  const double copies = weight_copies(p);
  return {copies * (layers * layer + tables * embedding_parameters(m)) / p.tensor,
          is_mixture(m)
              ? copies * layers * mixture_share * m.experts * one_expert_parameters(m) / p.expert
              : 0.0};
}

// Activation bytes of one layer and one micro-batch kept for the backward pass.
TRANCHE_HD constexpr double layer_activation_bytes(const ModelParams& m, const TrainingJob& job,
                                                   const TrainingPlan& p) {
  const double tokens = p.micro_batch * job.sequence_length / p.context;
  const double h = m.hidden;
  const double t = p.tensor;
  const double q = static_cast<double>(m.heads) * key_head_dim(m);
  const double kv = m.attention == Attention::latent
                        ? m.heads * (key_head_dim(m) + value_head_dim(m))
                        : 2.0 * m.kv_heads * static_cast<double>(m.head_dim);
  const double dropout_masks = m.gated_mlp ? 0.0 : 2.0 * h;
  // an 8-bit product keeps its inputs in 8 bits
  const double input = bytes_per_value(job.precision) < 2.0 ? 1.0 : 2.0;
  const double replicated = (4.0 + 2.0 * input) * h + dropout_masks;
  const double mixture_share = moe_layers(m) / m.layers;
  const double width =
      (1.0 - mixture_share) * m.ffn_hidden + mixture_share * (m.experts_active + m.shared_experts) *
                                                 static_cast<double>(m.expert_ffn_hidden);
  // a token routed to k experts is copied k times before and after them; stacks with fused dispatch
  // weigh the result inside the experts' activation, so that its copies are not kept
  const double kept = job.software_year >= fused_dispatch_year ? input : 4.0;
  const double copies = mixture_share * m.experts_active * kept * h;
  const double attention = 2.0 * (q + kv) + 2.0 * m.heads * value_head_dim(m);
  const double mlp = input * width * mlp_matrices(m);
  const bool scores_kept =
      job.attention_kernel == AttentionKernel::unfused &&
      (p.recompute == Recompute::none || p.recompute == Recompute::elementwise ||
       p.recompute == Recompute::modules);
  const double scores = scores_kept ? 5.0 * m.heads * job.sequence_length : 0.0;
  double bytes = tokens * (replicated / (p.sequence_parallel ? t : 1.0) +
                           (attention + mlp + copies + scores) / t);
  const bool modules = p.recompute == Recompute::modules;
  if (p.recompute == Recompute::elementwise || modules) bytes -= tokens * 2.0 * (width + h) / t;
  if (modules && m.attention == Attention::latent) bytes -= tokens * 2.0 * (q + kv) / t;
  if (p.recompute == Recompute::alternate) bytes *= 0.5;
  return bytes;
}

// Bytes that a fully recomputed layer keeps: its input.
TRANCHE_HD constexpr double layer_input_bytes(const ModelParams& m, const TrainingJob& job,
                                              const TrainingPlan& p) {
  return 2.0 * p.micro_batch * job.sequence_length / p.context * m.hidden /
         (p.sequence_parallel ? p.tensor : 1);
}

// Number of data-parallel ranks over which a state is sharded.
TRANCHE_HD constexpr double shard_ranks(const TrainingPlan& p, double ranks, double node_ranks) {
  if (p.sharding == Sharding::none) return 1.0;
  return p.sharding == Sharding::hybrid && node_ranks < ranks ? node_ranks : ranks;
}

// Number of weights whose optimizer states a chip keeps.
struct StateShare {
  double dense = 0;
  double expert = 0;
};

// `node_ranks` = data-parallel ranks in one node (for hybrid sharding).
TRANCHE_HD constexpr StateShare owned_parameters(const ChipParameters& held, const TrainingPlan& p,
                                                 double node_ranks) {
  const double replicas = weight_copies(p) * p.data * p.context;
  const double expert_replicas = replicas * p.tensor / p.expert;
  return {held.dense / shard_ranks(p, replicas, node_ranks),
          held.expert / shard_ranks(p, expert_replicas < 1.0 ? 1.0 : expert_replicas, node_ranks)};
}

// True if the fullest chip holds logits: the last stage of a plain pipeline has fewer activations
// in flight, which leaves room for them; in a bidirectional pipeline it is also a first stage.
TRANCHE_HD constexpr bool holds_logits(const TrainingPlan& p) {
  return p.pipeline == 1 || p.schedule == Schedule::bidirectional;
}

// Number of micro-batches whose activations the first stage holds at once, if there are as many.
TRANCHE_HD constexpr double in_flight_micro_batches(const TrainingPlan& p) {
  const double stages = p.pipeline;
  if (p.schedule == Schedule::bidirectional) return stages + 1.0;
  return p.virtual_stages > 1 ? stages + (stages - 1.0) / p.virtual_stages : stages;
}

// Bytes of weights, gradients, optimizer and reserve: what does not depend on the micro-batch.
TRANCHE_HD constexpr TrainingMemory state_memory(const ModelParams& m, const TrainingJob& job,
                                                 const TrainingPlan& p, const ChipParameters& held,
                                                 const StateShare& owned) {
  const bool weights_split = p.sharding == Sharding::weights || p.sharding == Sharding::hybrid;
  const bool gradients_split = weights_split || p.sharding == Sharding::gradients;
  const double all = held.dense + held.expert;
  const double split = owned.dense + owned.expert;
  const double trained = job.task == Task::lora ? 0.01 : 1.0;
  const bool narrow = bytes_per_value(job.precision) < 2.0;
  TrainingMemory out;
  const double layers = p.pipeline == 1 ? m.layers : stage_layers(m, p);
  // gathered weights of the current and the next layer
  const double two_layers = 2.0 * 2.0 * all / (weight_copies(p) * layers);
  // the frozen weights of an adapter run stay in the narrow format
  const double weight_bytes = job.task == Task::lora && narrow ? 1.3 : 2.0;
  out.weights_bytes = weights_split ? 2.0 * split + two_layers : weight_bytes * all;
  const double gradient_bytes =
      weights_split ? 2.0 : (job.precision == Precision::fp16 ? 2.0 : 4.0);
  out.gradients_bytes = trained * gradient_bytes * (gradients_split ? split : all);
  out.optimizer_bytes = trained * 12.0 * split;
  // libraries, buffers and fragments, about 7 GiB (the EleutherAI cookbook finds 5; buffers of
  // in-switch reductions and tensor-parallel overlap are added), less the memory of chips beyond
  // their nominal gigabytes (an 80 GB H100 shows 85.5e9 bytes)
  out.reserve_bytes = 2e9;
  return out;
}

// Memory of the fullest chip. `micro_batch_count` = micro-batches per step and replica;
// `node_ranks` as above.
TRANCHE_HD constexpr TrainingMemory training_memory(const ModelParams& m, const TrainingJob& job,
                                                    const TrainingPlan& p, double node_ranks,
                                                    double micro_batch_count) {
  const ChipParameters held = chip_parameters(m, p);
  TrainingMemory out = state_memory(m, job, p, held, owned_parameters(held, p, node_ranks));
  const double layers = p.pipeline == 1 ? m.layers : stage_layers(m, p);
  const double wanted = in_flight_micro_batches(p);
  const double in_flight = micro_batch_count < wanted ? micro_batch_count : wanted;
  const double layer = layer_activation_bytes(m, job, p);
  const double kept =
      p.recompute == Recompute::full
          ? p.recompute_share * layer_input_bytes(m, job, p) + (1.0 - p.recompute_share) * layer
          : layer;
  out.activations_bytes =
      fragmentation * (layers * kept * in_flight + (p.recompute == Recompute::full ? layer : 0.0));
  const double tokens = p.micro_batch * job.sequence_length / p.context;
  out.logits_bytes = (holds_logits(p) ? 6.0 : 0.0) * tokens * m.vocab / p.tensor;
  return out;
}

TRANCHE_HD constexpr TrainingMemory training_memory(const ModelParams& m, const TrainingJob& job,
                                                    const TrainingPlan& p, double node_ranks) {
  return training_memory(m, job, p, node_ranks, micro_batches(p, job));
}

// Their sum.
TRANCHE_HD constexpr double state_bytes(const ModelParams& m, const TrainingJob& job,
                                        const TrainingPlan& p, const ChipParameters& held,
                                        const StateShare& owned) {
  const TrainingMemory all = state_memory(m, job, p, held, owned);
  return all.weights_bytes + all.gradients_bytes + all.optimizer_bytes + all.reserve_bytes;
}

TRANCHE_HD constexpr double state_bytes(const ModelParams& m, const TrainingJob& job,
                                        const TrainingPlan& p, double node_ranks) {
  const ChipParameters held = chip_parameters(m, p);
  return state_bytes(m, job, p, held, owned_parameters(held, p, node_ranks));
}

}  // namespace tranche::kernels
