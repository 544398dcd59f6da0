// SPDX-License-Identifier: Apache-2.0

// Distribution of the points of a sweep over ranks: a block per rank at a time, then one point per
// rank; the draws of the remaining points are shared.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/studies/sweep/point.hpp"

namespace tranche {

// True if `left` points, fewer than the ranks, finish earlier one after another with shared draws
// than at the same time, one per rank.
bool shares_draws_of(std::size_t left, int ranks, std::uint64_t draws);

// Simulates these points. Calls keep(point, rows) on rank 0, in order. Throws Interrupted on all
// ranks, after keeping the finished points.
void run_points(PointRunner& runner, const std::vector<const SweepPoint*>& points,
                std::uint64_t draws, const SharedWork& work,
                const std::function<void(const SweepPoint& point, const std::string& rows)>& keep);

}  // namespace tranche
