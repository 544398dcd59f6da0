// SPDX-License-Identifier: Apache-2.0

// Breakdown of a training step: compute by operator, traffic by kind of parallelism, bubble by
// cause. Computed for plans that are reported; a search needs only the sums. Formulas as in
// training/step.hpp.
#pragma once

#include "kernels/models/training/step.hpp"

namespace tranche::kernels {

// Seconds of traffic per step: exposed, and hidden behind compute.
struct Traffic {
  double exposed_s = 0;
  double hidden_s = 0;
};

// Seconds per step on one chip of the mean stage, for micro-batches with sequences.
struct StepDetail {
  // adds up to TrainingStep::compute_s
  OperatorTimes operators;  // recompute included
  double logits_s = 0;      // output projection and loss
  // exposed parts add up to TrainingStep::network_s
  Traffic tensor;
  Traffic expert;    // exchange of tokens between experts
  Traffic context;   // keys and values sent around the ring
  Traffic data;      // gradients and weights of data-parallel replicas, ZeRO-3 included
  Traffic pipeline;  // activations sent between stages
  // adds up to TrainingStep::bubble_s
  double fill_s = 0;    // fill and drain of the pipeline
  double uneven_s = 0;  // stages with fewer layers wait for the slowest
  double idle_s = 0;    // slots of the schedule without sequences
};

TRANCHE_HD constexpr double compute_s(const StepDetail& d) {
  return total_s(d.operators) + d.logits_s;
}
TRANCHE_HD constexpr double network_s(const StepDetail& d) {
  return d.tensor.exposed_s + d.expert.exposed_s + d.context.exposed_s + d.data.exposed_s +
         d.pipeline.exposed_s;
}
TRANCHE_HD constexpr double bubble_s(const StepDetail& d) {
  return d.fill_s + d.uneven_s + d.idle_s;
}

// The detail with every part `factor` times as long.
TRANCHE_HD constexpr StepDetail scaled(const StepDetail& d, double factor) {
  const auto times = [&](const Traffic& t) {
    return Traffic{factor * t.exposed_s, factor * t.hidden_s};
  };
  StepDetail out;
  out.operators = {factor * d.operators.attention_projections_s,
                   factor * d.operators.attention_core_s, factor * d.operators.mlp_s,
                   factor * d.operators.elementwise_s};
  out.logits_s = factor * d.logits_s;
  out.tensor = times(d.tensor);
  out.expert = times(d.expert);
  out.context = times(d.context);
  out.data = times(d.data);
  out.pipeline = times(d.pipeline);
  out.fill_s = factor * d.fill_s;
  out.uneven_s = factor * d.uneven_s;
  out.idle_s = factor * d.idle_s;
  return out;
}

namespace detail {

// Contention can make a chip wait longer than the traffic itself takes: then none is hidden.
TRANCHE_HD constexpr Traffic split(double exposed_s, double traffic_s) {
  return {exposed_s, traffic_s > exposed_s ? traffic_s - exposed_s : 0.0};
}

}  // namespace detail

// Detail of training_step(stage_part(...), layer_part(...), count, windows, ...).
TRANCHE_HD inline StepDetail step_detail(const ModelParams& m, const TrainingJob& job,
                                         const TrainingPlan& plan, const TrainingSystem& system,
                                         const MicroBatches& count, const Coefficients& c) {
  const TrainingCoefficients& k = c.training;
  const StagePart stage = stage_part(m, job, plan, system, c);
  const LayerPart layer = layer_part(m, job, plan, system, c);
  const LayerDetail d = layer_detail(m, job, plan, system, c);
  const OverlapWindows windows = overlap_windows(job, c);
  const StageTimes stages = stage_times(stage, layer, windows, k);
  const double layers_run = count.filled * stage.mean_layers;

  StepDetail out;
  const auto of_step = [&](double forward, double backward, double again) {
    return layers_run * (forward + backward + again);
  };
  out.operators = {
      of_step(d.forward.attention_projections_s, d.backward.attention_projections_s,
              d.recompute.attention_projections_s),
      of_step(d.forward.attention_core_s, d.backward.attention_core_s,
              d.recompute.attention_core_s),
      of_step(d.forward.mlp_s, d.backward.mlp_s, d.recompute.mlp_s),
      of_step(d.forward.elementwise_s, d.backward.elementwise_s, d.recompute.elementwise_s)};
  out.logits_s = count.filled * layer.logits_s / stage.stages;

  const LayerTraffic traffic = sum_of(d.forward_traffic, d.backward_traffic);
  const LayerTraffic exposed = plan.schedule == Schedule::bidirectional
                                   ? exposed_in_both(d, k.contention)
                                   : sum_of(d.forward_exposed, d.backward_exposed);
  out.tensor = detail::split(layers_run * exposed.tensor_s, layers_run * traffic.tensor_s);
  out.expert = detail::split(layers_run * exposed.expert_s, layers_run * traffic.expert_s);
  out.context = detail::split(layers_run * exposed.context_s, layers_run * traffic.context_s);
  const HopTimes hops = hop_times(stage, layer, count.slots, stages.mean_s, k);
  out.pipeline = detail::split(hops.exposed_s, hops.traffic_s);
  const double window_s = windows.data * stage.mean_layers;
  const double gradients_exposed_s =
      detail::exposed_s(stage.gradients_forward_s, window_s * layer.forward_hosted_s) +
      detail::exposed_s(stage.gradients_backward_s, window_s * layer.backward_hosted_s);
  const double gathers_s = stage.gathers_forward_s + stage.gathers_backward_s;
  out.data = detail::split(
      layers_run * (stages.forward_shard_s + stages.backward_shard_s) + gradients_exposed_s,
      layers_run * gathers_s + stage.gradients_forward_s + stage.gradients_backward_s);

  out.fill_s = stages.fill_s;
  out.uneven_s = count.filled * (stages.slowest_s - stages.mean_s);
  out.idle_s = (count.slots - count.filled) * stages.slowest_s;
  return out;
}

}  // namespace tranche::kernels
