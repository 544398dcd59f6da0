// SPDX-License-Identifier: Apache-2.0

// Fixed choices of a training plan; the search covers the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernels/models/training/plan.hpp"

namespace tranche {

// Schedules of the search. Without pipeline stages there is only `one_f_one_b`.
struct ScheduleSet {
  bool one_f_one_b = true;     // with one virtual stage
  bool interleaved = true;     // with several
  bool zero_bubble = false;    // ZB-H1
  bool bidirectional = false;  // DualPipe
};

// "1F1B, interleaved", in this order.
std::string describe(const ScheduleSet& schedules);

// "1F1B", "interleaved", "zero-bubble" or "DualPipe".
std::string schedule_name(const kernels::TrainingPlan& plan);

// Set for a value of `--schedule`: "1f1b", "interleaved", "zero-bubble", "dualpipe" or "all"; empty
// for another word.
std::optional<ScheduleSet> schedules_named(const std::string& word);

struct PlanChoices {
  std::optional<std::int32_t> tensor, pipeline, data, context, expert;  // chips
  std::optional<std::int32_t> micro_batch;                              // sequences
  std::optional<std::int32_t> virtual_stages;
  std::optional<kernels::Recompute> recompute;
  std::optional<kernels::Sharding> sharding;
  std::optional<ScheduleSet> schedules;
};

// True if the answer is the fastest of several layouts, false if the layout is given: the size of
// each group of chips, the micro-batch and recomputation.
bool is_search(const PlanChoices& choices);

}  // namespace tranche
