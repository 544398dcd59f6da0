// SPDX-License-Identifier: Apache-2.0

// Statistics of one output over the draws.
#pragma once

#include <span>
#include <vector>

namespace tranche {

// From a histogram, quantiles are exact order statistics up to the width of a bin (0.4 %),
// interpolated inside it; from the values themselves they are exact.
struct Statistics {
  double mean = 0, sd = 0;
  double p05 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0;
  double mc_error_p50 = 0;    // standard error of the median from the number of draws
  double share_positive = 0;  // fraction of draws
  double share_negative = 0;
  double share_zero = 0;
  double share_beyond_bins = 0;  // fraction counted at the far edge of the bins
};

// Statistics of `factor` times these values; reorders `values`. All 0 without values.
Statistics statistics_of(std::span<float> values, double factor = 1.0);

// Value of rank p (n - 1), p in [0, 1], linear between neighbouring order statistics (definition 7
// of Hyndman and Fan, 1996). Reorders `values`, which must not be empty.
double quantile_of_values(std::span<float> values, double p);

}  // namespace tranche
