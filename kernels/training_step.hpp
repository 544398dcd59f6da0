// Time of one optimizer step of a training job, with its breakdown.
//
// References: Narayanan et al. 2021 (1F1B and interleaved pipeline, traffic),
// Rajbhandari et al. 2020 (ZeRO traffic), Zhao et al. 2023 (FSDP prefetch), Grattafiori
// et al. 2024 (16,384 chips). Coefficients: scenarios/catalogue/coefficients.toml.
#pragma once

#include "kernels/layer_time.hpp"
#include "kernels/training_memory.hpp"

namespace tranche::kernels {

// Seconds of one step; the parts add up to total_s(step).
struct TrainingStep {
  double compute_s = 0;  // operators, recompute included
  double network_s = 0;  // exposed: tensor, context, expert, pipeline, data-parallel
  double bubble_s = 0;   // pipeline fill and drain, uneven stages
  double host_s = 0;     // chips waiting for the host to launch kernels
  double optimizer_s = 0;
  double straggler_s = 0;  // waiting for the slowest of many
};

TRANCHE_HD constexpr double total_s(const TrainingStep& s) {
  return s.compute_s + s.network_s + s.bubble_s + s.host_s + s.optimizer_s + s.straggler_s;
}

namespace detail {

// Output projection and loss for one micro-batch: forward and backward, seconds. Kept
// in 16 bits by all stacks.
TRANCHE_HD inline double logits_s(const ModelParams& m, const TrainingJob& job,
                                  const TrainingPlan& plan, const ChipParams& chip,
                                  const Coefficients& c) {
  const double tokens = plan.micro_batch * job.sequence_length / plan.context;
  const double vocab = static_cast<double>(m.vocab) / plan.tensor;
  const PassTimes p = weight_products(chip, c, Precision::bf16, tokens, m.hidden, vocab);
  const double trained = job.task == Task::lora ? 0.0 : 1.0;
  const double rate = product_rate(job, chip, c, Precision::bf16);
  return (p.forward + p.input_gradient + trained * p.weight_gradient) / rate +
         stream_s(chip, c, tokens * vocab * c.training.logits_bytes_per_value, 5.0);
}

struct ShardTraffic {
  double forward_s = 0;  // per layer and micro-batch
  double backward_s = 0;
};

// ZeRO-3 and FSDP gather each layer's weights before use and scatter its gradients.
TRANCHE_HD inline ShardTraffic shard_traffic(const ModelParams& m, const TrainingJob& job,
                                             const TrainingPlan& plan, const ChipParams& chip,
                                             const Coefficients& c) {
  if (plan.sharding != Sharding::weights && plan.sharding != Sharding::hybrid) return {};
  const Links links = links_of(chip);
  const double ranks = static_cast<double>(plan.data) * plan.context;
  Group group = group_of(ranks, plan.tensor, chip.scale_up_chips);
  if (plan.sharding == Sharding::hybrid) group.ranks = group.ranks_per_domain;
  const ChipParameters held = chip_parameters(m, plan);
  const double layers = plan.pipeline == 1 ? m.layers : stage_layers(m, plan);
  const double layer = (held.dense + held.expert) / layers;
  const double gather = all_gather_s(chip, c, links, group, 2.0 * layer);
  const double trained = job.task == Task::lora ? 0.0 : 1.0;
  return {gather, gather + trained * reduce_scatter_s(chip, c, links, group, 2.0 * layer)};
}

// Gradients summed and weights gathered once a step, seconds: {during backward, during forward}.
TRANCHE_HD inline ShardTraffic gradient_traffic(const ModelParams& m, const TrainingJob& job,
                                                const TrainingPlan& plan, const ChipParams& chip,
                                                const Coefficients& c) {
  if (job.task == Task::lora) return {};
  const Links links = links_of(chip);
  const ChipParameters held = chip_parameters(m, plan);
  const double ranks = static_cast<double>(plan.data) * plan.context;
  const Group group = group_of(ranks, plan.tensor, chip.scale_up_chips);
  const double expert_ranks = ranks * plan.tensor / plan.expert;
  const Group expert_group =
      group_of(expert_ranks < 1.0 ? 1.0 : expert_ranks, plan.expert, chip.scale_up_chips);
  ShardTraffic out;
  if (plan.sharding == Sharding::weights) return out;
  if (plan.sharding == Sharding::hybrid) {
    const Group between{ranks / group.ranks_per_domain, 1.0};
    out.backward_s = all_reduce_s(chip, c, links, between,
                                  2.0 * (held.dense + held.expert) / group.ranks_per_domain);
    return out;
  }
  if (plan.sharding == Sharding::none) {
    out.backward_s = all_reduce_s(chip, c, links, group, 2.0 * held.dense) +
                     all_reduce_s(chip, c, links, expert_group, 2.0 * held.expert);
    return out;
  }
  out.forward_s = all_gather_s(chip, c, links, group, 2.0 * held.dense) +
                  all_gather_s(chip, c, links, expert_group, 2.0 * held.expert);
  out.backward_s = reduce_scatter_s(chip, c, links, group, 2.0 * held.dense) +
                   reduce_scatter_s(chip, c, links, expert_group, 2.0 * held.expert);
  return out;
}

}  // namespace detail

// One step from the time of its layers. `layer` comes from layer_time with the same
// arguments.
TRANCHE_HD inline TrainingStep training_step(const ModelParams& m, const TrainingJob& job,
                                             const TrainingPlan& plan, const TrainingSystem& system,
                                             const Coefficients& c, const LayerTime& layer) {
  const TrainingCoefficients& k = c.training;
  const ChipParams& chip = system.chip;
  const double year = job.software_year;
  const double count = micro_batches(plan, job);
  const double stages = plan.pipeline;
  const double per_stage = plan.pipeline == 1 ? m.layers : stage_layers(m, plan);
  const double mean_layers = static_cast<double>(m.layers) / stages;

  // one layer and micro-batch: device work, then what the host and sharding add
  const double forward_device = layer.forward_s + layer.forward_network_s;
  const double backward_device = layer.backward_s + layer.recompute_s + layer.backward_network_s;
  const double mixture_share = mixture_layers(m) / m.layers;
  const bool eager = job.stack == Stack::eager;
  const double launch_s = (eager ? k.eager_host_factor : 1.0) * at_year(k.host_layer_s, year) +
                          mixture_share * at_year(k.expert_host_layer_s[index_of(chip.generation)], year, expert_knot_year);
  const double again = plan.recompute == Recompute::full ? plan.recompute_share : 0.0;
  const double forward_hosted = sharp_maximum(forward_device, launch_s);
  const double backward_hosted = sharp_maximum(backward_device, launch_s * (1.0 + again));
  const detail::ShardTraffic shards = detail::shard_traffic(m, job, plan, chip, c);
  const double shard_window = at_year(k.sharded_overlap, year);
  const double forward_shard = detail::exposed_s(shards.forward_s, shard_window * forward_hosted) +
                               k.contention * shards.forward_s;
  const double backward_shard =
      detail::exposed_s(shards.backward_s, shard_window * backward_hosted) +
      k.contention * shards.backward_s;
  const double layer_s = forward_hosted + backward_hosted + forward_shard + backward_shard;

  // slowest stage: all layers, or a shorter last one with the output projection
  const double logits = detail::logits_s(m, job, plan, chip, c);
  const double spare = per_stage * stages - m.layers;
  const double last_layers = per_stage - (spare < 1.0 ? 0.0 : spare < 2.0 ? spare : spare * 0.5);
  const double with_logits = last_layers * layer_s + logits;
  const double slowest = per_stage * layer_s > with_logits ? per_stage * layer_s : with_logits;
  const double mean_stage = mean_layers * layer_s + logits / stages;

  TrainingStep out;
  const double layers_run = count * mean_layers;
  out.compute_s = layers_run * (layer.forward_s + layer.backward_s + layer.recompute_s) +
                  count * logits / stages;
  out.network_s = layers_run * (layer.forward_network_s + layer.backward_network_s + forward_shard +
                                backward_shard);
  out.host_s = layers_run * (forward_hosted - forward_device + backward_hosted - backward_device);
  out.bubble_s = count * (slowest - mean_stage) + (stages - 1.0) / plan.virtual_stages * mean_stage;

  if (plan.pipeline > 1) {
    const double tokens = plan.micro_batch * job.sequence_length / plan.context;
    const double ranks_below = static_cast<double>(plan.tensor) * plan.context * plan.data;
    const Reach reach =
        ranks_below * stages <= chip.scale_up_chips ? Reach::inside_domain : Reach::between_domains;
    const double hop =
        point_to_point_s(chip, c, links_of(chip), reach, tokens * m.hidden * 2.0 / plan.tensor);
    out.network_s += k.pipeline_exposed * 2.0 * plan.virtual_stages * hop *
                     (count + (stages - 1.0) / plan.virtual_stages);
  }

  const detail::ShardTraffic gradients = detail::gradient_traffic(m, job, plan, chip, c);
  const double window = at_year(k.data_overlap, year) * (eager ? k.eager_overlap_factor : 1.0);
  out.network_s += detail::exposed_s(gradients.forward_s, window * mean_layers * forward_hosted) +
                   detail::exposed_s(gradients.backward_s, window * mean_layers * backward_hosted);

  const ChipParameters held = chip_parameters(m, plan);
  const double replicas = static_cast<double>(plan.data) * plan.context;
  const double expert_replicas = replicas * plan.tensor / plan.expert;
  const double node_ranks =
      detail::group_of(replicas, plan.tensor, chip.scale_up_chips).ranks_per_domain;
  const double owned =
      held.dense / shard_ranks(plan, replicas, node_ranks) +
      held.expert / shard_ranks(plan, expert_replicas < 1.0 ? 1.0 : expert_replicas, node_ranks);
  const double trained = job.task == Task::lora ? 0.01 : 1.0;
  out.optimizer_s = stream_s(chip, c, trained * owned * k.optimizer_bytes_per_parameter, 10.0);
  out.host_s += k.step_host_s;
  out.straggler_s = k.straggler_per_doubling * doublings(chips(plan)) *
                    (out.compute_s + out.bubble_s + out.network_s + out.host_s);
  return out;
}

TRANCHE_HD inline TrainingStep training_step(const ModelParams& m, const TrainingJob& job,
                                             const TrainingPlan& plan, const TrainingSystem& system,
                                             const Coefficients& c) {
  return training_step(m, job, plan, system, c, layer_time(m, job, plan, system, c));
}

// Tokens that one chip trains on in a second.
TRANCHE_HD inline double tokens_per_s_per_chip(const TrainingJob& job, const TrainingPlan& plan,
                                               const TrainingStep& step) {
  return job.global_batch * job.sequence_length / (total_s(step) * chips(plan));
}

}  // namespace tranche::kernels
