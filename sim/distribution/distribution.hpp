// SPDX-License-Identifier: Apache-2.0

// What the user believes about a number: a constant, a family with parameters, or
// a composition of those. Values are in base units.
//
// Every distribution is used through its quantile function: sim/distribution/quantile_builder
// turns it into a table, and kernels read the table. That gives truncation, point
// masses, empirical data and copulas one code path and one cost.
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
  pert,           // low, mode, high, weight of the mode (4 unless said)
  beta,           // alpha, beta, low, high (0 and 1 unless said)
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
  // Truncation: the distribution given that it falls in [minimum, maximum].
  std::optional<double> minimum, maximum;

  bool is_constant() const { return family == Family::constant; }
  friend bool operator==(const Distribution&, const Distribution&) = default;
};

Distribution constant(double value);
// The distribution whose 5th and 95th percentiles these are: lognormal where both
// are positive, else normal. Requires p05 < p95.
Distribution from_interval_90(double p05, double p95);
// The same distribution of factor * x (factor > 0): a change of unit.
Distribution scaled(const Distribution& distribution, double factor);

// Exact quantile (Boost.Math), u in (0, 1). Errors are of the numerics, below 1e-12
// relative for the continuous families.
double quantile(const Distribution& distribution, double u);
double cumulative(const Distribution& distribution, double x);  // P(X <= x)
// Exact mean where a closed form exists, else by numerical integration of the quantile.
double mean(const Distribution& distribution);

// "lognormal, 90 % in 300,000 to 500,000" for people.
std::string describe(const Distribution& distribution);

// Empty when the parameters are valid, else what is wrong ("standard deviation must
// be positive").
std::string problem_of(const Distribution& distribution);

}  // namespace tranche
