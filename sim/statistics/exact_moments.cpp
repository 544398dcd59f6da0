// SPDX-License-Identifier: Apache-2.0
#include "sim/statistics/exact_moments.hpp"

#include <cmath>

namespace tranche {

double ExactMoments::standard_deviation() const {
  // Below 2^32 times 2^88: the difference is exact despite cancellation.
  const Wide spread = count_ * squares_ - square_of_sum();
  return std::sqrt(static_cast<double>(spread)) / static_cast<double>(count_);
}

}  // namespace tranche
