// SPDX-License-Identifier: Apache-2.0

// Finds the fastest plan of a training job.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/models/training/plan_search.hpp"
#include "kernels/models/training/step_detail.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/evidence/evidence.hpp"
#include "sim/performance/plan/choices.hpp"

namespace tranche {

struct PlanQuestion {
  kernels::ModelParams model;
  kernels::TrainingJob job;
  kernels::TrainingSystem system;
  std::int32_t chips = 8;
  PlanChoices choices;  // fixed choices
  std::size_t keep = 5;
  // device of the search; the answer does not depend on it
  kernels::ComputeDevice device = kernels::ComputeDevice::automatic;
};

struct RankedPlan {
  kernels::TrainingPlan plan;
  kernels::MicroBatches count;  // per replica and step
  kernels::TrainingStep step;
  kernels::StepDetail detail;  // of `step`
  kernels::TrainingMemory memory;
  double step_s = 0;
  double tokens_per_s = 0;      // of the whole job
  double mfu = 0;               // model flop, causal attention, over the dense peak of the format
  std::string lost_by;          // largest loss relative to the first plan; empty for the first
  PredictionEvidence evidence;  // interval and grade; see add_evidence()
};

struct PlanAnswer {
  std::vector<RankedPlan> best;  // fastest first
  ScheduleSet schedules;         // schedules of the search
  std::uint64_t evaluated = 0;
  std::uint64_t fitting = 0;
  // if nothing fits: the plan with the smallest memory, and its excess
  kernels::TrainingPlan smallest;
  double smallest_bytes = 0;
  double missing_bytes = 0;
  std::string why_empty;  // a sentence if `best` is empty
};

// Evaluates every plan that the fixed choices allow:
// - tensor parallelism in powers of two that divide the heads, inside a scale-up domain;
// - pipelines whose fullest stage has at most a tenth more layers than the mean, embedding and loss
//   counted as two (see is_even_enough), with 1F1B, plain or interleaved, by default: the schedules
//   of the measured runs behind the coefficients;
// - context and expert parallelism in powers of two, and data parallelism for the rest;
// - micro-batches of 1 to 16 sequences. A batch that does not divide is rounded up to whole
//   micro-batches, and to the slots of the schedule; slots without sequences are idle.
// Throws InputError, with all problems, for an invalid job: a precision without a rate on this
// chip, a model without shape, chips or batch below one, impossible choices. Throws
// kernels::BackendUnavailable if a GPU is requested explicitly and is not usable.
PlanAnswer find_plans(const PlanQuestion& question, const kernels::Coefficients& coefficients);

// Sets interval and grade of every plan of the answer on this chip, and corrects steps and rates
// of all by the factor that own runs give the first, so that their order stays.
void add_evidence(PlanAnswer& answer, const PlanQuestion& question, const ChipEntry& chip,
                  const EvidenceTable& evidence);

// "TP 8, PP 16, DP 128, micro-batch 1, interleave 8, recompute selective, ZeRO-1, SP"
std::string describe(const kernels::TrainingPlan& plan);

}  // namespace tranche
