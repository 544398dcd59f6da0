// SPDX-License-Identifier: Apache-2.0

// The two inputs of step time and memory of a training plan: one of the layer and its micro-batch,
// one of the stage. A search computes each once and combines them.
//
// References and coefficients: see training/step.hpp.
#pragma once

#include "kernels/models/training/layer_time.hpp"
#include "kernels/models/training/memory.hpp"
#include "kernels/models/training/traffic.hpp"

namespace tranche::kernels {

namespace detail {

// Seconds of output projection and loss for one micro-batch, forward and backward. All stacks keep
// them in 16 bits.
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

// Exposed traffic, in seconds, of a forward pass that runs beside the backward pass of another
// micro-batch, as in DualPipe: the all-to-all between experts overlaps with the compute of both as
// far as it is shorter, and `contention` of it slows the compute. Other traffic as in LayerDetail.
// Reference: DeepSeek-AI 2024 (arXiv 2412.19437, section 3.2.1).
TRANCHE_HD inline LayerTraffic exposed_in_both(const LayerDetail& d, double contention) {
  LayerTraffic out = sum_of(d.forward_exposed, d.backward_exposed);
  const double exchange_s = d.forward_traffic.expert_s + d.backward_traffic.expert_s;
  const double compute_s = total_s(d.forward) + total_s(d.backward) + total_s(d.recompute);
  out.expert_s = detail::exposed_s(exchange_s, compute_s) + contention * exchange_s;
  return out;
}

// Inputs of a step from one layer and micro-batch: everything independent of pipeline, data
// parallelism and sharding.
struct LayerPart {
  LayerTime time;
  double both_network_s = 0;    // exposed, of a forward and a backward pass that overlap
  double both_hosted_s = 0;     // of such a pair: the larger of device and host time
  double forward_hosted_s = 0;  // the larger of device and host time, with the network
  double backward_hosted_s = 0;
  double logits_s = 0;
  double pipeline_send_bytes = 0;  // sent between pipeline stages, per chip
  double kept_bytes = 0;           // activations kept for the backward pass
  double working_bytes = 0;        // one recomputed layer, with full recompute
  double logits_bytes = 0;
  double micro_batch = 1;
};

// Inputs of a step from the rest of the plan: everything independent of micro-batch, recompute and
// sequence parallelism.
struct StagePart {
  double chips = 1;
  double stages = 1;
  double per_stage = 1;  // 1 / stages: a search multiplies once per plan
  double virtual_stages = 1;
  double data = 1;
  double layers = 1;  // on the fullest stage
  double mean_layers = 1;
  double last_layers = 1;  // on the stage of the output projection
  double in_flight = 1;    // micro-batches on the first stage, if there are as many
  Schedule schedule = Schedule::one_f_one_b;
  SlotRule slots;
  double fills = 0;  // number of waits of a chip while the pipeline fills and drains
  double hop_latency_s = 0;
  double hop_s_per_byte = 0;
  double gathers_forward_s = 0;  // ZeRO-3: per layer and micro-batch
  double gathers_backward_s = 0;
  double gradients_forward_s = 0;  // per step
  double gradients_backward_s = 0;
  double optimizer_s = 0;
  double state_bytes = 0;  // weights, gradients, optimizer, reserve
  double straggler = 0;    // fraction of the step
};

TRANCHE_HD inline LayerPart layer_part(const ModelParams& m, const TrainingJob& job,
                                       const TrainingPlan& plan, const TrainingSystem& system,
                                       const Coefficients& c) {
  const TrainingCoefficients& k = c.training;
  const double year = job.software_year;
  LayerPart out;
  const LayerDetail parts = layer_detail(m, job, plan, system, c);
  out.time = layer_time(parts);
  const double mixture_share = moe_layers(m) / m.layers;
  const bool eager = job.stack == Stack::eager;
  const double launch_s =
      (eager ? k.eager_host_factor : 1.0) * at_year(k.host_layer_s, year) +
      mixture_share *
          at_year(k.expert_host_layer_s[index_of(system.chip.generation)], year, expert_knot_year);
  // the host reads how many tokens each expert got before it can launch the experts' products, so
  // the queue of the chip runs empty
  const double sync_s = mixture_share * at_year(k.expert_sync_s, year, expert_knot_year);
  const bool full = plan.recompute == Recompute::full;
  const double again = full ? plan.recompute_share : 0.0;
  out.forward_hosted_s = p_norm(out.time.forward_s + out.time.forward_network_s, launch_s) + sync_s;
  out.backward_hosted_s =
      p_norm(out.time.backward_s + out.time.recompute_s + out.time.backward_network_s,
             launch_s * (1.0 + again)) +
      again * sync_s;
  const double compute_s = out.time.forward_s + out.time.backward_s + out.time.recompute_s;
  out.both_network_s = total_s(exposed_in_both(parts, k.contention));
  out.both_hosted_s =
      p_norm(compute_s + out.both_network_s, launch_s * (2.0 + again)) + (1.0 + again) * sync_s;
  out.logits_s = detail::logits_s(m, job, plan, system.chip, c);
  const double tokens = plan.micro_batch * job.sequence_length / plan.context;
  out.pipeline_send_bytes = tokens * m.hidden * 2.0 / plan.tensor;
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
  out.per_stage = 1.0 / out.stages;
  out.virtual_stages = plan.virtual_stages;
  out.data = plan.data;
  out.layers = plan.pipeline == 1 ? m.layers : stage_layers(m, plan);
  out.mean_layers = static_cast<double>(m.layers) / out.stages;
  const double spare = out.layers * out.stages - m.layers;
  out.last_layers = out.layers - (spare < 1.0 ? 0.0 : spare < 2.0 ? spare : spare * 0.5);
  out.in_flight = in_flight_micro_batches(plan);
  out.schedule = plan.schedule;
  out.slots = slot_rule(plan);
  out.fills = out.schedule == Schedule::bidirectional ? 0.5 * out.stages - 1.0
                                                      : (out.stages - 1.0) / out.virtual_stages;

  // neighbours in the pipeline are tensor x context x data ranks apart
  const double ranks_below = static_cast<double>(plan.tensor) * plan.context * plan.data;
  const Reach reach = ranks_below * out.stages <= chip.scale_up_chips ? Reach::inside_domain
                                                                      : Reach::between_domains;
  const Links links = links_of(system, ranks_below * out.stages);
  out.hop_latency_s = point_to_point_s(chip, c, links, reach, 0.0);
  out.hop_s_per_byte = point_to_point_s(chip, c, links, reach, 1.0) - out.hop_latency_s;

  const ChipParameters held = chip_parameters(m, plan);
  const detail::ShardTraffic gathers = detail::shard_traffic(m, job, plan, held, system, c);
  out.gathers_forward_s = gathers.forward_s;
  out.gathers_backward_s = gathers.backward_s;
  const detail::ShardTraffic gradients = detail::gradient_traffic(job, plan, held, system, c);
  out.gradients_forward_s = gradients.forward_s;
  out.gradients_backward_s = gradients.backward_s;

  const double replicas = weight_copies(plan) * plan.data * plan.context;
  const double node_ranks =
      detail::group_of(replicas, plan.tensor, chip.scale_up_chips).ranks_per_domain;
  const StateShare owned = owned_parameters(held, plan, node_ranks);
  const double trained = job.task == Task::lora ? 0.01 : 1.0;
  out.optimizer_s = stream_s(
      chip, c, trained * (owned.dense + owned.expert) * k.optimizer_bytes_per_parameter, 10.0);
  out.state_bytes = state_bytes(m, job, plan, held, owned);
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
         (stage.stages > 1.0 && stage.schedule != Schedule::bidirectional ? 0.0
                                                                          : layer.logits_bytes);
}

}  // namespace tranche::kernels
