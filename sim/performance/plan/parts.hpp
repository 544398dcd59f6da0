// SPDX-License-Identifier: Apache-2.0

// What the step and the memory of one plan are made of, as named figures.
#pragma once

#include <string>
#include <vector>

#include "sim/performance/plan/plan.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

struct PlanPart {
  std::string key;  // in CSV and JSON, with its unit
  Cell value;
};

// Slots of the schedule and how many carry sequences, the peak that the MFU is of, compute by
// operator, exposed and hidden traffic by kind, the bubble by cause, memory by use and room left.
// Operators add up to compute_s, exposed traffic to network_s, causes to bubble_s, and memory with
// room to the capacity.
std::vector<PlanPart> plan_parts(const PlanQuestion& question, const RankedPlan& plan);

}  // namespace tranche
