// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/choices.hpp"

namespace tranche {

std::string describe(const ScheduleSet& schedules) {
  std::string text;
  const auto add = [&text](bool is_in, const char* name) {
    if (!is_in) return;
    if (!text.empty()) text += ", ";
    text += name;
  };
  add(schedules.one_f_one_b, "1F1B");
  add(schedules.interleaved, "interleaved");
  add(schedules.zero_bubble, "zero-bubble");
  add(schedules.bidirectional, "DualPipe");
  return text;
}

std::string schedule_name(const kernels::TrainingPlan& plan) {
  switch (plan.schedule) {
    case kernels::Schedule::one_f_one_b:
      return plan.virtual_stages > 1 ? "interleaved" : "1F1B";
    case kernels::Schedule::zero_bubble:
      return "zero-bubble";
    case kernels::Schedule::bidirectional:
      return "DualPipe";
  }
  return "";
}

std::optional<ScheduleSet> schedules_named(const std::string& word) {
  if (word == "1f1b") return ScheduleSet{true, false, false, false};
  if (word == "interleaved") return ScheduleSet{false, true, false, false};
  if (word == "zero-bubble") return ScheduleSet{false, false, true, false};
  if (word == "dualpipe") return ScheduleSet{false, false, false, true};
  if (word == "all") return ScheduleSet{true, true, true, true};
  return std::nullopt;
}

bool is_search(const PlanChoices& choices) {
  return !(choices.tensor && choices.pipeline && choices.micro_batch && choices.recompute);
}

}  // namespace tranche
