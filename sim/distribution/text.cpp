// SPDX-License-Identifier: Apache-2.0

// Distributions as text: descriptions and errors.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/random/quantile_table.hpp"
#include "sim/distribution/quantile_builder.hpp"
#include "sim/distribution/shape.hpp"

namespace tranche {
namespace {

// Four significant digits, thousands separated: 312,500; 0.0625; 9.89e+14.
std::string readable(double value) {
  const double magnitude = std::abs(value);
  if (value == 0) return "0";
  if (magnitude >= 1e12 || magnitude < 1e-4) return fmt::format("{:.4g}", value);
  if (magnitude < 1000) return fmt::format("{:.4g}", value);
  const bool is_whole = std::round(value) == value;
  const double unit = is_whole ? 1 : std::pow(10.0, std::floor(std::log10(magnitude)) - 3);
  std::string digits = fmt::format("{:.0f}", std::round(magnitude / unit) * unit);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return value < 0 ? "-" + digits : digits;
}

std::string percent(double share) { return fmt::format("{:.4g} %", 100 * share); }

std::string interval_90(const Distribution& d) {
  const Shape shape(d);
  return fmt::format("90 % in {} to {}", readable(shape.quantile_at({0.05, 0.95})),
                     readable(shape.quantile_at({0.95, 0.05})));
}

std::string describe_untruncated(const Distribution& d) {
  const auto& p = d.parameters;
  switch (d.family) {
    case Family::constant:
      return readable(p[0]);
    case Family::uniform:
      return fmt::format("uniform, {} to {}", readable(p[0]), readable(p[1]));
    case Family::triangular:
    case Family::pert:
      return fmt::format("{}, {} to {}, most likely {}", family_name(d.family), readable(p[0]),
                         readable(p[2]), readable(p[1]));
    case Family::bernoulli:
      return fmt::format("1 with probability {}, else 0", percent(p[0]));
    case Family::choice: {
      std::string text = "one of ";
      for (std::size_t i = 0; i < p.size(); ++i) {
        text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", readable(p[i]), percent(d.weights[i]));
      }
      return text;
    }
    case Family::mixture: {
      std::string text;
      for (std::size_t i = 0; i < d.components.size(); ++i) {
        text += fmt::format("{}{}: {}", i == 0 ? "" : "; ", percent(d.weights[i]),
                            describe(d.components[i]));
      }
      return text;
    }
    case Family::empirical:
      return fmt::format("{} observed values, {}", p.size(), interval_90(d));
    case Family::zero_inflated:
      return fmt::format("0 with probability {}, else {}", percent(p[0]),
                         describe(d.components[0]));
    default:
      return fmt::format("{}, {}", family_name(d.family), interval_90(d));
  }
}

}  // namespace

std::string describe(const Distribution& d) {
  Distribution untruncated = d;
  untruncated.minimum.reset();
  untruncated.maximum.reset();
  std::string text = describe_untruncated(untruncated);
  if (d.minimum) text += fmt::format(", at least {}", readable(*d.minimum));
  if (d.maximum) text += fmt::format(", at most {}", readable(*d.maximum));
  return text;
}

namespace {

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

std::string problem_of_weights(const std::vector<double>& weights, std::size_t count) {
  if (weights.size() != count) {
    return fmt::format("{} probabilities for {} values", weights.size(), count);
  }
  if (!all_finite(weights)) return "a probability is not a finite number";
  if (std::any_of(weights.begin(), weights.end(), [](double w) { return w < 0; })) {
    return "a probability must not be negative";
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (std::abs(sum - 1) > 1e-9) {
    return fmt::format("the probabilities sum to {:.10g}, not to 1", sum);
  }
  return "";
}

std::string problem_of_count(const Distribution& d, std::size_t low, std::size_t high,
                             std::string_view accepted) {
  const std::size_t count = d.parameters.size();
  if (count >= low && count <= high) return "";
  return fmt::format("`{}` takes {}; {} given", family_name(d.family), accepted, count);
}

std::string problem_of_mode(double low, double mode, double high) {
  if (!(low < high)) return "`low` must be below `high`";
  if (mode < low || mode > high) return "`mode` must lie between `low` and `high`";
  return "";
}

// Beyond these the values are 0 or constant to the last digit, and series fail to converge.
constexpr double smallest_shape = 1e-3, largest_shape = 1e6;
std::string problem_of_shape(double shape) {
  return shape >= smallest_shape && shape <= largest_shape
             ? ""
             : "a shape must lie between 0.001 and 1e6";
}

std::string problem_of_family(const Distribution& d) {
  const auto& p = d.parameters;
  if (!all_finite(p)) return "a parameter is not a finite number";
  std::string problem;
  switch (d.family) {
    case Family::constant:
      return problem_of_count(d, 1, 1, "one value");
    case Family::normal:
      problem = problem_of_count(d, 2, 2, "a mean and a standard deviation");
      if (problem.empty() && p[1] <= 0) problem = "standard deviation must be positive";
      return problem;
    case Family::lognormal:
      problem = problem_of_count(d, 2, 2, "mean and standard deviation of the logarithm");
      if (problem.empty() && p[1] <= 0) {
        problem = "standard deviation of the logarithm must be positive";
      }
      return problem;
    case Family::uniform:
      problem = problem_of_count(d, 2, 2, "a low and a high value");
      return problem.empty() && !(p[0] < p[1]) ? "`low` must be below `high`" : problem;
    case Family::triangular:
      problem = problem_of_count(d, 3, 3, "a low value, a mode and a high value");
      return problem.empty() ? problem_of_mode(p[0], p[1], p[2]) : problem;
    case Family::pert:
      problem = problem_of_count(d, 3, 4, "a low value, a mode, a high value and perhaps a weight");
      if (problem.empty()) problem = problem_of_mode(p[0], p[1], p[2]);
      if (problem.empty() && p.size() > 3 && !(p[3] > 0 && p[3] <= largest_shape)) {
        problem = "the weight of the mode must lie between 0 and 1e6";
      }
      return problem;
    case Family::beta:
      if (p.size() != 2) problem = problem_of_count(d, 4, 4, "two shapes and perhaps low and high");
      if (problem.empty()) problem = problem_of_shape(std::min(p[0], p[1]));
      if (problem.empty()) problem = problem_of_shape(std::max(p[0], p[1]));
      if (problem.empty() && p.size() > 3 && !(p[2] < p[3])) problem = "`low` must be below `high`";
      return problem;
    case Family::gamma:
      problem = problem_of_count(d, 2, 2, "a shape and a scale");
      if (problem.empty()) problem = problem_of_shape(p[0]);
      if (problem.empty() && p[1] <= 0) problem = "scale must be positive";
      return problem;
    case Family::bernoulli:
      problem = problem_of_count(d, 1, 1, "one probability");
      return problem.empty() && (p[0] < 0 || p[0] > 1) ? "a probability must lie between 0 and 1"
                                                       : problem;
    case Family::choice:
      if (p.empty()) return "`choice` takes at least one value";
      return problem_of_weights(d.weights, p.size());
    case Family::mixture:
      if (d.components.empty()) return "`mixture` takes at least one component";
      return problem_of_weights(d.weights, d.components.size());
    case Family::empirical:
      if (p.size() < 2) return "`empirical` takes at least two observed values";
      return std::is_sorted(p.begin(), p.end()) ? "" : "observed values must be sorted";
    case Family::zero_inflated:
      problem = problem_of_count(d, 1, 1, "the probability of zero");
      if (problem.empty() && (p[0] < 0 || p[0] > 1)) {
        problem = "a probability must lie between 0 and 1";
      }
      if (problem.empty() && d.components.size() != 1) {
        problem = "`zero_inflated` takes one distribution for when it is not zero";
      }
      return problem;
  }
  return "unknown family";
}

std::string problem_of_truncation(const Distribution& d) {
  if (!d.minimum && !d.maximum) return "";
  if ((d.minimum && !std::isfinite(*d.minimum)) || (d.maximum && !std::isfinite(*d.maximum))) {
    return "`min` and `max` must be finite numbers";
  }
  if (d.minimum && d.maximum && *d.minimum > *d.maximum) return "`min` must not be above `max`";
  Distribution untruncated = d;
  untruncated.minimum.reset();
  untruncated.maximum.reset();
  const Shape shape(untruncated);
  const Probability from = d.minimum ? shape.split_before(*d.minimum) : Probability{0, 1};
  const Probability to = d.maximum ? shape.split_after(*d.maximum) : Probability{1, 0};
  // Below this the normal quantile loses its digits.
  constexpr double min_probability = 1e-300;
  if (mass_between(from, to) >= min_probability) return "";
  return fmt::format("`min` and `max` leave nothing of it: {}", describe(untruncated));
}

std::string problem_of_range(const Distribution& d) {
  const Shape shape(d);
  constexpr double end = 0x1p-33;  // the outermost probability a draw can have
  constexpr double largest = std::numeric_limits<float>::max();
  for (const Probability p : {Probability{1 - end, end}, Probability{end, 1 - end}}) {
    const double value = shape.quantile_at(p);
    if (!(std::abs(value) <= largest)) {
      return fmt::format("values reach {:.3g}; at most 3.4e38 can be computed with", value);
    }
  }
  const int segments = segment_count(shape);
  if (segments <= kernels::maximum_segments) return "";
  return fmt::format("{} separate values and ranges; at most {} are accepted", segments,
                     kernels::maximum_segments);
}

}  // namespace

std::string problem_of(const Distribution& distribution) {
  std::string problem = problem_of_family(distribution);
  for (std::size_t i = 0; i < distribution.components.size() && problem.empty(); ++i) {
    problem = problem_of(distribution.components[i]);
    if (problem.empty() || distribution.components.size() == 1) continue;
    problem = fmt::format("component {}: {}", i + 1, problem);
  }
  if (problem.empty()) problem = problem_of_truncation(distribution);
  if (problem.empty()) problem = problem_of_range(distribution);
  return problem;
}

}  // namespace tranche
