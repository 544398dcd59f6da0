// SPDX-License-Identifier: Apache-2.0

// Time of one optimizer step of a training job, with its breakdown.
//
// References: Narayanan et al. 2021 (1F1B and interleaved pipeline, traffic),
// Rajbhandari et al. 2020 (ZeRO traffic), Zhao et al. 2023 (FSDP prefetch), Grattafiori
// et al. 2024 (16,384 chips), Qi et al. 2024 (zero bubble), DeepSeek-AI 2024 (arXiv 2412.19437,
// table 2: bubbles of ZB1P and DualPipe). Coefficients: scenarios/catalogue/coefficients.toml.
#pragma once

#include "kernels/models/chip/time_parts.hpp"
#include "kernels/models/training/parts.hpp"

namespace tranche::kernels {

// Seconds of one step; the parts add up to total_s(step).
struct TrainingStep {
  double compute_s = 0;  // operators, recompute included
  double network_s = 0;  // exposed: tensor, context, expert, pipeline, data-parallel
  double bubble_s = 0;   // pipeline fill and drain, uneven stages, empty slots
  double host_s = 0;     // chips waiting for the host to launch kernels
  double optimizer_s = 0;
  double straggler_s = 0;  // waiting for the slowest chip
};

TRANCHE_HD constexpr double total_s(const TrainingStep& s) {
  return s.compute_s + s.network_s + s.bubble_s + s.host_s + s.optimizer_s + s.straggler_s;
}

// The step with every part `factor` times as long.
TRANCHE_HD constexpr TrainingStep scaled(const TrainingStep& s, double factor) {
  return {factor * s.compute_s, factor * s.network_s,   factor * s.bubble_s,
          factor * s.host_s,    factor * s.optimizer_s, factor * s.straggler_s};
}

// The step in the parts of every model: the optimizer streams memory.
TRANCHE_HD constexpr TimeParts time_parts(const TrainingStep& s) {
  TimeParts parts;
  parts.compute_s = s.compute_s;
  parts.memory_s = s.optimizer_s;
  parts.network_s = s.network_s;
  parts.host_s = s.host_s;
  parts.bubble_s = s.bubble_s;
  parts.straggler_s = s.straggler_s;
  return parts;
}

// Fractions of compute that can hide data-parallel and ZeRO-3 traffic.
struct OverlapWindows {
  double data = 0;
  double sharded = 0;
};
TRANCHE_HD constexpr OverlapWindows overlap_windows(const TrainingJob& job, const Coefficients& c) {
  const double eager = job.stack == Stack::eager ? c.training.eager_overlap_factor : 1.0;
  return {eager * at_year(c.training.data_overlap, job.software_year),
          at_year(c.training.sharded_overlap, job.software_year)};
}

// Seconds of one stage, from which the step time is computed.
struct StageTimes {
  double forward_shard_s = 0;  // exposed ZeRO-3 traffic of a layer and micro-batch
  double backward_shard_s = 0;
  double layer_s = 0;    // a layer and micro-batch, both passes, with its traffic
  double mean_s = 0;     // a micro-batch on the mean stage
  double slowest_s = 0;  // a micro-batch on the slowest stage
  double fill_s = 0;     // fill and drain of the pipeline, per step
};

namespace detail {

// Exposed seconds of ZeRO-3 traffic beside `compute_s` of the same layer.
TRANCHE_HD inline double shard_exposed_s(double gathers_s, double compute_s,
                                         const OverlapWindows& windows, double contention) {
  return exposed_s(gathers_s, windows.sharded * compute_s) + contention * gathers_s;
}

// Seconds that a chip waits while the pipeline fills and drains, with F, B and W the forward pass,
// the whole backward pass and its weight-gradient part of a micro-batch on a mean stage:
//   1F1B (v virtual stages)  (p - 1) (F + B) / v
//   zero bubble              (p - 1) (F + B - 2 W)
//   bidirectional            (p / 2 - 1) (F&B + B - 3 W), F&B of two that hide each other's traffic
// Not below 0. B and W are of the layers, without the output projection.
TRANCHE_HD constexpr double fill_s(const StagePart& stage, const LayerPart& layer,
                                   const StageTimes& t) {
  if (stage.schedule == Schedule::one_f_one_b) return stage.fills * t.mean_s;
  const double weights_s = stage.mean_layers * layer.time.weight_gradient_s;
  const double backward_s = stage.mean_layers * (layer.backward_hosted_s + t.backward_shard_s);
  const double idle_s = stage.schedule == Schedule::zero_bubble
                            ? t.mean_s - 2.0 * weights_s
                            : t.mean_s + backward_s - 3.0 * weights_s;
  return idle_s > 0.0 ? stage.fills * idle_s : 0.0;
}

}  // namespace detail

TRANCHE_HD inline StageTimes stage_times(const StagePart& stage, const LayerPart& layer,
                                         const OverlapWindows& windows,
                                         const TrainingCoefficients& k) {
  StageTimes out;
  out.forward_shard_s = detail::shard_exposed_s(stage.gathers_forward_s, layer.forward_hosted_s,
                                                windows, k.contention);
  out.backward_shard_s = detail::shard_exposed_s(stage.gathers_backward_s, layer.backward_hosted_s,
                                                 windows, k.contention);
  const bool both = stage.schedule == Schedule::bidirectional;
  out.layer_s = (both ? layer.both_hosted_s : layer.forward_hosted_s + layer.backward_hosted_s) +
                out.forward_shard_s + out.backward_shard_s;
  out.mean_s = stage.mean_layers * out.layer_s + layer.logits_s * stage.per_stage;
  // slowest stage: all layers, or a shorter last one with the output projection; a chip of a
  // bidirectional pipeline alternates between the last and the first
  const double full_s = stage.layers * out.layer_s;
  double last_s = stage.last_layers * out.layer_s + layer.logits_s;
  if (both) last_s = 0.5 * (full_s + last_s);
  out.slowest_s = full_s > last_s ? full_s : last_s;
  out.fill_s = detail::fill_s(stage, layer, out);
  return out;
}

// Seconds of traffic between stages per step: all, and the exposed part.
struct HopTimes {
  double traffic_s = 0;
  double exposed_s = 0;
};

TRANCHE_HD inline HopTimes hop_times(const StagePart& stage, const LayerPart& layer, double slots,
                                     double mean_s, const TrainingCoefficients& k) {
  if (stage.stages <= 1.0) return {};
  const double hop_s = stage.hop_latency_s + layer.pipeline_send_bytes * stage.hop_s_per_byte;
  const double traffic_s = 2.0 * stage.virtual_stages * hop_s * (slots + stage.fills);
  if (stage.schedule == Schedule::bidirectional) {
    const double compute_s = mean_s * (slots + stage.fills);
    return {traffic_s, detail::exposed_s(traffic_s, compute_s) + k.contention * traffic_s};
  }
  return {traffic_s,
          (stage.virtual_stages > 1.0 ? k.interleaved_exposed : k.pipeline_exposed) * traffic_s};
}

// Seconds of one step from its two parts. Work is that of the micro-batches with sequences; an
// empty slot waits as long as one on the slowest stage takes, which is counted in the bubble.
TRANCHE_HD inline TrainingStep training_step(const StagePart& stage, const LayerPart& layer,
                                             const MicroBatches& count,
                                             const OverlapWindows& windows,
                                             const TrainingCoefficients& k) {
  const StageTimes stages = stage_times(stage, layer, windows, k);
  const LayerTime& t = layer.time;
  const bool both = stage.schedule == Schedule::bidirectional;
  const double layers_run = count.filled * stage.mean_layers;
  const double compute_s = t.forward_s + t.backward_s + t.recompute_s;
  const double network_s = both ? layer.both_network_s : t.forward_network_s + t.backward_network_s;
  const double shard_s = stages.forward_shard_s + stages.backward_shard_s;
  TrainingStep out;
  out.compute_s = layers_run * compute_s + count.filled * layer.logits_s * stage.per_stage;
  out.network_s = layers_run * (network_s + shard_s);
  out.host_s = layers_run * (stages.layer_s - shard_s - compute_s - network_s) + k.step_host_s;
  out.bubble_s = count.filled * (stages.slowest_s - stages.mean_s) +
                 (count.slots - count.filled) * stages.slowest_s + stages.fill_s;
  out.network_s += hop_times(stage, layer, count.slots, stages.mean_s, k).exposed_s;
  out.network_s += detail::exposed_s(stage.gradients_forward_s,
                                     windows.data * stage.mean_layers * layer.forward_hosted_s) +
                   detail::exposed_s(stage.gradients_backward_s,
                                     windows.data * stage.mean_layers * layer.backward_hosted_s);
  out.optimizer_s = stage.optimizer_s;
  out.straggler_s = stage.straggler * (out.compute_s + out.bubble_s + out.network_s + out.host_s);
  return out;
}

// For a global batch that divides, or a measured layout: no slot is rounded up.
TRANCHE_HD inline TrainingStep training_step(const ModelParams& m, const TrainingJob& job,
                                             const TrainingPlan& plan, const TrainingSystem& system,
                                             const Coefficients& c) {
  const double count = micro_batches(plan, job);
  return training_step(stage_part(m, job, plan, system, c), layer_part(m, job, plan, system, c),
                       {count, count}, overlap_windows(job, c), c.training);
}

// Tokens per second that one chip trains on.
TRANCHE_HD inline double tokens_per_s_per_chip(const TrainingJob& job, const TrainingPlan& plan,
                                               const TrainingStep& step) {
  return job.global_batch * job.sequence_length / (total_s(step) * chips(plan));
}

}  // namespace tranche::kernels
