// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/value_of_information.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/statistics/rank_statistics.hpp"

namespace tranche {
namespace {

constexpr std::size_t folds = 5;
constexpr std::size_t max_numbers = 8;

struct MeanError {
  double sum = 0, squares = 0;
  void add(double x) {
    sum += x;
    squares += x * x;
  }
  InformationValue over(double n) const {
    const double mean = sum / n;
    const double variance = std::max(0.0, squares / n - mean * mean);
    return {mean, std::sqrt(variance / n)};
  }
};

// Ranks scaled to -1 to 1: a spline then has equally many draws between any two knots.
std::vector<std::vector<float>> regressors(const std::vector<std::span<const float>>& inputs) {
  std::vector<std::vector<float>> columns;
  for (const std::span<const float> input : inputs) {
    std::vector<float> ranks = centred_ranks(input);
    const float scale = 2.0f / static_cast<float>(ranks.size());
    for (float& rank : ranks) rank *= scale;
    columns.push_back(std::move(ranks));
  }
  if (columns.size() <= max_numbers) return columns;
  std::vector<float> mean(columns[0].size(), 0.0f);
  for (const std::vector<float>& column : columns)
    for (std::size_t j = 0; j < mean.size(); ++j) mean[j] += column[j];
  return {std::move(mean)};
}

// A cubic spline in each number, and their products two by two.
Eigen::MatrixXd features(const std::vector<std::vector<float>>& columns) {
  const std::vector<double> knots =
      columns.size() == 1 ? std::vector<double>{-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75}
                          : std::vector<double>{-0.5, 0, 0.5};
  const std::size_t p = columns.size();
  const std::size_t count = 1 + p * (3 + knots.size()) + p * (p - 1) / 2;
  Eigen::MatrixXd x(static_cast<Eigen::Index>(columns[0].size()), static_cast<Eigen::Index>(count));
  for (Eigen::Index j = 0; j < x.rows(); ++j) {
    Eigen::Index at = 0;
    x(j, at++) = 1.0;
    for (const std::vector<float>& column : columns) {
      const double z = static_cast<double>(column[static_cast<std::size_t>(j)]);
      x(j, at++) = z;
      x(j, at++) = z * z;
      x(j, at++) = z * z * z;
      for (const double knot : knots) x(j, at++) = std::pow(std::max(0.0, z - knot), 3);
    }
    for (std::size_t a = 0; a < p; ++a)
      for (std::size_t b = a + 1; b < p; ++b)
        x(j, at++) = static_cast<double>(columns[a][static_cast<std::size_t>(j)]) *
                     static_cast<double>(columns[b][static_cast<std::size_t>(j)]);
  }
  return x;
}

}  // namespace

DecisionValues decision_values(const std::vector<std::vector<float>>& options) {
  DecisionValues found;
  const std::size_t draws = options.at(0).size();
  for (const std::vector<float>& option : options) {
    double sum = 0;
    for (const float value : option) sum += static_cast<double>(value);
    found.means.push_back(sum / static_cast<double>(draws));
  }
  found.best = static_cast<std::size_t>(std::max_element(found.means.begin(), found.means.end()) -
                                        found.means.begin());
  found.share_best.resize(options.size());
  MeanError gain;
  for (std::size_t j = 0; j < draws; ++j) {
    float most = options[0][j];
    for (const std::vector<float>& option : options) most = std::max(most, option[j]);
    double ties = 0;
    for (const std::vector<float>& option : options) ties += option[j] == most ? 1.0 : 0.0;
    for (std::size_t d = 0; d < options.size(); ++d)
      if (options[d][j] == most) found.share_best[d] += 1.0 / ties / static_cast<double>(draws);
    gain.add(static_cast<double>(most) - static_cast<double>(options[found.best][j]));
  }
  found.perfect = gain.over(static_cast<double>(draws));
  return found;
}

InformationValue partial_information(const std::vector<std::span<const float>>& inputs,
                                     const std::vector<std::vector<float>>& options,
                                     std::size_t best) {
  const Eigen::MatrixXd x = features(regressors(inputs));
  const Eigen::Index draws = x.rows(), width = x.cols();
  const auto fold_begin = [&](std::size_t fold) {
    return draws * static_cast<Eigen::Index>(fold) / static_cast<Eigen::Index>(folds);
  };
  // Values relative to the option that is best without knowledge, to keep magnitudes similar.
  Eigen::MatrixXd y(draws, static_cast<Eigen::Index>(options.size()));
  for (Eigen::Index j = 0; j < draws; ++j)
    for (std::size_t d = 0; d < options.size(); ++d)
      y(j, static_cast<Eigen::Index>(d)) =
          static_cast<double>(options[d][static_cast<std::size_t>(j)]) -
          static_cast<double>(options[best][static_cast<std::size_t>(j)]);
  std::vector<Eigen::MatrixXd> square(folds), right(folds);
  Eigen::MatrixXd all_square = Eigen::MatrixXd::Zero(width, width);
  Eigen::MatrixXd all_right = Eigen::MatrixXd::Zero(width, y.cols());
  for (std::size_t fold = 0; fold < folds; ++fold) {
    const Eigen::Index from = fold_begin(fold), count = fold_begin(fold + 1) - from;
    const auto part = x.middleRows(from, count);
    square[fold] = part.transpose() * part;
    right[fold] = part.transpose() * y.middleRows(from, count);
    all_square += square[fold];
    all_right += right[fold];
  }
  MeanError gain;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    const Eigen::Index from = fold_begin(fold), count = fold_begin(fold + 1) - from;
    // Inputs with few values make dependent columns: minimum-norm solution.
    const Eigen::MatrixXd fit = (all_square - square[fold])
                                    .completeOrthogonalDecomposition()
                                    .solve(all_right - right[fold]);
    const Eigen::MatrixXd expected = x.middleRows(from, count) * fit;
    for (Eigen::Index j = 0; j < count; ++j) {
      Eigen::Index choice = static_cast<Eigen::Index>(best);
      for (Eigen::Index d = 0; d < expected.cols(); ++d)
        if (expected(j, d) > expected(j, choice)) choice = d;
      gain.add(y(from + j, choice));
    }
  }
  return gain.over(static_cast<double>(draws));
}

}  // namespace tranche
