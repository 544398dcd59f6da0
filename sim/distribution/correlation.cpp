// SPDX-License-Identifier: Apache-2.0
#include "sim/distribution/correlation.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

namespace tranche {
namespace {

double pearson_of_rank(double rank) { return 2 * std::sin(std::numbers::pi * rank / 6); }
double rank_of_pearson(double r) { return 6 / std::numbers::pi * std::asin(0.5 * r); }

using Spectrum = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>;

// Nearest positive semidefinite matrix.
Eigen::MatrixXd without_negative_eigenvalues(const Eigen::MatrixXd& matrix) {
  const Spectrum spectrum(matrix);
  return spectrum.eigenvectors() * spectrum.eigenvalues().cwiseMax(0.0).asDiagonal() *
         spectrum.eigenvectors().transpose();
}

// Higham's alternating projections with Dykstra's correction.
Eigen::MatrixXd nearest_correlation_matrix(const Eigen::MatrixXd& wanted) {
  constexpr int max_iterations = 2000;
  constexpr double tolerance = 1e-10;  // far below the resolution of a sample
  Eigen::MatrixXd unit_diagonal = wanted;
  Eigen::MatrixXd correction = Eigen::MatrixXd::Zero(wanted.rows(), wanted.cols());
  Eigen::MatrixXd semidefinite = wanted;
  for (int iteration = 0; iteration < max_iterations; ++iteration) {
    const Eigen::MatrixXd corrected = unit_diagonal - correction;
    semidefinite = without_negative_eigenvalues(corrected);
    correction = semidefinite - corrected;
    unit_diagonal = semidefinite;
    unit_diagonal.diagonal().setOnes();
    if ((unit_diagonal - semidefinite).norm() <= tolerance * unit_diagonal.norm()) break;
  }
  // Scaling removes the remaining distance to a unit diagonal.
  const Eigen::VectorXd scale = semidefinite.diagonal().cwiseSqrt().cwiseInverse();
  return scale.asDiagonal() * semidefinite * scale.asDiagonal();
}

// Lower Cholesky factor of a positive semidefinite correlation matrix. A pivot that is zero up to
// rounding (an input determined by others) has an empty column.
std::vector<double> cholesky(const Eigen::MatrixXd& matrix) {
  constexpr double zero_pivot = 1e-9;
  const Eigen::Index size = matrix.rows();
  Eigen::MatrixXd lower = Eigen::MatrixXd::Zero(size, size);
  for (Eigen::Index j = 0; j < size; ++j) {
    const double pivot = matrix(j, j) - lower.row(j).head(j).squaredNorm();
    if (pivot <= zero_pivot) continue;
    lower(j, j) = std::sqrt(pivot);
    for (Eigen::Index i = j + 1; i < size; ++i) {
      const double known = lower.row(i).head(j).dot(lower.row(j).head(j));
      lower(i, j) = (matrix(i, j) - known) / lower(j, j);
    }
  }
  std::vector<double> rows;
  for (Eigen::Index i = 0; i < size; ++i) {
    // Row of length 1, so that the score stays standard normal.
    const double length = lower.row(i).norm();
    for (Eigen::Index j = 0; j < size; ++j) rows.push_back(lower(i, j) / length);
  }
  return rows;
}

CopulaGroup group_of(const std::vector<int>& members, const std::vector<RankCorrelation>& pairs) {
  const auto size = static_cast<Eigen::Index>(members.size());
  const auto place = [&](int input) {
    return std::lower_bound(members.begin(), members.end(), input) - members.begin();
  };
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(size, size);
  for (const RankCorrelation& pair : pairs) {
    const Eigen::Index i = place(pair.first), j = place(pair.second);
    matrix(i, j) = matrix(j, i) = pearson_of_rank(pair.rank);
  }
  CopulaGroup group;
  group.members = members;
  constexpr double rounding = 1e-12;
  if (Spectrum(matrix).eigenvalues().minCoeff() < -rounding * static_cast<double>(size)) {
    const Eigen::MatrixXd wanted = matrix;
    matrix = nearest_correlation_matrix(wanted);
    for (Eigen::Index i = 0; i < size; ++i) {
      for (Eigen::Index j = 0; j < i; ++j) {
        const double change =
            std::abs(rank_of_pearson(matrix(i, j)) - rank_of_pearson(wanted(i, j)));
        if (change <= group.largest_change) continue;
        group.largest_change = change;
        group.changed_first = members[static_cast<std::size_t>(j)];
        group.changed_second = members[static_cast<std::size_t>(i)];
      }
    }
  }
  group.lower = cholesky(matrix);
  return group;
}

}  // namespace

std::string problem_of(const std::vector<RankCorrelation>& correlations) {
  std::set<std::pair<int, int>> seen;
  for (const RankCorrelation& c : correlations) {
    if (!(std::abs(c.rank) <= 1)) {
      return fmt::format("rank correlation {} is not between -1 and 1", c.rank);
    }
    if (c.first == c.second) return "an input cannot be correlated with itself";
    if (!seen.insert(std::minmax(c.first, c.second)).second) {
      return "the correlation of a pair is given twice";
    }
  }
  return "";
}

std::vector<CopulaGroup> copula_groups(const std::vector<RankCorrelation>& correlations) {
  // The label of a group is its smallest member.
  std::map<int, int> label;
  for (const RankCorrelation& c : correlations) {
    const int a = label.try_emplace(c.first, c.first).first->second;
    const int b = label.try_emplace(c.second, c.second).first->second;
    for (auto& [input, of] : label) {
      if (of == std::max(a, b)) of = std::min(a, b);
    }
  }
  std::map<int, std::vector<int>> members;
  for (const auto& [input, of] : label) members[of].push_back(input);
  std::vector<CopulaGroup> groups;
  for (const auto& [of, inputs] : members) {
    std::vector<RankCorrelation> own;
    std::copy_if(correlations.begin(), correlations.end(), std::back_inserter(own),
                 [&, group = of](const RankCorrelation& c) { return label.at(c.first) == group; });
    groups.push_back(group_of(inputs, own));
  }
  return groups;
}

}  // namespace tranche
