// SPDX-License-Identifier: Apache-2.0

// Mean and standard deviation of whole numbers from their exact sums.
#pragma once

#include <cstdint>

#include "kernels/engine/fleet/histogram.hpp"

namespace tranche {

// Numbers are the draws of a cell, in its fixed-point units from its centre.
class ExactMoments {
 public:
  // `count` numbers, at least 1 and below 2^32, of magnitudes up to 2^28.
  ExactMoments(std::uint64_t count, const kernels::CellSums& sums)
      : count_(count),
        sum_(sums.units),
        squares_((Wide{sums.high_squares} << kernels::low_square_bits) + sums.low_squares) {}

  // Leaves out `count` numbers that are all `units`.
  void take_away(std::uint64_t count, std::int64_t units) {
    count_ -= count;
    sum_ -= static_cast<std::int64_t>(count) * units;
    squares_ -= Wide{static_cast<std::uint64_t>(units * units)} * count;
  }
  // Whether there are numbers left and any numbers have these sums: not so when what was
  // taken away was not there.
  bool is_possible() const { return count_ > 0 && count_ * squares_ >= square_of_sum(); }

  double mean() const { return static_cast<double>(sum_) / static_cast<double>(count_); }
  // 0 exactly when all numbers are equal.
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
