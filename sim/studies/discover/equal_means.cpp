// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/discover/equal_means.hpp"

#include <algorithm>
#include <cmath>

namespace tranche {

void join_rounded(std::vector<float>& values) {
  std::vector<float> starts = values;
  std::sort(starts.begin(), starts.end());
  if (starts.empty()) return;
  // The relative error of a float, and of a mean of many, is 2^-25; the mean is rounded once more.
  constexpr float rounding = 0x1p-21f;
  const float apart = rounding * std::max(std::fabs(starts.front()), std::fabs(starts.back()));
  // Measured from the first value of each group, so that a chain of close values does not collapse.
  std::size_t kept = 0;
  for (const float value : starts)
    if (kept == 0 || value - starts[kept - 1] > apart) starts[kept++] = value;
  starts.resize(kept);
  for (float& value : values) value = *(std::upper_bound(starts.begin(), starts.end(), value) - 1);
}

}  // namespace tranche
