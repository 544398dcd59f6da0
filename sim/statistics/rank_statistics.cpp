// SPDX-License-Identifier: Apache-2.0
#include "sim/statistics/rank_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace tranche {

std::vector<float> centred_ranks(std::span<const float> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  const double middle = 0.5 * (static_cast<double>(values.size()) - 1.0);
  std::vector<float> ranks(values.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from + 1;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    const double rank = 0.5 * static_cast<double>(from + to - 1) - middle;
    for (std::size_t k = from; k < to; ++k) ranks[order[k]] = static_cast<float>(rank);
    from = to;
  }
  return ranks;
}

double correlation(std::span<const float> a, std::span<const float> b) {
  const auto n = static_cast<double>(a.size());
  double sum_a = 0, sum_b = 0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    sum_a += static_cast<double>(a[j]);
    sum_b += static_cast<double>(b[j]);
  }
  double aa = 0, bb = 0, ab = 0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    const double x = static_cast<double>(a[j]) - sum_a / n;
    const double y = static_cast<double>(b[j]) - sum_b / n;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  if (aa <= 0 || bb <= 0) return std::numeric_limits<double>::quiet_NaN();
  return ab / std::sqrt(aa * bb);
}

Fifths fifths(std::span<const float> score) {
  Fifths found;
  if (score.empty()) return found;
  std::vector<float> sorted(score.begin(), score.end());
  const std::size_t fifth = (sorted.size() - 1) / 5;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(fifth),
                   sorted.end());
  float low = sorted[fifth];
  const std::size_t last_fifth = sorted.size() - 1 - fifth;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(last_fifth),
                   sorted.end());
  float high = sorted[last_fifth];
  if (low == high) {  // one value has most of the draws: uses the ends instead
    low = *std::min_element(score.begin(), score.end());
    high = *std::max_element(score.begin(), score.end());
  }
  for (std::size_t j = 0; j < score.size(); ++j) {
    if (score[j] <= low) found.low.push_back(j);
    if (score[j] >= high) found.high.push_back(j);
  }
  return found;
}

double mean_over(std::span<const float> values, const std::vector<std::size_t>& draws) {
  double sum = 0;
  for (const std::size_t j : draws) sum += static_cast<double>(values[j]);
  return sum / static_cast<double>(draws.size());
}

}  // namespace tranche
