// SPDX-License-Identifier: Apache-2.0

// Traffic of a training step over the data-parallel group: all-reduce of gradients, all-gather of
// weights. training/step.hpp computes the part hidden under compute.
//
// References: Rajbhandari et al. 2020 (ZeRO stages), Zhao et al. 2023 (FSDP).
#pragma once

#include "kernels/models/training/memory.hpp"
#include "kernels/models/training/system.hpp"

namespace tranche::kernels::detail {

struct ShardTraffic {
  double forward_s = 0;  // per layer and micro-batch
  double backward_s = 0;
};

// Seconds per layer and micro-batch: ZeRO-3 and FSDP gather each layer's weights before use and
// scatter its gradients.
TRANCHE_HD inline ShardTraffic shard_traffic(const ModelParams& m, const TrainingJob& job,
                                             const TrainingPlan& plan, const ChipParameters& held,
                                             const TrainingSystem& system, const Coefficients& c) {
  if (plan.sharding != Sharding::weights && plan.sharding != Sharding::hybrid) return {};
  const ChipParams& chip = system.chip;
  const double ranks = static_cast<double>(plan.data) * plan.context;
  const Links links = links_of(system, ranks * plan.tensor);
  Group group = group_of(ranks, plan.tensor, chip.scale_up_chips);
  if (plan.sharding == Sharding::hybrid) group.ranks = group.ranks_per_domain;
  const double layers = plan.pipeline == 1 ? m.layers : stage_layers(m, plan);
  const double layer = (held.dense + held.expert) / (weight_copies(plan) * layers);
  const double gather = all_gather_s(chip, c, links, group, 2.0 * layer);
  const double trained = job.task == Task::lora ? 0.0 : 1.0;
  return {gather, gather + trained * reduce_scatter_s(chip, c, links, group, 2.0 * layer)};
}

// Seconds per step to reduce gradients and gather weights: {during backward, during forward}.
TRANCHE_HD inline ShardTraffic gradient_traffic(const TrainingJob& job, const TrainingPlan& plan,
                                                const ChipParameters& held,
                                                const TrainingSystem& system,
                                                const Coefficients& c) {
  if (job.task == Task::lora) return {};
  const ChipParams& chip = system.chip;
  const double ranks = weight_copies(plan) * plan.data * plan.context;
  const Links links = links_of(system, ranks * plan.tensor);
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

}  // namespace tranche::kernels::detail
