// SPDX-License-Identifier: Apache-2.0

// Rank statistics of pairs of columns of draws, robust to the shape of distributions and to
// outliers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tranche {

// Returns ranks from 0, ties at their mean, minus the mean rank: they sum to zero.
std::vector<float> centred_ranks(std::span<const float> values);

// Pearson correlation; for centred ranks it is Spearman's. NaN if one column is constant.
double correlation(std::span<const float> a, std::span<const float> b);

// Draws with a low and a high score: the lowest and highest fifth, ties all included or excluded.
// For a score with few values, the draws of its lowest and its highest value.
struct Fifths {
  std::vector<std::size_t> low, high;
};
Fifths fifths(std::span<const float> score);

double mean_over(std::span<const float> values, const std::vector<std::size_t>& draws);

}  // namespace tranche
