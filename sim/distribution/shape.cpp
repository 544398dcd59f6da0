// SPDX-License-Identifier: Apache-2.0

// Truncation and mixtures on top of the families: probabilities, quantile, density, mean.
#include "sim/distribution/shape.hpp"

#include <algorithm>
#include <boost/math/quadrature/tanh_sinh.hpp>
#include <cmath>
#include <limits>

namespace tranche {
namespace {

constexpr Probability nothing_below{0, 1};
constexpr Probability everything_below{1, 0};

// True if `split` is at least p, compared at the end where p is small.
bool reaches(Probability split, Probability p) {
  return p.below <= p.above ? split.below >= p.below : split.above <= p.above;
}

void sort_unique(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Components of a composed family, with their weights.
std::vector<std::pair<double, Distribution>> components_of(const Distribution& d) {
  std::vector<std::pair<double, Distribution>> list;
  if (d.family == Family::bernoulli) {
    list = {{1 - d.parameters[0], constant(0)}, {d.parameters[0], constant(1)}};
  } else if (d.family == Family::choice) {
    for (std::size_t i = 0; i < d.parameters.size(); ++i) {
      list.emplace_back(d.weights[i], constant(d.parameters[i]));
    }
  } else if (d.family == Family::mixture) {
    for (std::size_t i = 0; i < d.components.size(); ++i) {
      list.emplace_back(d.weights[i], d.components[i]);
    }
  } else if (d.family == Family::zero_inflated) {
    list = {{d.parameters[0], constant(0)}, {1 - d.parameters[0], d.components[0]}};
  }
  std::erase_if(list, [](const auto& item) { return item.first <= 0; });
  return list;
}

}  // namespace

double mass_between(Probability from, Probability to) {
  return from.below < 0.5 ? to.below - from.below : from.above - to.above;
}

Probability within(Probability from, Probability to, Probability fraction) {
  const double mass = mass_between(from, to);
  return {from.below + fraction.below * mass, to.above + fraction.above * mass};
}

Shape::Shape(const Distribution& distribution) : leaf_(distribution) {
  for (const auto& [weight, component] : components_of(distribution)) {
    parts_.push_back({weight, Shape(component)});
    const std::vector<double>& more = parts_.back().shape.breakpoints_;
    breakpoints_.insert(breakpoints_.end(), more.begin(), more.end());
  }
  if (leaf_.is_constant()) {
    breakpoints_ = {leaf_.parameters[0]};
  } else if (leaf_.family == Family::empirical) {
    breakpoints_ = empirical::breakpoints(leaf_.parameters);
  } else if (parts_.empty()) {
    const auto [low, high] = family::support(leaf_);
    breakpoints_ = {low, high};
  }
  sort_unique(breakpoints_);
  if (!leaf_.minimum && !leaf_.maximum) return;

  is_truncated_ = true;
  if (leaf_.minimum) from_ = raw_split_before(*leaf_.minimum);
  if (leaf_.maximum) to_ = raw_split_after(*leaf_.maximum);
  mass_ = mass_between(from_, to_);
  const double low = std::max(breakpoints_.front(), leaf_.minimum.value_or(breakpoints_.front()));
  const double high = std::min(breakpoints_.back(), leaf_.maximum.value_or(breakpoints_.back()));
  std::erase_if(breakpoints_, [low, high](double x) { return x < low || x > high; });
  breakpoints_.insert(breakpoints_.end(), {low, high});
  sort_unique(breakpoints_);
}

Probability Shape::raw_split_after(double x) const {
  if (leaf_.is_constant()) return x >= leaf_.parameters[0] ? everything_below : nothing_below;
  if (leaf_.family == Family::empirical) return empirical::split_after(leaf_.parameters, x);
  if (parts_.empty()) return family::split(leaf_, x);
  Probability sum{0, 0};
  for (const Part& part : parts_) {
    const Probability p = part.shape.split_after(x);
    sum.below += part.weight * p.below;
    sum.above += part.weight * p.above;
  }
  return sum;
}

Probability Shape::raw_split_before(double x) const {
  if (leaf_.is_constant()) return x > leaf_.parameters[0] ? everything_below : nothing_below;
  if (leaf_.family == Family::empirical) return empirical::split_before(leaf_.parameters, x);
  if (parts_.empty()) return family::split(leaf_, x);
  Probability sum{0, 0};
  for (const Part& part : parts_) {
    const Probability p = part.shape.split_before(x);
    sum.below += part.weight * p.below;
    sum.above += part.weight * p.above;
  }
  return sum;
}

Probability Shape::split_after(double x) const {
  if (!is_truncated_) return raw_split_after(x);
  if (leaf_.minimum && x < *leaf_.minimum) return nothing_below;
  if (leaf_.maximum && x >= *leaf_.maximum) return everything_below;
  const Probability raw = raw_split_after(x);
  return {mass_between(from_, raw) / mass_, mass_between(raw, to_) / mass_};
}

Probability Shape::split_before(double x) const {
  if (!is_truncated_) return raw_split_before(x);
  if (leaf_.minimum && x <= *leaf_.minimum) return nothing_below;
  if (leaf_.maximum && x > *leaf_.maximum) return everything_below;
  const Probability raw = raw_split_before(x);
  return {mass_between(from_, raw) / mass_, mass_between(raw, to_) / mass_};
}

double Shape::raw_density(double x) const {
  if (leaf_.is_constant()) return 0;
  if (leaf_.family == Family::empirical) return empirical::density(leaf_.parameters, x);
  if (parts_.empty()) return family::density(leaf_, x);
  double sum = 0;
  for (const Part& part : parts_) sum += part.weight * part.shape.density(x);
  return sum;
}

double Shape::density(double x) const {
  if (!is_truncated_) return raw_density(x);
  const auto [low, high] = support();
  return x < low || x > high ? 0 : raw_density(x) / mass_;
}

double Shape::quantile_at(Probability p) const {
  if (!is_truncated_) return raw_quantile_at(p);
  const auto [low, high] = support();
  return std::clamp(raw_quantile_at(within(from_, to_, p)), low, high);
}

double Shape::raw_quantile_at(Probability p) const {
  if (leaf_.is_constant()) return leaf_.parameters[0];
  if (leaf_.family == Family::empirical) return empirical::quantile_at(leaf_.parameters, p);
  if (parts_.empty()) return family::quantile_at(leaf_, p);
  // First breakpoint at or below which the probability p is reached.
  const auto reached =
      std::partition_point(breakpoints_.begin(), breakpoints_.end(),
                           [&](double x) { return !reaches(raw_split_after(x), p); });
  if (reached == breakpoints_.end()) return breakpoints_.back();
  if (reached == breakpoints_.begin() || !reaches(raw_split_before(*reached), p)) return *reached;
  return quantile_between(p, *(reached - 1), *reached);
}

// In (low, high), between two neighbouring breakpoints.
double Shape::quantile_between(Probability p, double low, double high) const {
  const Part* only = nullptr;
  int overlapping = 0;
  double least = high, greatest = low;
  Probability own = p;  // less the mass of parts without values in between
  for (const Part& part : parts_) {
    const Probability from = part.shape.split_after(low);
    const Probability to = part.shape.split_before(high);
    if (mass_between(from, to) > 0) {
      ++overlapping;
      only = &part;
    } else {
      own.below -= part.weight * from.below;
      own.above -= part.weight * to.above;
    }
    // The quantile of a mixture lies between the smallest and largest quantile of its parts.
    const double x = std::clamp(part.shape.quantile_at(p), low, high);
    least = std::min(least, x);
    greatest = std::max(greatest, x);
  }
  if (overlapping == 0) return high;
  if (overlapping > 1) return invert_parts(p, least, greatest);
  return std::clamp(only->shape.quantile_at({std::clamp(own.below / only->weight, 0.0, 1.0),
                                             std::clamp(own.above / only->weight, 0.0, 1.0)}),
                    low, high);
}

// Root of the cumulative probability between two points of continuity: Newton steps, or bisection
// if a step leaves the bracket.
double Shape::invert_parts(Probability p, double low, double high) const {
  double x = low + 0.5 * (high - low);
  for (int iteration = 0; iteration < 200 && low < high; ++iteration) {
    const Probability split = raw_split_after(x);
    const double excess = p.below <= p.above ? split.below - p.below : p.above - split.above;
    if (excess == 0) return x;
    (excess < 0 ? low : high) = x;
    const double newton = x - excess / raw_density(x);
    const double next = newton > low && newton < high ? newton : low + 0.5 * (high - low);
    const double step = std::abs(next - x);
    x = next;
    if (step <= 4 * std::numeric_limits<double>::epsilon() * std::abs(x)) return x;
  }
  return x;
}

double Shape::mean() const {
  if (is_truncated_) return integrated_mean();
  if (leaf_.is_constant()) return leaf_.parameters[0];
  if (leaf_.family == Family::empirical) return empirical::mean(leaf_.parameters);
  if (parts_.empty()) return family::mean(leaf_);
  double sum = 0;
  for (const Part& part : parts_) sum += part.weight * part.shape.mean();
  return sum;
}

// Sum of point masses and the integrals of the quantile between them.
double Shape::integrated_mean() const {
  boost::math::quadrature::tanh_sinh<double> integrator;
  double sum = 0;
  for (std::size_t i = 0; i < breakpoints_.size(); ++i) {
    const double x = breakpoints_[i];
    const Probability after = split_after(x);
    const double mass_here = mass_between(split_before(x), after);
    if (mass_here > 0) sum += mass_here * x;
    if (i + 1 == breakpoints_.size()) break;
    const Probability before_next = split_before(breakpoints_[i + 1]);
    const double mass = mass_between(after, before_next);
    if (mass <= 0) continue;
    const auto value = [&](double u, double complement) {
      // Boost passes the distance to the nearer end, negative at the lower one.
      const Probability fraction =
          complement < 0 ? Probability{-complement, 1 + complement} : Probability{u, complement};
      const double x_at = quantile_at(within(after, before_next, fraction));
      return std::isfinite(x_at) ? x_at : 0;  // an underflowed probability has no weight
    };
    sum += mass * integrator.integrate(value, 0.0, 1.0);
  }
  return sum;
}

}  // namespace tranche
