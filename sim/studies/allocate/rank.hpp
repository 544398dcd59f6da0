// SPDX-License-Identifier: Apache-2.0

// Judges every split of an allocation and puts them in order.
#pragma once

#include <vector>

#include "sim/studies/allocate/judge.hpp"

namespace tranche {

// Throws InputError when no split satisfies all constraints; it names the smallest set of them that
// cannot hold together, and how many splits satisfy each alone.
void refuse_conflict(const ScenarioSource& source, const AllocateSpec& spec,
                     const AllocationJudge& judge, const std::vector<AllocationSplit>& splits);

// Judges the splits that violate no constraint so far, on several threads. Returns the first
// objective in blocks of the draws, for each split. Throws Interrupted.
std::vector<std::vector<double>> judge_all(const SplitSource& values, const AllocationJudge& judge,
                                           const RunOptions& options,
                                           std::vector<AllocationSplit>& splits);

// Best first, those that violate a constraint last; fills in how far each is behind.
void rank(const AllocationJudge& judge, const std::vector<std::vector<double>>& blocks,
          std::vector<AllocationSplit>& splits);

// Marks the splits that no other beats in one of two objectives while matching it in the
// other, among the first `feasible`.
void mark_front(const std::vector<AllocationObjective>& objectives, std::size_t feasible,
                std::vector<AllocationSplit>& splits);

}  // namespace tranche
