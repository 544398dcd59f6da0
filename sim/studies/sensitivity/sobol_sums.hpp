// SPDX-License-Identifier: Apache-2.0

// Sums over the points of a design, block by block, from which Sobol' indices are computed.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/studies/sensitivity/grouped_model.hpp"
#include "sim/studies/sensitivity/sobol_points.hpp"

namespace tranche {

// Number of parts of the design that are resampled for intervals.
inline constexpr std::uint64_t sobol_blocks = 32;

struct SobolSums {
  SobolSums(std::size_t outputs, std::size_t groups)
      : output_count(outputs),
        group_count(groups),
        moments(sobol_blocks * outputs),
        pairs(sobol_blocks * outputs * groups) {}

  kernels::DesignMoments& moment(std::uint64_t block, std::size_t output) {
    return moments[block * output_count + output];
  }
  kernels::PickFreezeSums& pair(std::uint64_t block, std::size_t group, std::size_t output) {
    return pairs[(block * group_count + group) * output_count + output];
  }
  std::size_t output_count, group_count;
  std::vector<kernels::DesignMoments> moments;
  std::vector<kernels::PickFreezeSums> pairs;
};

// Evaluates `total_points` (a multiple of sobol_blocks) at A, B and their mixtures. `centres` has a
// value near the mean of each output: sums relative to it lose no precision. With several ranks
// each has all sums. Throws Interrupted.
SobolSums sum_design(const GroupedModel& model, const SobolPoints& points,
                     std::uint64_t total_points, const std::vector<double>& centres,
                     const DesignControl& control);

}  // namespace tranche
