// SPDX-License-Identifier: Apache-2.0

// Statistics of pairs of columns of draws that only look at order, so that no shape of a
// distribution and no outlier spoils them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tranche {

// Ranks from 0, ties at their mean, less the mean rank: they sum to zero.
std::vector<float> centred_ranks(std::span<const float> values);

// Pearson correlation; of centred ranks it is Spearman's. Not a number when one of them is
// constant.
double correlation(std::span<const float> a, std::span<const float> b);

// The draws in which a score is low and high: its lowest and highest fifth, ties all in or
// all out. A score of few values gives its lowest and its highest value.
struct Fifths {
  std::vector<std::size_t> low, high;
};
Fifths fifths(std::span<const float> score);

double mean_over(std::span<const float> values, const std::vector<std::size_t>& draws);

}  // namespace tranche
