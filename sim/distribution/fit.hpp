// SPDX-License-Identifier: Apache-2.0

// Fits distributions to means, standard deviations and percentiles.
#pragma once

#include <string>

#include "sim/distribution/distribution.hpp"

namespace tranche {

// A distribution, or the reason for none (then `problem` is not empty).
struct Fit {
  Distribution distribution = constant(0);
  std::string problem = {};
};

Fit normal_from_percentiles(double p05, double p95);
Fit lognormal_from_median(double median, double sigma);
Fit lognormal_from_moments(double mean, double sd);
Fit lognormal_from_percentiles(double p05, double p95);
Fit gamma_from_moments(double mean, double sd);

// Beta on [low, high].
Fit beta_from_moments(double mean, double sd, double low, double high);
// The beta with this mean and a 5 % to 95 % width of p95 - p05.
Fit beta_from_mean_and_percentiles(double mean, double p05, double p95, double low, double high);
// The beta with these percentiles.
Fit beta_from_percentiles(double p05, double p95, double low, double high);

}  // namespace tranche
