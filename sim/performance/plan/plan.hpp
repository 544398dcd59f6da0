// SPDX-License-Identifier: Apache-2.0

// Finds the fastest way to lay a training job out over chips.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/models/training/plan_search.hpp"
#include "kernels/models/training/step_detail.hpp"
#include "sim/performance/plan/choices.hpp"

namespace tranche {

struct PlanQuestion {
  kernels::ModelParams model;
  kernels::TrainingJob job;
  kernels::TrainingSystem system;
  std::int32_t chips = 8;
  PlanChoices choices;  // what is not searched
  std::size_t keep = 5;
  // where plans are scored; the answer is the same everywhere
  kernels::ComputeDevice device = kernels::ComputeDevice::automatic;
};

struct RankedPlan {
  kernels::TrainingPlan plan;
  kernels::MicroBatches count;  // of one replica and step
  kernels::TrainingStep step;
  kernels::StepDetail detail;  // of `step`
  kernels::TrainingMemory memory;
  double step_s = 0;
  double tokens_per_s = 0;  // of the whole job
  double mfu = 0;           // model flop, causal attention, over the dense peak of the format
  std::string lost_by;      // against the first: what costs it most; empty for the first
};

struct PlanAnswer {
  std::vector<RankedPlan> best;  // fastest first
  ScheduleSet schedules;         // searched
  std::uint64_t evaluated = 0;
  std::uint64_t fitting = 0;
  // when nothing fits: the plan that needs least, and by how much it is too large
  kernels::TrainingPlan smallest;
  double smallest_bytes = 0;
  double missing_bytes = 0;
  std::string why_empty;  // a sentence when `best` is empty
};

// Evaluates every plan of the question, with what its choices leave open:
// - tensor parallelism in powers of two that divide the heads, inside a scale-up domain;
// - pipelines whose fullest stage has at most a tenth more layers than the mean, embedding and loss
//   counted as two (see is_even_enough), run as 1F1B, plain or interleaved, unless schedules are
//   asked for: those are what the measured runs behind the coefficients use;
// - context and expert parallelism in powers of two, and data parallelism for the rest;
// - micro-batches of 1 to 16 sequences. A batch that does not divide is rounded up to whole
//   micro-batches, and to the slots of the schedule; those without sequences are idle.
// Throws InputError, with all problems, when the job cannot be asked: a precision without a rate
// on this chip, a model without shape, chips or batch below one, choices that no plan can have.
// Throws kernels::BackendUnavailable when the GPU is asked for by name and is not usable.
PlanAnswer find_plans(const PlanQuestion& question, const kernels::Coefficients& coefficients);

// "TP 8, PP 16, DP 128, micro-batch 1, interleave 8, recompute selective, ZeRO-1, SP"
std::string describe(const kernels::TrainingPlan& plan);

}  // namespace tranche
