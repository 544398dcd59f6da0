// SPDX-License-Identifier: Apache-2.0

// Which points a sweep has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/read/scenario_source.hpp"
#include "sim/scenario/read/study.hpp"

namespace tranche {

// How many points; a product of axes may be too large for a whole number.
double point_count(const SweepSpec& spec);

struct SweepPoint {
  std::uint64_t number = 1;         // from 1
  std::vector<std::string> labels;  // one an axis
  Change change;                    // what it sets; its label names the point in messages
};

// The points of a design, which must not be too many to list. A grid goes through the last axis
// fastest. A Latin hypercube cuts every axis into as many slices as there are points and uses
// each slice once (McKay, Beckman, Conover, Technometrics 21, 1979), at a random place
// inside; it follows from the seed. Sobol points are the sequence with the direction numbers
// of Joe and Kuo (SIAM J. Sci. Comput. 30, 2008), without its first point, the corner.
std::vector<SweepPoint> sweep_points(const SweepSpec& spec, std::uint64_t seed);

// The first value of every axis.
SweepPoint first_point(const SweepSpec& spec);

}  // namespace tranche
