// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/sobol_indices.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "kernels/random/philox.hpp"
#include "sim/base/parallel_for.hpp"
#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/studies/sensitivity/sobol_points.hpp"
#include "sim/studies/sensitivity/sobol_sums.hpp"

namespace tranche {
namespace {

constexpr int resamples = 200;

// Means over the first batch: sums relative to them lose no precision.
std::vector<double> pilot_means(const GroupedModel& model, const SobolPoints& points) {
  const std::size_t numbers = model.group_of_number().size();
  std::vector<std::uint32_t> words(numbers * points_per_batch);
  for (std::size_t n = 0; n < numbers; ++n)
    points.fill(0, points_per_batch, n, words.data() + n * points_per_batch);
  const std::unique_ptr<ModelEvaluator> evaluator = model.evaluator();
  evaluator->set_points(words.data(), words.data(), points_per_batch);
  std::vector<double> means(model.outputs(), 0.0);
  evaluator->at_a([&](std::size_t output, const float* values, int count) {
    double sum = 0;
    for (int j = 0; j < count; ++j) sum += static_cast<double>(values[j]);
    means[output] = sum / count;
  });
  return means;
}

// Row r: number of times each block is in resample r.
Eigen::MatrixXd resampling_weights(std::uint64_t seed) {
  Eigen::MatrixXd weights =
      Eigen::MatrixXd::Zero(resamples, static_cast<Eigen::Index>(sobol_blocks));
  for (int r = 0; r < resamples; ++r)
    for (std::uint64_t k = 0; k < sobol_blocks; ++k) {
      const std::uint32_t word =
          kernels::random_block(seed, {k, 3}, static_cast<std::uint64_t>(r)).x;
      weights(r, static_cast<Eigen::Index>(word % sobol_blocks)) += 1.0;
    }
  return weights;
}

// Columns of the sums of one output, from which indices are computed.
enum SumColumn : Eigen::Index { sum_a, sum_aa, sum_b, sum_bb, first_pair };

template <class Row>
double variance_of(const Row& sums, double points) {
  const double mean = (sums(sum_a) + sums(sum_b)) / (2 * points);
  return (sums(sum_aa) + sums(sum_bb)) / (2 * points) - mean * mean;
}

struct OutputIndices {
  double mean = 0, variance = 0;
  std::vector<SobolIndex> of_groups;
};

OutputIndices indices_of(SobolSums& sums, std::size_t output, double points, double centre,
                         const Eigen::MatrixXd& weights) {
  OutputIndices made;
  const std::size_t groups = sums.group_count;
  Eigen::MatrixXd table(static_cast<Eigen::Index>(sobol_blocks),
                        first_pair + 2 * static_cast<Eigen::Index>(groups));
  for (std::uint64_t block = 0; block < sobol_blocks; ++block) {
    auto row = table.row(static_cast<Eigen::Index>(block));
    const kernels::DesignMoments& m = sums.moment(block, output);
    row(sum_a) = m.a;
    row(sum_aa) = m.aa;
    row(sum_b) = m.b;
    row(sum_bb) = m.bb;
    for (std::size_t group = 0; group < groups; ++group) {
      const kernels::PickFreezeSums& pair = sums.pair(block, group, output);
      const auto column = first_pair + 2 * static_cast<Eigen::Index>(group);
      row(column) = pair.first;
      row(column + 1) = pair.total;
    }
  }
  const Eigen::RowVectorXd all = table.colwise().sum();
  const double variance = variance_of(all, points);
  const double mean = (all(sum_a) + all(sum_b)) / (2 * points);
  made.mean = centre + mean;
  // Variance below the rounding (24 bits) of a constant counts as zero.
  const bool varies = variance > 1e-13 * (centre * centre + mean * mean) && variance > 0;
  made.variance = varies ? variance : 0.0;
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  if (!varies) {
    made.of_groups.assign(groups, {{unknown, unknown, unknown}, {unknown, unknown, unknown}});
    return made;
  }
  const Eigen::MatrixXd resampled = weights * table;
  Eigen::VectorXd variances(resamples);
  for (int r = 0; r < resamples; ++r) variances(r) = variance_of(resampled.row(r), points);
  std::vector<double> found(resamples);
  const auto estimate = [&](Eigen::Index column, double factor) {
    for (int r = 0; r < resamples; ++r)
      found[static_cast<std::size_t>(r)] =
          variances(r) > 0 ? factor * resampled(r, column) / points / variances(r) : 0.0;
    constexpr std::size_t low = resamples / 20, high = resamples - 1 - resamples / 20;
    std::nth_element(found.begin(), found.begin() + low, found.end());
    const double at_low = found[low];
    std::nth_element(found.begin(), found.begin() + high, found.end());
    return Estimate{factor * all(column) / points / variance, at_low, found[high]};
  };
  for (std::size_t group = 0; group < groups; ++group) {
    const auto column = first_pair + 2 * static_cast<Eigen::Index>(group);
    made.of_groups.push_back({estimate(column, 1.0), estimate(column + 1, 0.5)});
  }
  return made;
}

}  // namespace

std::uint64_t rounded_sobol_points(std::uint64_t points) {
  return std::bit_ceil(std::max(points, min_sobol_points));
}

SobolResult sobol_indices(const GroupedModel& model, const DesignControl& control) {
  const std::uint64_t total_points = rounded_sobol_points(control.points);
  const std::size_t outputs = model.outputs();
  const SobolPoints points(2 * model.group_of_number().size(), control.seed);
  const std::vector<double> centres = pilot_means(model, points);
  SobolSums sums = sum_design(model, points, total_points, centres, control);

  const Eigen::MatrixXd weights = resampling_weights(control.seed);
  const SharedWork work(control.execution.ranks);
  std::vector<std::vector<double>> moments(outputs);  // mean and variance
  std::vector<std::vector<SobolIndex>> indices(outputs);
  work.together([&] {
    const auto index_one = [&](std::size_t output) {
      if (!work.is_mine(output)) return;
      OutputIndices made =
          indices_of(sums, output, static_cast<double>(total_points), centres[output], weights);
      moments[output] = {made.mean, made.variance};
      indices[output] = std::move(made.of_groups);
    };
    constexpr int outputs_in_turn = 16;
    parallel_for(outputs, control.execution.threads, index_one, outputs_in_turn);
  });
  work.exchange(moments);
  work.exchange(indices);

  SobolResult result;
  result.points = total_points;
  result.groups = model.groups();
  for (std::size_t output = 0; output < outputs; ++output) {
    result.means.push_back(moments[output][0]);
    result.variances.push_back(moments[output][1]);
    result.indices.insert(result.indices.end(), indices[output].begin(), indices[output].end());
  }
  return result;
}

}  // namespace tranche
