// SPDX-License-Identifier: Apache-2.0
#include "sim/distribution/fit.hpp"

#include <fmt/format.h>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <utility>

namespace tranche {
namespace {

// 95 % quantile of the standard normal distribution.
constexpr double z95 = 1.6448536269514722;
// Smallest and largest alpha + beta of the betas considered.
constexpr double min_concentration = 1e-2;
constexpr double max_concentration = 1e12;

Fit fail(std::string problem) { return {.problem = std::move(problem)}; }

Fit found(Family family, std::vector<double> parameters) {
  Distribution distribution;
  distribution.family = family;
  distribution.parameters = std::move(parameters);
  return {.distribution = std::move(distribution)};
}

struct Unit {
  double mean, concentration;  // alpha = mean * concentration
  double quantile(double u) const {
    return boost::math::quantile(
        boost::math::beta_distribution<double>(mean * concentration, (1 - mean) * concentration),
        u);
  }
  double width() const { return quantile(0.95) - quantile(0.05); }
};

// Root, to the last digits, of a function that falls from one end of an interval to the other. The
// ends are never evaluated; the interval is halved until it is narrow, and then searched with
// Algorithm 748 (Alefeld, Potra and Shi, ACM TOMS 21, 1995).
template <class Function>
double root_of(const Function& function, double low, double high) {
  constexpr int halvings = 8;
  for (int i = 0; i < halvings; ++i) {
    const double middle = 0.5 * (low + high);
    (function(middle) > 0 ? low : high) = middle;
  }
  const double at_low = function(low), at_high = function(high);
  if (!(at_low > 0 && at_high < 0)) return std::abs(at_low) < std::abs(at_high) ? low : high;
  std::uintmax_t max_steps = 200;
  const auto [from, to] = boost::math::tools::toms748_solve(
      function, low, high, at_low, at_high, boost::math::tools::eps_tolerance<double>(), max_steps);
  return 0.5 * (from + to);
}

// Concentration of the beta on [0, 1] with this mean and width.
double concentration_for(double mean, double width) {
  // Above the mode of the two-point shape, the width falls with the concentration.
  return std::exp(root_of(
      [&](double logarithm) {
        return Unit{mean, std::exp(logarithm)}.width() - width;
      },
      std::log(min_concentration), std::log(max_concentration)));
}

Fit beta(const Unit& unit, double low, double high) {
  return found(Family::beta,
               {unit.mean * unit.concentration, (1 - unit.mean) * unit.concentration, low, high});
}

}  // namespace

Fit normal_from_percentiles(double p05, double p95) {
  if (!(p05 < p95)) return fail("`p05` must be below `p95`");
  return found(Family::normal, {0.5 * (p05 + p95), 0.5 * (p95 - p05) / z95});
}

Fit lognormal_from_median(double median, double sigma) {
  if (!(median > 0)) return fail("`median` of a lognormal must be positive");
  return found(Family::lognormal, {std::log(median), sigma});
}

Fit lognormal_from_moments(double mean, double sd) {
  if (!(mean > 0)) return fail("`mean` of a lognormal must be positive");
  if (!(sd > 0)) return fail("`sd` must be positive");
  const double variance = std::log1p((sd / mean) * (sd / mean));
  return found(Family::lognormal, {std::log(mean) - 0.5 * variance, std::sqrt(variance)});
}

Fit lognormal_from_percentiles(double p05, double p95) {
  if (!(p05 > 0)) return fail("`p05` of a lognormal must be positive");
  if (!(p05 < p95)) return fail("`p05` must be below `p95`");
  return found(Family::lognormal, {0.5 * (std::log(p05) + std::log(p95)),
                                   0.5 * (std::log(p95) - std::log(p05)) / z95});
}

Fit gamma_from_moments(double mean, double sd) {
  if (!(mean > 0)) return fail("`mean` of a gamma must be positive");
  if (!(sd > 0)) return fail("`sd` must be positive");
  return found(Family::gamma, {(mean / sd) * (mean / sd), sd * sd / mean});
}

Fit beta_from_moments(double mean, double sd, double low, double high) {
  if (!(low < high)) return fail("`min` must be below `max`");
  const double m = (mean - low) / (high - low);
  const double s = sd / (high - low);
  if (!(m > 0 && m < 1)) return fail("`mean` must be between `min` and `max`");
  if (!(s > 0)) return fail("`sd` must be positive");
  // Largest variance on [0, 1] with this mean: all mass at the ends.
  const double concentration = m * (1 - m) / (s * s) - 1;
  if (!(concentration > 0)) return fail("`sd` is too large for a beta with this mean");
  return beta({m, concentration}, low, high);
}

Fit beta_from_mean_and_percentiles(double mean, double p05, double p95, double low, double high) {
  if (!(low < high)) return fail("`min` must be below `max`");
  if (!(p05 < p95)) return fail("`p05` must be below `p95`");
  if (!(p05 >= low && p95 <= high)) return fail("`p05` and `p95` must be within `min` and `max`");
  if (!(mean > p05 && mean < p95)) return fail("`mean` must be between `p05` and `p95`");
  const double m = (mean - low) / (high - low);
  const double width = (p95 - p05) / (high - low);
  const Unit unit{m, concentration_for(m, width)};
  const double p05_reached = low + (high - low) * unit.quantile(0.05);
  // Three numbers for two parameters: reports a contradiction.
  if (std::abs(p05_reached - p05) > 0.2 * (p95 - p05)) {
    return fail(fmt::format(
        "no beta has this `mean` with these percentiles (its `p05` would be {:.3g})", p05_reached));
  }
  return beta(unit, low, high);
}

Fit beta_from_percentiles(double p05, double p95, double low, double high) {
  if (!(low < high)) return fail("`min` must be below `max`");
  if (!(p05 < p95)) return fail("`p05` must be below `p95`");
  if (!(p05 > low && p95 < high)) return fail("`p05` and `p95` must be between `min` and `max`");
  const double width = (p95 - p05) / (high - low);
  const double wanted = (p05 - low) / (high - low);
  // At equal width the 5 % point rises with the mean.
  const double mean = root_of(
      [&](double m) {
        return wanted - Unit{m, concentration_for(m, width)}.quantile(0.05);
      },
      0, 1);
  return beta({mean, concentration_for(mean, width)}, low, high);
}

}  // namespace tranche
