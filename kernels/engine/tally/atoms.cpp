// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/tally/atoms.hpp"

#include <algorithm>

namespace tranche::kernels {
namespace {

// True if neighbouring draws have equal values; shared values likely cause this, and most outputs
// have no such pair and need no sorting.
bool has_equal_neighbours(const float* values, int count) {
  int pairs = 0;
  for (int j = 1; j < count; ++j)
    pairs += static_cast<int>(values[j] == values[j - 1] && values[j] != 0.0f);
  return pairs > 0;
}

}  // namespace

std::vector<float> shared_values(const float* values, int count) {
  std::vector<float> shared;
  if (!has_equal_neighbours(values, count)) return shared;
  std::vector<float> sorted(values, values + count);
  std::sort(sorted.begin(), sorted.end());
  const std::ptrdiff_t enough = std::max(count / 20, 2);
  for (auto first = sorted.begin(); first != sorted.end();) {
    const auto last = std::upper_bound(first, sorted.end(), *first);
    if (last - first >= enough && *first != 0.0f) shared.push_back(*first);
    first = last;
  }
  return shared;
}

}  // namespace tranche::kernels
