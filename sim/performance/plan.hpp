// Finds the fastest way to lay a training job out over chips.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/performance/plan_search.hpp"

namespace tranche {

struct PlanQuestion {
  kernels::ModelParams model;
  kernels::TrainingJob job;
  kernels::TrainingSystem system;
  std::int32_t chips = 8;
  std::size_t keep = 5;
  // where plans are scored; the answer is the same everywhere
  kernels::ComputeDevice device = kernels::ComputeDevice::automatic;
};

struct RankedPlan {
  kernels::TrainingPlan plan;
  kernels::TrainingStep step;
  kernels::TrainingMemory memory;
  double step_s = 0;
  double tokens_per_s = 0;  // of the whole job
  double mfu = 0;           // model flop, causal attention, over the dense peak of the format
  std::string lost_by;      // against the first: what costs it most; empty for the first
};

struct PlanAnswer {
  std::vector<RankedPlan> best;  // fastest first
  std::uint64_t evaluated = 0;
  std::uint64_t fitting = 0;
  // when nothing fits: the plan that needs least, and by how much it is too large
  kernels::TrainingPlan smallest;
  double smallest_bytes = 0;
  double missing_bytes = 0;
  std::string why_empty;  // a sentence when `best` is empty
};

// Every valid plan is evaluated: tensor parallelism that divides the heads inside a
// scale-up domain, pipelines that divide the layers (embedding and loss counted as two
// more where that helps), context and expert parallelism in powers of two, data
// parallelism for the rest. Throws InputError when the job cannot be asked: a precision
// without a rate on this chip, a model without shape, chips or batch below one. Throws
// kernels::BackendUnavailable when the GPU is asked for by name and is not usable.
PlanAnswer find_plans(const PlanQuestion& question, const kernels::Coefficients& coefficients);

// "TP 8, PP 16, DP 128, micro-batch 1, interleave 8, recompute selective, ZeRO-1, SP"
std::string describe(const kernels::TrainingPlan& plan);

}  // namespace tranche
