// Time of one transformer layer and one micro-batch on one chip, split into what the
// chip computes and what it waits for on the network. Depends on the plan only through
// tensor, context and expert parallelism, micro-batch, recompute and sequence
// parallelism, so that a plan search computes it once per combination.
#pragma once

#include "kernels/performance/model_counts.hpp"
#include "kernels/performance/operators.hpp"
#include "kernels/performance/plan.hpp"
#include "kernels/performance/training_system.hpp"

namespace tranche::kernels {

// Seconds for one layer and micro-batch.
struct LayerTime {
  double forward_s = 0;           // operators
  double backward_s = 0;          // operators, without recompute
  double recompute_s = 0;         // forward work done again in the backward pass
  double forward_network_s = 0;   // exposed tensor, context and expert traffic
  double backward_network_s = 0;  // the same, with that of the recompute
};

namespace detail {

struct PassTimes {
  double forward = 0;
  double input_gradient = 0;
  double weight_gradient = 0;
};

TRANCHE_HD constexpr void add(PassTimes& sum, const PassTimes& more, double times = 1.0) {
  sum.forward += times * more.forward;
  sum.input_gradient += times * more.input_gradient;
  sum.weight_gradient += times * more.weight_gradient;
}

// Three products of one weight matrix (inputs x outputs) with `tokens` rows.
TRANCHE_HD inline PassTimes weight_products(const ChipParams& chip, const Coefficients& c,
                                            Precision precision, double tokens, double inputs,
                                            double outputs, double count = 1.0) {
  return {gemm_time_s(chip, c, precision, {tokens, outputs, inputs, count}),
          gemm_time_s(chip, c, precision, {tokens, inputs, outputs, count}),
          gemm_time_s(chip, c, precision, {inputs, outputs, tokens, count})};
}

// Everything about one layer that the parts below share.
struct LayerContext {
  const ModelParams& model;
  const TrainingJob& job;
  const TrainingPlan& plan;
  const ChipParams& chip;
  const Coefficients& c;
  double tokens = 0;            // of one micro-batch on this chip's tensor group
  double domain = 1;            // chips in one scale-up domain
  double activation_split = 1;  // ranks that share normalisations and residuals
};

TRANCHE_HD inline PassTimes attention_products(const LayerContext& x) {
  const ModelParams& m = x.model;
  const double t = x.plan.tensor;
  const double h = m.hidden;
  const double q = static_cast<double>(m.heads) * key_head_dim(m);
  const double out = static_cast<double>(m.heads) * value_head_dim(m);
  const Precision p = x.job.precision;
  PassTimes sum = weight_products(x.chip, x.c, p, x.tokens, out / t, h);
  if (m.attention == Attention::latent) {
    const double rank = m.latent_query_rank > 0 ? m.latent_query_rank : h;
    if (m.latent_query_rank > 0) add(sum, weight_products(x.chip, x.c, p, x.tokens, h, rank));
    add(sum, weight_products(x.chip, x.c, p, x.tokens, rank, q / t));
    add(sum, weight_products(x.chip, x.c, p, x.tokens, h, m.latent_kv_rank + m.rope_head_dim));
    add(sum, weight_products(x.chip, x.c, p, x.tokens, m.latent_kv_rank,
                             m.heads * (m.head_dim + value_head_dim(m)) / t));
    return sum;
  }
  const double kv = 2.0 * m.kv_heads * static_cast<double>(m.head_dim);
  add(sum, weight_products(x.chip, x.c, p, x.tokens, h, (q + kv) / t));
  return sum;
}

TRANCHE_HD inline PassTimes mlp_products(const LayerContext& x, double tokens, double width,
                                         double count) {
  const double h = x.model.hidden;
  const double up = x.model.gated_mlp ? 2.0 * width : width;
  PassTimes sum = weight_products(x.chip, x.c, x.job.precision, tokens, h, up, count);
  add(sum, weight_products(x.chip, x.c, x.job.precision, tokens, width, h, count));
  return sum;
}

// Scores, softmax and values; forward and backward in seconds (as forward and
// input_gradient). Context parallelism balances the causal triangle (zig-zag order).
TRANCHE_HD inline PassTimes attention_core(const LayerContext& x, double window) {
  const ModelParams& m = x.model;
  const double s = x.job.sequence_length;
  const double t = x.plan.tensor;
  const TrainingCoefficients& k = x.c.training;
  double rate = at_year(k.attention[index_of(x.chip.generation)], x.job.software_year);
  if (x.job.stack == Stack::eager) rate *= k.eager_attention_factor;
  if (x.plan.context > 1) rate /= 1.0 + k.attention_context_loss;
  AttentionShape shape{static_cast<double>(x.plan.micro_batch),
                       s,
                       s,
                       m.heads / t,
                       m.kv_heads < t ? 1.0 : m.kv_heads / t,
                       key_head_dim(m),
                       value_head_dim(m),
                       window};
  const double share = 1.0 / x.plan.context;
  if (x.job.attention_kernel == AttentionKernel::fused) {
    return {share * attention_forward_s(x.chip, x.c, Precision::bf16, shape) / rate,
            share * attention_backward_s(x.chip, x.c, Precision::bf16, shape) / rate, 0};
  }
  // without fusion all pairs are computed and the scores travel through memory
  const double scores = shape.sequences * shape.heads * s * s;
  const double products_s = weight_products(x.chip, x.c, Precision::bf16, s, shape.key_head_dim, s,
                                            shape.sequences * shape.heads)
                                .forward +
                            weight_products(x.chip, x.c, Precision::bf16, s, s,
                                            shape.value_head_dim, shape.sequences * shape.heads)
                                .forward;
  const double traffic_s = stream_s(x.chip, x.c, scores * x.c.training.unfused_score_bytes, 3.0);
  return {share * (products_s + traffic_s), share * (2.0 * products_s + 2.0 * traffic_s), 0};
}

// Normalisations, residuals, rotary embedding, activation function: forward bytes.
TRANCHE_HD inline double stream_bytes(const LayerContext& x, double mlp_tokens_width) {
  const ModelParams& m = x.model;
  const TrainingCoefficients& k = x.c.training;
  const double q = static_cast<double>(m.heads) * key_head_dim(m);
  const double kv = static_cast<double>(m.kv_heads) * m.head_dim;
  const bool eager = x.job.stack == Stack::eager;
  const double norm_factor = eager && !x.job.fused_norm ? k.eager_norm_factor : 1.0;
  // two normalisations (read, write) and two residuals (read two, write one) in 16 bits
  const double norms = norm_factor * x.tokens * m.hidden * 20.0 / x.activation_split;
  const double rotary = m.gated_mlp ? x.tokens * 4.0 * (q + kv) / x.plan.tensor : 0.0;
  const double activation = mlp_tokens_width * (m.gated_mlp ? 6.0 : 4.0);
  return norms + (eager ? k.eager_stream_factor : 1.0) * (rotary + activation);
}

// Values that an 8-bit layer casts in the forward pass.
TRANCHE_HD inline double cast_values(const LayerContext& x, double mlp_tokens_width) {
  const double out = static_cast<double>(x.model.heads) * value_head_dim(x.model);
  return x.tokens * (2.0 * x.model.hidden + out / x.plan.tensor) + mlp_tokens_width;
}

// What traffic of `network_s` adds when a share of `window_s` can hide it.
TRANCHE_HD inline double exposed_s(double network_s, double window_s) {
  return network_s > 0 ? sharp_maximum(network_s, window_s) - window_s : 0.0;
}

}  // namespace detail

// Rate of matrix products in a training run relative to the kernel alone.
TRANCHE_HD constexpr double product_rate(const TrainingJob& job, const ChipParams& chip,
                                         const Coefficients& c, Precision precision) {
  const RateClass width = rate_class(precision);
  const double narrow =
      width == RateClass::half ? 1.0 : at_year(c.training.software_byte, job.software_year);
  return c.training.sustained[index_of(chip.generation)][static_cast<int>(width)] *
         at_year(c.training.software, job.software_year) * narrow;
}

// Time of one layer of the average kind (mixture layers weighted by their number).
// Reference for the tensor-parallel traffic: Shoeybi et al. 2019; sequence parallel and
// selective recompute: Korthikanti et al. 2022; all-to-all of experts: Lepikhin et al.
// 2020; ring attention: Liu et al. 2023.
TRANCHE_HD inline LayerTime layer_time(const ModelParams& m, const TrainingJob& job,
                                       const TrainingPlan& plan, const TrainingSystem& system,
                                       const Coefficients& c) {
  const TrainingCoefficients& k = c.training;
  const ChipParams& chip = system.chip;
  const double year = job.software_year;
  const double t = plan.tensor;
  detail::LayerContext x{m, job, plan, chip, c};
  x.tokens = plan.micro_batch * job.sequence_length / plan.context;
  x.domain = chip.scale_up_chips;
  x.activation_split = plan.sequence_parallel ? t : 1.0;
  // tensor, context and expert groups are neighbours
  const Links links = links_of(
      system, t * (plan.context > plan.expert ? plan.context : plan.expert));
  const bool narrow = rate_class(job.precision) != RateClass::half;
  const double mixture_share = mixture_layers(m) / m.layers;

  // matrix products
  detail::PassTimes products = detail::attention_products(x);
  double mlp_values = 0;       // tokens x width of activations
  double expert_stream_s = 0;  // sorting tokens to experts and back
  double all_to_all = 0;
  if (mixture_share < 1.0) {
    detail::add(products, detail::mlp_products(x, x.tokens, m.ffn_hidden / t, 1.0),
                1.0 - mixture_share);
    mlp_values += (1.0 - mixture_share) * x.tokens * m.ffn_hidden / t;
  }
  if (mixture_share > 0.0) {
    const double local_experts = static_cast<double>(m.experts) / plan.expert;
    const double routed = x.tokens / t * m.experts_active * job.expert_imbalance;
    detail::PassTimes experts =
        detail::mlp_products(x, routed / local_experts, m.expert_ffn_hidden, local_experts);
    const double launches_s = k.expert_launch_s * local_experts;
    detail::add(products, experts, mixture_share / k.grouped_efficiency);
    detail::add(products, {2.0 * launches_s, 2.0 * launches_s, 2.0 * launches_s}, mixture_share);
    if (m.shared_experts > 0) {
      detail::add(
          products,
          detail::mlp_products(x, x.tokens, m.shared_experts * m.expert_ffn_hidden / t, 1.0),
          mixture_share);
    }
    mlp_values += mixture_share * (routed * m.expert_ffn_hidden +
                                   x.tokens * m.shared_experts * m.expert_ffn_hidden / t);
    const double moved = routed * m.hidden * 2.0;
    expert_stream_s = mixture_share * stream_s(chip, c, moved * k.expert_permute_passes, 4.0);
    const Group group = detail::group_of(plan.expert, 1.0, x.domain);
    all_to_all =
        mixture_share * 2.0 *
        expert_exchange_s(chip, c, links, group, moved / m.experts_active, m.experts_active);
  }
  const double rate = product_rate(job, chip, c, job.precision);

  // attention, with windows where the model has them
  const double window_share =
      m.sliding_window > 0 ? static_cast<double>(m.sliding_layers) / m.layers : 0.0;
  detail::PassTimes core;
  if (window_share < 1.0) detail::add(core, detail::attention_core(x, 0.0), 1.0 - window_share);
  if (window_share > 0.0) {
    detail::add(core, detail::attention_core(x, m.sliding_window), window_share);
  }

  // streams
  const double passes = at_year(k.stream_passes, year);
  const double stream = stream_s(chip, c, passes * detail::stream_bytes(x, mlp_values), 6.0);
  const double cast =
      narrow
          ? stream_s(chip, c, k.quantise_bytes_per_value * detail::cast_values(x, mlp_values), 4.0)
          : 0.0;
  const double forward_stream = stream + cast + expert_stream_s;

  // network
  const double activation_bytes = x.tokens * m.hidden * 2.0;
  const Group tensor_group = detail::group_of(t, 1.0, x.domain);
  const double tensor_pairs = 2.0 - mixture_share;  // experts take tokens straight from dispatch
  const double one_tensor =
      plan.tensor == 1 ? 0.0
      : plan.sequence_parallel
          ? all_gather_s(chip, c, links, tensor_group, activation_bytes) +
                reduce_scatter_s(chip, c, links, tensor_group, activation_bytes)
          : all_reduce_s(chip, c, links, tensor_group, activation_bytes);
  const double stack_overlap = job.stack == Stack::eager ? k.eager_overlap_factor : 1.0;
  const double tensor_exposed =
      plan.sequence_parallel ? 1.0 - stack_overlap * at_year(k.tensor_overlap, year) : 1.0;
  const double tensor_s = tensor_pairs * one_tensor * tensor_exposed;
  double ring_forward = 0;
  double ring_backward = 0;
  if (plan.context > 1) {
    const double kv_width = m.attention == Attention::latent
                                ? m.heads * (key_head_dim(m) + value_head_dim(m)) / t
                                : 2.0 * (m.kv_heads < t ? 1.0 : m.kv_heads / t) * m.head_dim;
    const Reach reach =
        t * plan.context <= x.domain ? Reach::inside_domain : Reach::between_domains;
    const double hop = point_to_point_s(chip, c, links, reach, x.tokens * kv_width * 2.0);
    const double hops = plan.context - 1.0;
    ring_forward = detail::exposed_s(hops * hop, core.forward);
    ring_backward = detail::exposed_s(2.0 * hops * hop, core.input_gradient);
  }
  const double expert_s = all_to_all * (1.0 - at_year(k.expert_overlap, year, expert_knot_year));

  // a mixture layer runs at the rate of its own software
  const double slower =
      1.0 - mixture_share + mixture_share / at_year(k.expert_software, year, expert_knot_year);
  LayerTime out;
  const double trained = job.task == Task::lora ? 0.0 : 1.0;
  out.forward_s = slower * (products.forward / rate + core.forward + forward_stream);
  out.backward_s = slower * ((products.input_gradient + trained * products.weight_gradient) / rate +
                             core.input_gradient + 1.7 * stream + 1.5 * cast + expert_stream_s);
  out.forward_network_s = tensor_s + ring_forward + expert_s;
  out.backward_network_s = tensor_s + ring_backward + expert_s;
  switch (plan.recompute) {
    case Recompute::none:
      break;
    case Recompute::selective:
      out.recompute_s = core.forward;
      break;
    case Recompute::elementwise:
      out.recompute_s = stream;
      break;
    case Recompute::alternate:
      out.recompute_s = 0.5 * products.forward / rate + stream + cast;
      break;
    case Recompute::full:
      out.recompute_s = plan.recompute_share * out.forward_s;
      out.backward_network_s += plan.recompute_share * (tensor_s + ring_forward + expert_s);
      break;
  }
  return out;
}

}  // namespace tranche::kernels
