// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sweep/design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "kernels/random/philox.hpp"
#include "sim/simulate/lowering/lowering.hpp"
#include "sim/studies/sensitivity/sobol_points.hpp"

namespace tranche {
namespace {

constexpr double two_to_32 = 4294967296.0;

SweepPoint point_of(const SweepSpec& spec, std::uint64_t number,
                    const std::vector<SweepLevel>& levels) {
  SweepPoint point;
  point.number = number;
  point.change.name = fmt::format("point-{}", number);
  point.change.title = point.change.name;
  point.change.where = spec.where;
  std::string values;
  for (std::size_t a = 0; a < levels.size(); ++a) {
    point.labels.push_back(levels[a].label);
    values += fmt::format("{}{} = {}", a == 0 ? "" : ", ", spec.axes[a].name, levels[a].label);
    point.change.assignments.insert(point.change.assignments.end(), levels[a].assignments.begin(),
                                    levels[a].assignments.end());
  }
  point.change.label = fmt::format("at point {} ({})", number, values);
  return point;
}

SweepLevel level_at(const SweepAxis& axis, double share) {
  if (axis.range) return range_level(axis, share);
  const double count = static_cast<double>(axis.levels.size());
  return axis.levels[std::min(static_cast<std::size_t>(share * count), axis.levels.size() - 1)];
}

// Positions along one axis: each of the slices once, in random order.
std::vector<double> stratified(std::uint64_t points, std::uint64_t seed, const std::string& axis) {
  const std::uint64_t variable = variable_key("sweep.latin_hypercube#" + axis);
  std::vector<std::uint64_t> order(points);
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  std::vector<kernels::Philox4x32> words(points);
  for (std::uint64_t i = 0; i < points; ++i)
    words[i] = kernels::random_block(seed, {variable, 0}, i);
  std::stable_sort(order.begin(), order.end(), [&](std::uint64_t a, std::uint64_t b) {
    return std::pair(words[a].x, words[a].y) < std::pair(words[b].x, words[b].y);
  });
  std::vector<double> shares(points);
  for (std::uint64_t i = 0; i < points; ++i)
    shares[i] =
        (static_cast<double>(order[i]) + words[i].z / two_to_32) / static_cast<double>(points);
  return shares;
}

// [axis][point]
std::vector<std::vector<double>> spread_shares(const SweepSpec& spec, std::uint64_t seed) {
  std::vector<std::vector<double>> shares;
  if (spec.design == SweepDesign::latin_hypercube) {
    for (const SweepAxis& axis : spec.axes)
      shares.push_back(stratified(spec.points, seed, axis.name));
    return shares;
  }
  const SobolPoints sequence = SobolPoints::unscrambled(spec.axes.size());
  std::vector<std::uint32_t> words(spec.points);
  for (std::size_t a = 0; a < spec.axes.size(); ++a) {
    sequence.fill(1, words.size(), a, words.data());
    std::vector<double>& axis = shares.emplace_back(spec.points);
    for (std::size_t i = 0; i < words.size(); ++i) axis[i] = words[i] / two_to_32;
  }
  return shares;
}

}  // namespace

double point_count(const SweepSpec& spec) {
  if (spec.design != SweepDesign::grid) return static_cast<double>(spec.points);
  double count = 1;
  for (const SweepAxis& axis : spec.axes)
    count *= static_cast<double>(std::max<std::uint64_t>(axis.levels.size(), axis.steps));
  return count;
}

std::vector<SweepPoint> sweep_points(const SweepSpec& spec, std::uint64_t seed) {
  std::vector<SweepPoint> points;
  std::vector<SweepLevel> levels(spec.axes.size());
  if (spec.design == SweepDesign::grid) {
    const auto count = static_cast<std::uint64_t>(point_count(spec));
    for (std::uint64_t i = 0; i < count; ++i) {
      std::uint64_t rest = i;
      for (std::size_t a = spec.axes.size(); a-- > 0;) {
        const std::vector<SweepLevel>& of_axis = spec.axes[a].levels;
        levels[a] = of_axis[rest % of_axis.size()];
        rest /= of_axis.size();
      }
      points.push_back(point_of(spec, i + 1, levels));
    }
    return points;
  }
  const std::vector<std::vector<double>> shares = spread_shares(spec, seed);
  for (std::uint64_t i = 0; i < spec.points; ++i) {
    for (std::size_t a = 0; a < spec.axes.size(); ++a)
      levels[a] = level_at(spec.axes[a], shares[a][i]);
    points.push_back(point_of(spec, i + 1, levels));
  }
  return points;
}

SweepPoint first_point(const SweepSpec& spec) {
  std::vector<SweepLevel> levels;
  for (const SweepAxis& axis : spec.axes) levels.push_back(level_at(axis, 0));
  return point_of(spec, 1, levels);
}

}  // namespace tranche
