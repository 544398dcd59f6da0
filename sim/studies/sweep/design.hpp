// SPDX-License-Identifier: Apache-2.0

// Points of a sweep.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/read/scenario_source.hpp"
#include "sim/scenario/read/study.hpp"

namespace tranche {

// Number of points; a double, as a product of axes may overflow an integer.
double point_count(const SweepSpec& spec);

struct SweepPoint {
  std::uint64_t number = 1;         // from 1
  std::vector<std::string> labels;  // one per axis
  Change change;                    // assignments of the point; the label identifies it in messages
};

// Returns the points of a design, whose number must be small enough to list. A grid iterates the
// last axis fastest. A Latin hypercube divides every axis into as many slices as there are points
// and uses each slice once (McKay, Beckman, Conover, Technometrics 21, 1979), at a random position
// inside; it is determined by the seed. Sobol points are the sequence with the direction numbers of
// Joe and Kuo (SIAM J. Sci. Comput. 30, 2008), without its first point, the corner.
std::vector<SweepPoint> sweep_points(const SweepSpec& spec, std::uint64_t seed);

// Returns the first value of every axis.
SweepPoint first_point(const SweepSpec& spec);

}  // namespace tranche
