// SPDX-License-Identifier: Apache-2.0

// Sobol' indices of every output of a model for every group of its inputs, from one design.
//
// First order S = V(E(y
// group)) / V(y): the fraction of the variance that knowing the group removes. Total T = E(V(y
// all others)) / V(y): the fraction that remains if all others are known; T > S for interacting
// inputs. Estimators: Saltelli et al.,
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
  std::vector<double> means, variances;  // one per output
  std::vector<SobolIndex> indices;       // outputs x groups
  const SobolIndex& index(std::size_t output, std::size_t group) const {
    return indices[output * groups + group];
  }
};

// Minimum number of points for intervals. Larger numbers are rounded up to a power of two, as only
// these form a net.
inline constexpr std::uint64_t min_sobol_points = 1024;
std::uint64_t rounded_sobol_points(std::uint64_t points);

// Intervals are 90 % of a bootstrap over 32 blocks of points (200 resamples). Blocks are less
// evenly distributed than the whole design, so intervals are conservative.
SobolResult sobol_indices(const GroupedModel& model, const DesignControl& control);

}  // namespace tranche
