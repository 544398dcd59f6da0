// SPDX-License-Identifier: Apache-2.0

// Layout of a training job over chips, and the kind of training. Enumerators follow
// the literature: Narayanan et al. 2021 (tensor, pipeline, data),
// Korthikanti et al. 2022 (sequence parallel, selective recompute), Rajbhandari et al.
// 2020 (ZeRO stages), Zhao et al. 2023 (FSDP), Qi et al. 2024 (zero bubble), DeepSeek-AI 2024
// (arXiv 2412.19437, section 3.2: DualPipe).
#pragma once

#include <cstdint>

#include "kernels/base/host_device.hpp"
#include "kernels/models/chip/chip_params.hpp"

namespace tranche::kernels {

// Operations that the backward pass recomputes instead of keeping their results.
enum class Recompute : std::int32_t {
  none,
  selective,    // the attention core: scores and their product with the values
  elementwise,  // activation functions and normalisations only
  alternate,    // every second matrix product and all elementwise (PyTorch selective)
  full,         // the whole layer from its input
  modules       // elementwise, and the up-projections of latent attention (Megatron-Core modules)
};

// States that are sharded over the data-parallel group.
enum class Sharding : std::int32_t {
  none,       // everything replicated
  optimizer,  // ZeRO-1
  gradients,  // ZeRO-2, and FSDP without resharding after forward
  weights,    // ZeRO-3, FSDP full shard
  hybrid      // weights split inside a node, replicated between nodes (HSDP)
};

// Order in which a pipeline runs its micro-batches. With more than one virtual stage, the first
// enumerator is the interleaved schedule; the others have one virtual stage.
enum class Schedule : std::int32_t {
  one_f_one_b,
  zero_bubble,   // ZB-H1: gradients of weights fill the drain (ZB1P in arXiv 2412.19437)
  bidirectional  // DualPipe: micro-batches from both ends, weights held twice
};

enum class Task : std::int32_t { pretrain, finetune, lora };

enum class AttentionKernel : std::int32_t { unfused, fused };

// Execution of elementwise work: in fused kernels (Megatron-LM, Transformer Engine, XLA), or one
// operation at a time (PyTorch eager).
enum class Stack : std::int32_t { fused, eager };

// Load of experts. With balanced routing a benchmark forces equal loads, or tokens beyond the
// capacity of an expert are dropped.
enum class Routing : std::int32_t { real, balanced };

// Kernels that send tokens to their experts: general collectives, which send each copy by itself,
// after separate sorting; or fused ones (DeepEP of February 2025, HybridEP), which send a token
// once to each domain. By year: fused from 2025.2.
enum class Dispatch : std::int32_t { by_year, collective, fused };
inline constexpr double fused_dispatch_year = 2025.2;

// What a run says of an option of its software.
enum class Stated : std::int32_t { unknown, no, yes };

struct TrainingPlan {
  std::int32_t tensor = 1;
  std::int32_t pipeline = 1;
  std::int32_t data = 1;
  std::int32_t context = 1;
  std::int32_t expert = 1;          // divides tensor * context * data
  std::int32_t virtual_stages = 1;  // chunks per pipeline stage (interleaved schedule)
  std::int32_t micro_batch = 1;     // sequences
  bool sequence_parallel = false;
  Recompute recompute = Recompute::none;
  double recompute_share = 1.0;  // fraction of the layers
  Sharding sharding = Sharding::optimizer;
  Schedule schedule = Schedule::one_f_one_b;
};

struct TrainingJob {
  double sequence_length = 0;  // tokens
  double global_batch = 0;     // sequences in one optimizer step
  Precision precision = Precision::bf16;
  Task task = Task::pretrain;
  AttentionKernel attention_kernel = AttentionKernel::fused;
  Stack stack = Stack::fused;
  bool fused_norm = true;         // normalisation kernels in an eager stack
  double software_year = 2025.0;  // of the training stack; see software_knot_year
  Routing routing = Routing::real;
  Dispatch dispatch = Dispatch::by_year;
  Stated expert_overlap = Stated::unknown;  // all-to-all behind another micro-batch
};

TRANCHE_HD constexpr double chips(const TrainingPlan& p) {
  return static_cast<double>(p.tensor) * p.pipeline * p.data * p.context;
}

// Number of copies of a stage's weights in one pipeline: DualPipe runs each stage on two chips.
TRANCHE_HD constexpr double weight_copies(const TrainingPlan& p) {
  return p.schedule == Schedule::bidirectional ? 2.0 : 1.0;
}

// Number of micro-batches per step and data-parallel replica; fractional if the global batch does
// not divide.
TRANCHE_HD constexpr double micro_batches(const TrainingPlan& p, const TrainingJob& job) {
  return job.global_batch / (static_cast<double>(p.data) * p.micro_batch);
}

// The slots of a schedule are a multiple of `multiple` and at least `least`.
struct SlotRule {
  double multiple = 1;
  double least = 1;
};

// 1F1B and zero bubble take any number of micro-batches; an interleaved schedule takes whole
// rounds of the pipeline (Narayanan et al. 2021, section 2.2.2); a bidirectional one an even
// number, and at least as many as it has stages.
TRANCHE_HD constexpr SlotRule slot_rule(const TrainingPlan& p) {
  const double stages = p.pipeline;
  if (p.schedule == Schedule::bidirectional) return {2.0, stages};
  if (p.virtual_stages > 1) return {stages, stages};
  return {};
}

// Micro-batches with sequences, and the slots of the schedule to which they are rounded up: the
// busiest replica has a micro-batch in each slot, so all replicas take as long.
struct MicroBatches {
  double filled = 1;  // mean over replicas, 0 < filled <= slots
  double slots = 1;
};

TRANCHE_HD constexpr MicroBatches rounded_up(double filled, const SlotRule& rule) {
  const double rounds = rule.multiple > 1.0 ? filled / rule.multiple : filled;
  double whole = static_cast<double>(static_cast<std::int64_t>(rounds));
  if (whole < rounds) whole += 1.0;
  const double slots = whole * rule.multiple;
  return {filled, slots < rule.least ? rule.least : slots};
}

// Idle time of a pipeline over its busy time, (p - 1) / (v m).
// Reference: Narayanan et al. 2021, section 2.2.
TRANCHE_HD constexpr double bubble_fraction(double stages, double virtual_stages,
                                            double micro_batch_count) {
  return (stages - 1.0) / (virtual_stages * micro_batch_count);
}

}  // namespace tranche::kernels
