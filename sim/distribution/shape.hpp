// SPDX-License-Identifier: Apache-2.0

// A distribution prepared for many evaluations: mixtures expanded, truncation and breakpoints
// computed once. Internal to sim/distribution/distribution and sim/distribution/quantile_builder;
// others use sim/distribution/distribution.hpp.
#pragma once

#include <utility>
#include <vector>

#include "sim/distribution/distribution.hpp"

namespace tranche {

// A probability from both ends, each precise where it is small.
struct Probability {
  double below;
  double above;  // 1 - below
};
// Probability between two, from the end that loses no digits.
double mass_between(Probability from, Probability to);
// Point at `fraction` of the way from one to the other.
Probability within(Probability from, Probability to, Probability fraction);

// Requires problem_of(distribution) to be empty.
class Shape {
 public:
  explicit Shape(const Distribution& distribution);

  Probability split_after(double x) const;   // P(X <= x) and P(X > x)
  Probability split_before(double x) const;  // P(X < x) and P(X >= x)
  // Quantile with both ends known: precise at either end of the range.
  double quantile_at(Probability probability) const;
  // Probability density at x, without the point masses.
  double density(double x) const;
  double mean() const;
  // Smallest and largest value (possibly infinite).
  std::pair<double, double> support() const { return {breakpoints_.front(), breakpoints_.back()}; }
  // Values in increasing order at which there is a point mass, or a part begins or ends: between
  // two neighbours the quantile is smooth, or there is no mass.
  const std::vector<double>& breakpoints() const { return breakpoints_; }

 private:
  struct Part;
  // Raw: before truncation.
  Probability raw_split_after(double x) const;
  Probability raw_split_before(double x) const;
  double raw_density(double x) const;
  double raw_quantile_at(Probability probability) const;
  double quantile_between(Probability probability, double low, double high) const;
  double invert_parts(Probability probability, double low, double high) const;
  double integrated_mean() const;

  Distribution leaf_;        // the distribution if there are no parts
  std::vector<Part> parts_;  // of bernoulli, choice, mixture, zero_inflated
  std::vector<double> breakpoints_;
  bool is_truncated_ = false;
  Probability from_{0, 1}, to_{1, 0};  // raw probabilities inside the truncation
  double mass_ = 1;
};
struct Shape::Part {
  double weight;
  Shape shape;
};

// Families without parts, before truncation (sim/distribution/family.cpp).
namespace family {
Probability split(const Distribution& distribution, double x);
double quantile_at(const Distribution& distribution, Probability u);
double density(const Distribution& distribution, double x);
std::pair<double, double> support(const Distribution& distribution);
double mean(const Distribution& distribution);
}  // namespace family

// Observed data, sorted; ties are point masses (sim/distribution/empirical.cpp). The
// quantile is linear between order statistics: h = (n - 1) u, type 7 of Hyndman and Fan,
// "Sample quantiles in statistical packages", American Statistician 50, 1996.
namespace empirical {
Probability split_after(const std::vector<double>& sorted, double x);
Probability split_before(const std::vector<double>& sorted, double x);
double quantile_at(const std::vector<double>& sorted, Probability probability);
double density(const std::vector<double>& sorted, double x);
double mean(const std::vector<double>& sorted);
// Breakpoints of the quantile: all values if they are few; otherwise repeated values if those are
// few; else the ends (tables then smooth the kinks).
std::vector<double> breakpoints(const std::vector<double>& sorted);
}  // namespace empirical

}  // namespace tranche
