// SPDX-License-Identifier: Apache-2.0

// Seconds of one transformer layer and one micro-batch on one chip: compute by operator, exposed
// traffic by kind of parallelism. Depends on the plan only through tensor, context and expert
// parallelism, micro-batch, recompute and sequence parallelism, so that a plan search computes it
// once per combination.
#pragma once

#include "kernels/models/training/layer_operators.hpp"
#include "kernels/models/training/mixture.hpp"

namespace tranche::kernels {

// Seconds by operator.
struct OperatorTimes {
  double attention_projections_s = 0;  // queries, keys, values and output
  double attention_core_s = 0;         // scores, softmax and values
  double mlp_s = 0;                    // dense and expert products, sorting of tokens to experts
  double elementwise_s = 0;            // normalisations, residuals, activations, casts to 8 bits
};

TRANCHE_HD constexpr double total_s(const OperatorTimes& t) {
  return t.attention_projections_s + t.attention_core_s + t.mlp_s + t.elementwise_s;
}

// Seconds of traffic inside a layer, by kind of parallelism.
struct LayerTraffic {
  double tensor_s = 0;
  double context_s = 0;
  double expert_s = 0;
};

TRANCHE_HD constexpr double total_s(const LayerTraffic& t) {
  return t.tensor_s + t.context_s + t.expert_s;
}

TRANCHE_HD constexpr LayerTraffic sum_of(const LayerTraffic& a, const LayerTraffic& b,
                                         double times_b = 1.0) {
  return {a.tensor_s + times_b * b.tensor_s, a.context_s + times_b * b.context_s,
          a.expert_s + times_b * b.expert_s};
}

// Seconds of one layer and micro-batch, by component.
struct LayerDetail {
  OperatorTimes forward;
  OperatorTimes backward;         // input and weight gradients, without recompute
  OperatorTimes recompute;        // forward work repeated in the backward pass
  double weight_gradient_s = 0;   // part of `backward` that no other layer depends on
  LayerTraffic forward_traffic;   // hidden and exposed
  LayerTraffic backward_traffic;  // the same, with that of the recompute
  LayerTraffic forward_exposed;   // the exposed part
  LayerTraffic backward_exposed;
};

// Seconds of one layer and micro-batch.
struct LayerTime {
  double forward_s = 0;           // operators
  double backward_s = 0;          // operators, without recompute
  double recompute_s = 0;         // forward work repeated in the backward pass
  double weight_gradient_s = 0;   // part of backward_s
  double forward_network_s = 0;   // exposed tensor, context and expert traffic
  double backward_network_s = 0;  // the same, with that of the recompute
};

// Sums over the components of a layer.
TRANCHE_HD constexpr LayerTime layer_time(const LayerDetail& d) {
  return {total_s(d.forward),  total_s(d.backward),        total_s(d.recompute),
          d.weight_gradient_s, total_s(d.forward_exposed), total_s(d.backward_exposed)};
}

// Seconds of the average layer (MoE and dense layers weighted by their number). References.
// Tensor-parallel traffic: Shoeybi et al. 2019; sequence parallelism and selective recompute:
// Korthikanti et al. 2022; all-to-all of experts: Lepikhin et al. 2020; ring attention: Liu et al.
// 2023.
TRANCHE_HD inline LayerDetail layer_detail(const ModelParams& m, const TrainingJob& job,
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
  const Links links =
      links_of(system, t * (plan.context > plan.expert ? plan.context : plan.expert));
  const bool narrow = rate_class(job.precision) != RateClass::half;
  const double mixture_share = moe_layers(m) / m.layers;

  // matrix products
  const detail::PassTimes projections = detail::attention_products(x);
  detail::PassTimes products;               // of the MLP
  double mlp_values = 0;                    // tokens x width of activations
  double mlp_inputs = 1.0 - mixture_share;  // times that the input of the MLP is cast, per token
  double expert_stream_s = 0;               // dispatch of tokens to experts, and combination
  double all_to_all = 0;
  if (mixture_share < 1.0) {
    detail::add(products, detail::mlp_products(x, x.tokens, m.ffn_hidden / t, 1.0),
                1.0 - mixture_share);
    mlp_values += (1.0 - mixture_share) * x.tokens * m.ffn_hidden / t;
  }
  if (mixture_share > 0.0) {
    const double local_experts = static_cast<double>(m.experts) / plan.expert;
    const double imbalance = plan.expert > 1 ? routing_imbalance(job, k) : 1.0;
    const double routed = x.tokens / t * m.experts_active * imbalance;
    detail::PassTimes experts =
        detail::mlp_products(x, routed / local_experts, m.expert_ffn_hidden, local_experts);
    const double launches_s = k.expert_launch_s * local_experts;
    detail::add(products, experts, mixture_share / grouped_efficiency(routed / local_experts, k));
    detail::add(products, {2.0 * launches_s, 2.0 * launches_s, 2.0 * launches_s}, mixture_share);
    if (m.shared_experts > 0) {
      detail::add(
          products,
          detail::mlp_products(x, x.tokens, m.shared_experts * m.expert_ffn_hidden / t, 1.0),
          mixture_share);
    }
    mlp_values += mixture_share * (routed * m.expert_ffn_hidden +
                                   x.tokens * m.shared_experts * m.expert_ffn_hidden / t);
    mlp_inputs += mixture_share * (routed / x.tokens + (m.shared_experts > 0 ? 1.0 : 0.0));
    const double moved = routed * m.hidden * 2.0;
    const bool fused = has_fused_dispatch(job);
    const double passes = at_year(k.expert_permute_passes, year, expert_knot_year) *
                          (fused ? 1.0 : k.collective_permute_factor);
    expert_stream_s = mixture_share * stream_s(chip, c, moved * passes, 4.0);
    const Group group = detail::group_of(plan.expert, 1.0, x.domain);
    all_to_all = mixture_share * 2.0 / k.exchange_efficiency *
                 (fused ? expert_exchange_s(chip, c, links, group, moved / m.experts_active,
                                            m.experts_active)
                        : all_to_all_s(chip, c, links, group, moved));
  }
  const double rate = product_rate(job, chip, c, job.precision);

  // attention, with windows if the model has them
  const double window_share =
      m.sliding_window > 0 ? static_cast<double>(m.sliding_layers) / m.layers : 0.0;
  const double linear_share = static_cast<double>(m.linear_layers) / m.layers;
  const double full_share = 1.0 - window_share - linear_share;
  detail::PassTimes core;
  if (full_share > 0.0) detail::add(core, detail::attention_core(x, m.sparse_top_k), full_share);
  if (linear_share > 0.0)
    detail::add(core, detail::attention_core(x, detail::linear_chunk_tokens), linear_share);
  if (window_share > 0.0) {
    detail::add(core, detail::attention_core(x, m.sliding_window), window_share);
  }

  // streams
  const double passes = at_year(k.stream_passes, year);
  const double stream = stream_s(chip, c, passes * detail::stream_bytes(x, mlp_values), 6.0);
  const double cast =
      narrow
          ? stream_s(chip, c,
                     cast_bytes_per_value(job, k) * detail::cast_values(x, mlp_values, mlp_inputs),
                     4.0)
          : 0.0;

  // network
  const double activation_bytes = x.tokens * m.hidden * 2.0;
  const Group tensor_group = detail::group_of(t, 1.0, x.domain);
  const double tensor_pairs = 2.0 - mixture_share;  // experts take tokens directly from dispatch
  const double one_tensor =
      plan.tensor == 1 ? 0.0
      : plan.sequence_parallel
          ? all_gather_s(chip, c, links, tensor_group, activation_bytes) +
                reduce_scatter_s(chip, c, links, tensor_group, activation_bytes)
          : all_reduce_s(chip, c, links, tensor_group, activation_bytes);
  const double stack_overlap = job.stack == Stack::eager ? k.eager_overlap_factor : 1.0;
  const double tensor_exposed =
      plan.sequence_parallel ? 1.0 - stack_overlap * at_year(k.tensor_overlap, year) : 1.0;
  const double expert_exposed = 1.0 - expert_overlap(job, k);
  LayerTraffic forward_traffic{tensor_pairs * one_tensor, 0.0, all_to_all};
  LayerTraffic forward_exposed{tensor_pairs * one_tensor * tensor_exposed, 0.0,
                               all_to_all * expert_exposed};
  LayerTraffic backward_traffic = forward_traffic;
  LayerTraffic backward_exposed = forward_exposed;
  if (plan.context > 1) {
    const double kv_width = m.attention == Attention::latent
                                ? m.heads * (key_head_dim(m) + value_head_dim(m)) / t
                                : 2.0 * (m.kv_heads < t ? 1.0 : m.kv_heads / t) * m.head_dim;
    const Reach reach =
        t * plan.context <= x.domain ? Reach::inside_domain : Reach::between_domains;
    const double hop = point_to_point_s(chip, c, links, reach, x.tokens * kv_width * 2.0);
    const double hops = plan.context - 1.0;
    forward_traffic.context_s = hops * hop;
    backward_traffic.context_s = 2.0 * hops * hop;
    forward_exposed.context_s = detail::exposed_s(hops * hop, core.forward);
    backward_exposed.context_s = detail::exposed_s(2.0 * hops * hop, core.input_gradient);
  }

  // an MoE layer runs at the rate of its own software
  const double slower =
      1.0 - mixture_share + mixture_share / at_year(k.expert_software, year, expert_knot_year);
  const double trained = job.task == Task::lora ? 0.0 : 1.0;
  const auto backward_of = [&](const detail::PassTimes& p) {
    return (p.input_gradient + trained * p.weight_gradient) / rate;
  };
  LayerDetail out;
  out.forward = {slower * (projections.forward / rate), slower * core.forward,
                 slower * (products.forward / rate + expert_stream_s), slower * (stream + cast)};
  out.backward = {slower * backward_of(projections), slower * core.input_gradient,
                  slower * (backward_of(products) + expert_stream_s),
                  slower * (1.7 * stream + 1.5 * cast)};
  out.weight_gradient_s =
      slower * trained * (projections.weight_gradient + products.weight_gradient) / rate;
  switch (plan.recompute) {
    case Recompute::none:
      break;
    case Recompute::selective:
      out.recompute.attention_core_s = slower * core.forward;
      break;
    case Recompute::elementwise:
      out.recompute.elementwise_s = slower * stream;
      break;
    case Recompute::modules:
      out.recompute = {slower * detail::latent_up_products(x).forward / rate, 0.0, 0.0,
                       slower * stream};
      break;
    case Recompute::alternate:
      out.recompute = {slower * 0.5 * projections.forward / rate, 0.0,
                       slower * 0.5 * products.forward / rate, slower * (stream + cast)};
      break;
    case Recompute::full: {
      const double share = plan.recompute_share;
      out.recompute = {share * out.forward.attention_projections_s,
                       share * out.forward.attention_core_s, share * out.forward.mlp_s,
                       share * out.forward.elementwise_s};
      backward_traffic = sum_of(backward_traffic, forward_traffic, share);
      backward_exposed = sum_of(backward_exposed, forward_exposed, share);
      break;
    }
  }
  out.forward_traffic = forward_traffic;
  out.backward_traffic = backward_traffic;
  out.forward_exposed = forward_exposed;
  out.backward_exposed = backward_exposed;
  return out;
}

}  // namespace tranche::kernels
