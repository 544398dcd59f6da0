// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/random/quantile_table.hpp"
#include "sim/distribution/shape.hpp"

namespace tranche::empirical {
namespace {

Probability at_position(double position, std::size_t count) {
  const double last = static_cast<double>(count - 1);
  return {position / last, (last - position) / last};
}

// Position of x between the order statistics k and k + 1, x[k] < x < x[k + 1].
double between(const std::vector<double>& sorted, std::size_t k, double x) {
  return static_cast<double>(k) + (x - sorted[k]) / (sorted[k + 1] - sorted[k]);
}

}  // namespace

Probability split_after(const std::vector<double>& sorted, double x) {
  if (x < sorted.front()) return {0, 1};
  const auto above = std::upper_bound(sorted.begin(), sorted.end(), x);
  if (above == sorted.end()) return {1, 0};
  const auto k = static_cast<std::size_t>(above - sorted.begin()) - 1;
  return at_position(between(sorted, k, x), sorted.size());
}

Probability split_before(const std::vector<double>& sorted, double x) {
  const auto first = std::lower_bound(sorted.begin(), sorted.end(), x);
  if (first == sorted.begin()) return {0, 1};
  if (first == sorted.end()) return {1, 0};
  const auto k = static_cast<std::size_t>(first - sorted.begin()) - 1;
  return at_position(between(sorted, k, x), sorted.size());
}

double quantile_at(const std::vector<double>& sorted, Probability probability) {
  const double last = static_cast<double>(sorted.size() - 1);
  const double position = probability.below <= probability.above ? probability.below * last
                                                                 : last - probability.above * last;
  const double floor = std::clamp(std::floor(position), 0.0, last);
  const auto k = static_cast<std::size_t>(floor);
  if (k + 1 >= sorted.size()) return sorted.back();
  return sorted[k] + (position - floor) * (sorted[k + 1] - sorted[k]);
}

double density(const std::vector<double>& sorted, double x) {
  const auto above = std::upper_bound(sorted.begin(), sorted.end(), x);
  if (above == sorted.begin() || above == sorted.end()) return 0;
  return 1 / (static_cast<double>(sorted.size() - 1) * (*above - *(above - 1)));
}

double mean(const std::vector<double>& sorted) {
  // Integral of a piecewise linear quantile: the trapezoidal rule.
  const double sum = std::accumulate(sorted.begin(), sorted.end(), 0.0);
  return (sum - 0.5 * (sorted.front() + sorted.back())) / static_cast<double>(sorted.size() - 1);
}

std::vector<double> breakpoints(const std::vector<double>& sorted) {
  // With the intervals between them, the largest number of segments of a variable.
  constexpr std::size_t few_values = kernels::maximum_segments, few_ties = few_values / 2 - 1;
  std::vector<double> ties;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const bool is_new = ties.empty() || ties.back() != sorted[i];
    if (sorted[i] == sorted[i - 1] && is_new) ties.push_back(sorted[i]);
  }
  if (sorted.size() <= few_values && ties.empty()) return sorted;
  std::vector<double> points{sorted.front(), sorted.back()};
  if (ties.size() <= few_ties) points.insert(points.end(), ties.begin(), ties.end());
  return points;
}

}  // namespace tranche::empirical
