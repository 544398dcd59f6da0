// SPDX-License-Identifier: Apache-2.0

// Distribution of an uncertain number: a constant, a family with parameters, or a composition of
// these. Values are in base units.
//
// Every distribution is used through its quantile function: sim/distribution/quantile_builder
// converts it to a table, and kernels read the table. Truncation, point masses, empirical data and
// copulas thus have one code path and one cost.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

enum class Family {
  constant,       // value
  normal,         // mean, standard deviation
  lognormal,      // mean and standard deviation of the logarithm
  uniform,        // low, high
  triangular,     // low, mode, high
  pert,           // low, mode, high, weight of the mode (default 4)
  beta,           // alpha, beta, low, high (default 0 and 1)
  gamma,          // shape, scale
  bernoulli,      // probability of 1 (else 0)
  choice,         // parameters = values, weights = probabilities
  mixture,        // components, weights = probabilities
  empirical,      // parameters = observed values, sorted; linear between order statistics
  zero_inflated,  // parameters[0] = probability of exactly 0; components[0] otherwise
};
std::string_view family_name(Family family);

struct Distribution {
  Family family = Family::constant;
  std::vector<double> parameters;
  std::vector<double> weights;  // sum 1
  std::vector<Distribution> components;
  // Truncation: the distribution conditional on [minimum, maximum].
  std::optional<double> minimum, maximum;

  bool is_constant() const { return family == Family::constant; }
  friend bool operator==(const Distribution&, const Distribution&) = default;
};

Distribution constant(double value);
// Returns the distribution with these 5th and 95th percentiles: lognormal if both are positive,
// else normal. Requires p05 < p95.
Distribution from_interval_90(double p05, double p95);
// Returns the distribution of factor * x (factor > 0): a change of unit.
Distribution scaled(const Distribution& distribution, double factor);

// Exact quantile (Boost.Math), u in (0, 1). The numerical error is below 1e-12, relative, for the
// continuous families.
double quantile(const Distribution& distribution, double u);
double cumulative(const Distribution& distribution, double x);  // P(X <= x)
// Exact mean if a closed form exists, else by numerical integration of the quantile.
double mean(const Distribution& distribution);

// "lognormal, 90 % in 300,000 to 500,000", for reports.
std::string describe(const Distribution& distribution);

// Returns what is wrong ("standard deviation must be positive"), or empty if the parameters are
// valid.
std::string problem_of(const Distribution& distribution);

}  // namespace tranche
