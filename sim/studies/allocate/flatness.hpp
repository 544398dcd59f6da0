// SPDX-License-Identifier: Apache-2.0

// Range of shares over a set of splits.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sim/studies/allocate/allocation.hpp"

namespace tranche {

struct ShareRange {
  double low = 1, high = 0;
};

// Smallest and largest share of a name over the splits selected by `wanted`.
template <class Wanted>
std::vector<ShareRange> share_ranges(const AllocationResult& result, Wanted wanted) {
  std::vector<ShareRange> out(result.names.size());
  for (const AllocationSplit& split : result.splits) {
    if (split.violated != 0 || !wanted(split)) continue;
    for (std::size_t p = 0; p < out.size(); ++p) {
      out[p].low = std::min(out[p].low, split.shares[p]);
      out[p].high = std::max(out[p].high, split.shares[p]);
    }
  }
  return out;
}

template <class Wanted>
std::size_t count_of(const AllocationResult& result, Wanted wanted) {
  return static_cast<std::size_t>(std::count_if(
      result.splits.begin(), result.splits.end(),
      [&](const AllocationSplit& split) { return split.violated == 0 && wanted(split); }));
}

inline bool is_as_good(const AllocationSplit& split) { return split.is_as_good; }
inline bool is_within(const AllocationSplit& split) { return split.is_within_1_percent; }

}  // namespace tranche
