// Time of one optimizer step of a training job, with its breakdown.
//
// References: Narayanan et al. 2021 (1F1B and interleaved pipeline, traffic),
// Rajbhandari et al. 2020 (ZeRO traffic), Zhao et al. 2023 (FSDP prefetch), Grattafiori
// et al. 2024 (16,384 chips). Coefficients: scenarios/catalogue/coefficients.toml.
#pragma once

#include "kernels/performance/layer_time.hpp"
#include "kernels/performance/training_memory.hpp"
#include "kernels/performance/training_traffic.hpp"

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

}  // namespace detail

// What a step needs to know of one layer and micro-batch: everything that does not depend
// on pipeline, data parallelism and sharding.
struct LayerPart {
  LayerTime time;
  double forward_hosted_s = 0;  // device or host, whichever is slower, network included
  double backward_hosted_s = 0;
  double logits_s = 0;
  double hop_bytes = 0;      // between pipeline stages, per chip
  double kept_bytes = 0;     // activations that wait for the backward pass
  double working_bytes = 0;  // one layer made again, with full recompute
  double logits_bytes = 0;
  double micro_batch = 1;
};

// What it needs to know of the rest of the plan: everything that does not depend on
// micro-batch, recompute and sequence parallelism.
struct StagePart {
  double chips = 1;
  double stages = 1;
  double virtual_stages = 1;
  double data = 1;
  double layers = 1;  // on the fullest stage
  double mean_layers = 1;
  double last_layers = 1;  // on the stage of the output projection
  double in_flight = 1;    // micro-batches on the first stage, when there are as many
  double hop_latency_s = 0;
  double hop_s_per_byte = 0;
  double gathers_forward_s = 0;  // ZeRO-3: per layer and micro-batch
  double gathers_backward_s = 0;
  double gradients_forward_s = 0;  // once a step
  double gradients_backward_s = 0;
  double optimizer_s = 0;
  double state_bytes = 0;  // weights, gradients, optimizer, reserve
  double straggler = 0;    // share of the step
};

TRANCHE_HD inline LayerPart layer_part(const ModelParams& m, const TrainingJob& job,
                                       const TrainingPlan& plan, const TrainingSystem& system,
                                       const Coefficients& c) {
  const TrainingCoefficients& k = c.training;
  const double year = job.software_year;
  LayerPart out;
  out.time = layer_time(m, job, plan, system, c);
  const double mixture_share = mixture_layers(m) / m.layers;
  const bool eager = job.stack == Stack::eager;
  const double launch_s =
      (eager ? k.eager_host_factor : 1.0) * at_year(k.host_layer_s, year) +
      mixture_share *
          at_year(k.expert_host_layer_s[index_of(system.chip.generation)], year, expert_knot_year);
  const bool full = plan.recompute == Recompute::full;
  const double again = full ? plan.recompute_share : 0.0;
  out.forward_hosted_s = sharp_maximum(out.time.forward_s + out.time.forward_network_s, launch_s);
  out.backward_hosted_s =
      sharp_maximum(out.time.backward_s + out.time.recompute_s + out.time.backward_network_s,
                    launch_s * (1.0 + again));
  out.logits_s = detail::logits_s(m, job, plan, system.chip, c);
  const double tokens = plan.micro_batch * job.sequence_length / plan.context;
  out.hop_bytes = tokens * m.hidden * 2.0 / plan.tensor;
  const double layer = layer_activation_bytes(m, job, plan);
  out.kept_bytes = full ? again * layer_input_bytes(m, job, plan) + (1.0 - again) * layer : layer;
  out.working_bytes = full ? layer : 0.0;
  out.logits_bytes = 6.0 * tokens * m.vocab / plan.tensor;
  out.micro_batch = plan.micro_batch;
  return out;
}

TRANCHE_HD inline StagePart stage_part(const ModelParams& m, const TrainingJob& job,
                                       const TrainingPlan& plan, const TrainingSystem& system,
                                       const Coefficients& c) {
  const TrainingCoefficients& k = c.training;
  const ChipParams& chip = system.chip;
  StagePart out;
  out.chips = chips(plan);
  out.stages = plan.pipeline;
  out.virtual_stages = plan.virtual_stages;
  out.data = plan.data;
  out.layers = plan.pipeline == 1 ? m.layers : stage_layers(m, plan);
  out.mean_layers = static_cast<double>(m.layers) / out.stages;
  const double spare = out.layers * out.stages - m.layers;
  out.last_layers = out.layers - (spare < 1.0 ? 0.0 : spare < 2.0 ? spare : spare * 0.5);
  out.in_flight = in_flight_micro_batches(plan);

  // neighbours in the pipeline are tensor x context x data ranks apart
  const double ranks_below = static_cast<double>(plan.tensor) * plan.context * plan.data;
  const Reach reach = ranks_below * out.stages <= chip.scale_up_chips ? Reach::inside_domain
                                                                      : Reach::between_domains;
  const Links links = links_of(system, ranks_below * out.stages);
  out.hop_latency_s = point_to_point_s(chip, c, links, reach, 0.0);
  out.hop_s_per_byte = point_to_point_s(chip, c, links, reach, 1.0) - out.hop_latency_s;

  const detail::ShardTraffic gathers = detail::shard_traffic(m, job, plan, system, c);
  out.gathers_forward_s = gathers.forward_s;
  out.gathers_backward_s = gathers.backward_s;
  const detail::ShardTraffic gradients = detail::gradient_traffic(m, job, plan, system, c);
  out.gradients_forward_s = gradients.forward_s;
  out.gradients_backward_s = gradients.backward_s;

  const double replicas = static_cast<double>(plan.data) * plan.context;
  const double node_ranks =
      detail::group_of(replicas, plan.tensor, chip.scale_up_chips).ranks_per_domain;
  const StateShare owned = owned_parameters(m, plan, node_ranks);
  const double trained = job.task == Task::lora ? 0.01 : 1.0;
  out.optimizer_s = stream_s(
      chip, c, trained * (owned.dense + owned.expert) * k.optimizer_bytes_per_parameter, 10.0);
  out.state_bytes = state_bytes(m, job, plan, node_ranks);
  out.straggler = k.straggler_per_doubling * doublings(out.chips);
  return out;
}

// Bytes on the fullest chip, as training_memory counts them.
TRANCHE_HD constexpr double part_bytes(const StagePart& stage, const LayerPart& layer,
                                       double micro_batch_count) {
  const double in_flight =
      micro_batch_count < stage.in_flight ? micro_batch_count : stage.in_flight;
  return stage.state_bytes +
         fragmentation * (stage.layers * layer.kept_bytes * in_flight + layer.working_bytes) +
         (stage.stages > 1.0 ? 0.0 : layer.logits_bytes);
}

// One step from its two parts. `window` and `shard_window` are the shares of compute that
// hide data-parallel and ZeRO-3 traffic, see hiding_windows.
struct HidingWindows {
  double data = 0;
  double sharded = 0;
};
TRANCHE_HD constexpr HidingWindows hiding_windows(const TrainingJob& job, const Coefficients& c) {
  const double eager = job.stack == Stack::eager ? c.training.eager_overlap_factor : 1.0;
  return {eager * at_year(c.training.data_overlap, job.software_year),
          at_year(c.training.sharded_overlap, job.software_year)};
}

TRANCHE_HD inline TrainingStep training_step(const StagePart& stage, const LayerPart& layer,
                                             double micro_batch_count, const HidingWindows& windows,
                                             const TrainingCoefficients& k) {
  const double forward_shard =
      detail::exposed_s(stage.gathers_forward_s, windows.sharded * layer.forward_hosted_s) +
      k.contention * stage.gathers_forward_s;
  const double backward_shard =
      detail::exposed_s(stage.gathers_backward_s, windows.sharded * layer.backward_hosted_s) +
      k.contention * stage.gathers_backward_s;
  const double layer_s =
      layer.forward_hosted_s + layer.backward_hosted_s + forward_shard + backward_shard;

  // slowest stage: all layers, or a shorter last one with the output projection
  const double with_logits = stage.last_layers * layer_s + layer.logits_s;
  const double slowest =
      stage.layers * layer_s > with_logits ? stage.layers * layer_s : with_logits;
  const double mean_stage = stage.mean_layers * layer_s + layer.logits_s / stage.stages;

  TrainingStep out;
  const LayerTime& t = layer.time;
  const double layers_run = micro_batch_count * stage.mean_layers;
  out.compute_s = layers_run * (t.forward_s + t.backward_s + t.recompute_s) +
                  micro_batch_count * layer.logits_s / stage.stages;
  const double device_s =
      t.forward_s + t.forward_network_s + t.backward_s + t.recompute_s + t.backward_network_s;
  out.network_s =
      layers_run * (t.forward_network_s + t.backward_network_s + forward_shard + backward_shard);
  out.host_s =
      layers_run * (layer.forward_hosted_s + layer.backward_hosted_s - device_s) + k.step_host_s;
  const double fill = (stage.stages - 1.0) / stage.virtual_stages;
  out.bubble_s = micro_batch_count * (slowest - mean_stage) + fill * mean_stage;
  if (stage.stages > 1.0) {
    const double hop_s = stage.hop_latency_s + layer.hop_bytes * stage.hop_s_per_byte;
    const double exposed = stage.virtual_stages > 1.0 ? k.interleaved_exposed : k.pipeline_exposed;
    out.network_s += exposed * 2.0 * stage.virtual_stages * hop_s * (micro_batch_count + fill);
  }
  out.network_s += detail::exposed_s(stage.gradients_forward_s,
                                     windows.data * stage.mean_layers * layer.forward_hosted_s) +
                   detail::exposed_s(stage.gradients_backward_s,
                                     windows.data * stage.mean_layers * layer.backward_hosted_s);
  out.optimizer_s = stage.optimizer_s;
  out.straggler_s = stage.straggler * (out.compute_s + out.bubble_s + out.network_s + out.host_s);
  return out;
}

TRANCHE_HD inline TrainingStep training_step(const ModelParams& m, const TrainingJob& job,
                                             const TrainingPlan& plan, const TrainingSystem& system,
                                             const Coefficients& c) {
  return training_step(stage_part(m, job, plan, system, c), layer_part(m, job, plan, system, c),
                       micro_batches(plan, job), hiding_windows(job, c), c.training);
}

// Tokens that one chip trains on in a second.
TRANCHE_HD inline double tokens_per_s_per_chip(const TrainingJob& job, const TrainingPlan& plan,
                                               const TrainingStep& step) {
  return job.global_batch * job.sequence_length / (total_s(step) * chips(plan));
}

}  // namespace tranche::kernels
