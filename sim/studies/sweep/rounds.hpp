// SPDX-License-Identifier: Apache-2.0

// The points of a sweep over the ranks: each takes a block at a time, then one point at a time; the
// draws of the points left over at the end are shared.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/studies/sweep/point.hpp"

namespace tranche {

// Whether `left` points, fewer than there are ranks, are done sooner one after another with
// their draws shared than at the same time, one a rank.
bool shares_draws_of(std::size_t left, int ranks, std::uint64_t draws);

// Simulates these points. Calls keep(point, rows) on the first rank, in order. Throws
// Interrupted on all ranks, after keeping the points that were finished.
void run_points(PointRunner& runner, const std::vector<const SweepPoint*>& points,
                std::uint64_t draws, const SharedWork& work,
                const std::function<void(const SweepPoint& point, const std::string& rows)>& keep);

}  // namespace tranche
