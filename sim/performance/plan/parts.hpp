// SPDX-License-Identifier: Apache-2.0

// Components of the step time and memory of one plan, as named numbers.
#pragma once

#include <string>
#include <vector>

#include "sim/performance/plan/plan.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

struct PlanPart {
  std::string key;  // CSV and JSON key, with its unit
  Cell value;
};

// Returns slots of the schedule and slots with sequences, the peak of the MFU, compute by operator,
// exposed and hidden traffic by kind, the bubble by cause, memory by use and free memory. Operators
// add up to compute_s, exposed traffic to network_s, causes to bubble_s, and memory with free
// memory to the capacity.
std::vector<PlanPart> plan_parts(const PlanQuestion& question, const RankedPlan& plan);

}  // namespace tranche
