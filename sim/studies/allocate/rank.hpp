// SPDX-License-Identifier: Apache-2.0

// Evaluates and ranks every split of an allocation.
#pragma once

#include <vector>

#include "sim/studies/allocate/judge.hpp"

namespace tranche {

// Throws InputError if no split satisfies all constraints; the message gives the smallest
// conflicting set, and the number of splits that satisfy each constraint alone.
void refuse_conflict(const ScenarioSource& source, const AllocateSpec& spec,
                     const AllocationJudge& judge, const std::vector<AllocationSplit>& splits);

// Evaluates the splits without violations so far, on several threads. Returns the first objective
// in blocks of the draws, for each split. Throws Interrupted.
std::vector<std::vector<double>> judge_all(const SplitSource& values, const AllocationJudge& judge,
                                           const Execution& execution,
                                           std::vector<AllocationSplit>& splits);

// Sorts the best first and violating splits last; fills in the shortfalls.
void rank(const AllocationJudge& judge, const std::vector<std::vector<double>>& blocks,
          std::vector<AllocationSplit>& splits);

// Marks the Pareto front of two objectives among the first `feasible` splits.
void mark_front(const std::vector<AllocationObjective>& objectives, std::size_t feasible,
                std::vector<AllocationSplit>& splits);

}  // namespace tranche
