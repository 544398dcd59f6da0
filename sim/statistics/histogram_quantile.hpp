// SPDX-License-Identifier: Apache-2.0

// Order statistics and spread of one output, read from its histogram.
//
// Mean and standard deviation come from the sums of the draws, percentiles from the counters.
// Inside a bin, draws are assumed to be evenly spaced, so a quantile is accurate to the width of a
// bin (0.4 % of the value). Exact: zeros; the atoms of the cell, which split their bin; further
// values that many draws share (the atoms of the tally: all draws of their bin are assigned that
// value). If all other draws are in one bin, their mean and standard deviation, from the sums,
// determine their position in it. Draws nearer to zero than any bin are spread evenly between zero
// and the first bin. Draws beyond the last bin are counted at its far edge, a lower bound of their
// magnitude; `beyond_bins` is their number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/engine/tally/tally.hpp"

namespace tranche {

class HistogramQuantiles {
 public:
  HistogramQuantiles(const kernels::Tally& tally, std::size_t cell);

  // Value of rank p (draws - 1), p in [0, 1], linear between neighbouring order statistics
  // (definition 7 of Hyndman and Fan, 1996). 0 without draws.
  double quantile(double p) const;

  // Mean of the draws in fixed point: each is rounded toward the cell's centre by less than 1 /
  // units_per_value. 0 without draws.
  double mean() const { return mean_; }
  // Standard deviation of the same: 0 exactly if all agree, else within 1 / units_per_value.
  double standard_deviation() const { return standard_deviation_; }

  std::uint64_t draws() const { return draws_; }
  std::uint64_t positive() const { return positive_; }
  std::uint64_t negative() const { return negative_; }
  std::uint64_t zero() const { return draws_ - positive_ - negative_; }
  std::uint64_t beyond_bins() const { return beyond_bins_; }

 private:
  // Draws of one counter: ranks from first_rank, values in [low, high].
  struct Run {
    std::uint64_t first_rank, count;
    double low, high;
  };
  void add_run(std::uint64_t count, double low, double high);
  void add_bin(const kernels::Tally& tally, const kernels::Cell& cell, bool is_negative,
               std::int32_t bin);
  void read_counters(const kernels::Tally& tally, const kernels::Cell& cell);
  bool has_placed_atoms(const kernels::Tally& tally, std::size_t cell);
  void place_in_single_bin(const kernels::Cell& cell, const kernels::CellSums& sums);
  double order_statistic(std::uint64_t rank) const;

  std::vector<Run> runs_;
  std::uint64_t draws_ = 0, positive_ = 0, negative_ = 0, beyond_bins_ = 0;
  double mean_ = 0, standard_deviation_ = 0;
};

}  // namespace tranche
