// Order statistics and spread of one output, read from its histogram.
//
// Inside a bin, draws are taken as evenly spaced, so a quantile is right up to the width
// of a bin (0.4 % of the value). Exact: zeros; values that many draws share (the atoms of
// the tally: all draws of their bin are taken to have that value); and the only value of
// an output whose draws that are not zero all fell in one bin, taken from the sum. Draws
// nearer to zero than any bin are spread evenly between zero and the first bin. Draws
// beyond the last bin are counted at its far edge: a lower bound of their magnitude;
// `beyond_bins` says how many there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/fleet/tally.hpp"

namespace tranche {

class HistogramQuantiles {
 public:
  HistogramQuantiles(const kernels::Tally& tally, std::size_t cell);

  // Value of rank p (draws - 1), p in [0, 1], linear between neighbouring order
  // statistics (the usual definition 7 of Hyndman and Fan, 1996). 0 without draws.
  double quantile(double p) const;

  double mean() const { return mean_; }
  // Standard deviation over the draws. From the bins, so an output of one value has
  // exactly 0; from the fixed-point sums when draws lie beyond the bins.
  double standard_deviation() const;

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
  void read_counters(const kernels::Tally& tally, const kernels::Cell& cell);
  void place_atoms(const kernels::Tally& tally, std::size_t cell);
  void place_single_value(double sum);
  bool every_value_is_exact() const;
  double order_statistic(std::uint64_t rank) const;

  std::vector<Run> runs_;
  std::uint64_t draws_ = 0, positive_ = 0, negative_ = 0, beyond_bins_ = 0;
  double mean_ = 0, mean_from_centre_ = 0, mean_square_from_centre_ = 0;
};

}  // namespace tranche
