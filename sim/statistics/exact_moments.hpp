// SPDX-License-Identifier: Apache-2.0

// Mean and standard deviation of integers from their exact sums.
#pragma once

#include <cstdint>

#include "kernels/engine/fleet/histogram.hpp"

namespace tranche {

// The integers are the draws of a cell, in fixed-point units from its centre.
class ExactMoments {
 public:
  // `count` integers, at least 1 and below 2^32, of magnitudes up to 2^28.
  ExactMoments(std::uint64_t count, const kernels::CellSums& sums)
      : count_(count),
        sum_(sums.units),
        squares_((Wide{sums.high_squares} << kernels::low_square_bits) + sums.low_squares) {}

  // Removes `count` integers equal to `units`.
  void take_away(std::uint64_t count, std::int64_t units) {
    count_ -= count;
    sum_ -= static_cast<std::int64_t>(count) * units;
    squares_ -= Wide{static_cast<std::uint64_t>(units * units)} * count;
  }
  // True if integers remain and some integers have these sums; false if removed ones were not
  // present.
  bool is_possible() const { return count_ > 0 && count_ * squares_ >= square_of_sum(); }

  double mean() const { return static_cast<double>(sum_) / static_cast<double>(count_); }
  // 0 exactly if all integers are equal.
  double standard_deviation() const;

 private:
  __extension__ using Wide = unsigned __int128;
  Wide square_of_sum() const {
    const auto magnitude = static_cast<std::uint64_t>(sum_ < 0 ? -sum_ : sum_);
    return Wide{magnitude} * magnitude;
  }

  std::uint64_t count_;
  std::int64_t sum_;
  Wide squares_;
};

}  // namespace tranche
