// SPDX-License-Identifier: Apache-2.0

// One firm of a variant in one step, and the sums it adds to.
#pragma once

#include "kernels/engine/fleet/columns.hpp"

namespace tranche::kernels {

// Tracks which sums of a firm have been written in this step; the others still hold the previous
// firm's values. Sums with index 64 and above count as written.
class WrittenSums {
 public:
  // True if the sum is written for the first time now.
  TRANCHE_HD_INLINE bool begins(std::int32_t sum) {
    if (sum >= 64) return false;
    const std::uint64_t bit = std::uint64_t{1} << sum;
    const bool is_new = (written_ & bit) == 0;
    written_ |= bit;
    return is_new;
  }

 private:
  std::uint64_t written_ = 0;
};

template <class Lanes>
struct FirmStep {
  const FleetView& view;
  const Lanes& lanes;
  const VariantSpec& variant;
  const FirmSpec& firm;
  std::int32_t step;
  WrittenSums& written;

  TRANCHE_HD_INLINE float* temporary(TemporaryColumn column) const {
    return kernels::temporary(view, lanes, column);
  }
  TRANCHE_HD_INLINE float* of_line(std::int32_t allotment, ServingColumn column) const {
    return serving(view, lanes, variant, allotment, column);
  }
  TRANCHE_HD_INLINE float* sum(std::int32_t which) const {
    return lanes.column(view.sums_columns + which);
  }
  TRANCHE_HD_INLINE float* sum(Sum which) const { return sum(static_cast<std::int32_t>(which)); }
  TRANCHE_HD_INLINE std::int32_t workload_sum(std::int32_t w) const {
    return fixed_sums + view.yardstick_count + w;
  }

  // Adds value(j) to a sum, if any metric needs it.
  template <class Value>
  TRANCHE_HD_INLINE void add(std::int32_t which, const Value& value) const {
    if (!uses(view, which)) return;
    float* const total = sum(which);
    if (written.begins(which))
      lanes.each([=](int j) TRANCHE_INLINE_BODY { total[j] = value(j); });
    else
      lanes.each([=](int j) TRANCHE_INLINE_BODY { total[j] = total[j] + value(j); });
  }
  template <class Value>
  TRANCHE_HD_INLINE void add(Sum which, const Value& value) const {
    add(static_cast<std::int32_t>(which), value);
  }
};

}  // namespace tranche::kernels
