// SPDX-License-Identifier: Apache-2.0

// Sobol' indices of every output of a model for every group of its inputs, from one design.
//
// First order S = V(E(y | group)) / V(y): the share of the variance that would go if the
// group were known. Total T = E(V(y | all others)) / V(y): the share that would stay if all
// others were known; T > S where inputs act together. Estimators: Saltelli et al.,
// "Variance based sensitivity analysis of model output", Comput. Phys. Commun. 181, 2010
// (first order, table 2 (b)); Jansen, "Analysis of variance designs for model output",
// Comput. Phys. Commun. 117, 1999 (total). Costs points x (groups + 2) evaluations.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/studies/sensitivity/grouped_model.hpp"

namespace tranche {

struct SobolIndex {
  Estimate first, total;
};

struct SobolResult {
  std::uint64_t points = 0;
  std::size_t groups = 0;
  std::vector<double> means, variances;  // one an output
  std::vector<SobolIndex> indices;       // outputs x groups
  const SobolIndex& index(std::size_t output, std::size_t group) const {
    return indices[output * groups + group];
  }
};

// The least number of points that intervals can be made from. More are rounded up to a
// power of two: fewer would not be a net.
inline constexpr std::uint64_t least_sobol_points = 1024;
std::uint64_t rounded_sobol_points(std::uint64_t points);

// Intervals hold 90 % of a bootstrap over 32 blocks of points (200 resamples). Blocks lie
// less evenly than the whole design, so intervals are rather too wide than too narrow.
SobolResult sobol_indices(const GroupedModel& model, const DesignControl& control);

}  // namespace tranche
