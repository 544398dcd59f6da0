// SPDX-License-Identifier: Apache-2.0

// Sums over draws from which Sobol' indices are computed, in an order independent of vector width
// and device: eight running sums, added pairwise at the end.
#pragma once

#include "kernels/base/host_device.hpp"

namespace tranche::kernels {

// Sums for one output and one group of inputs over a block of draws: f(A) and f(B) at two
// independent points, f(M) at point A with the group taken from point B.
struct PickFreezeSums {
  double first = 0;  // sum of (f(B) - centre) (f(M) - f(A))
  double total = 0;  // sum of (f(A) - f(M))^2
};

inline constexpr int pick_freeze_lanes = 8;

// `count` is a multiple of eight; load(list, j) returns an object whose [k] is value j + k.
template <class Load>
TRANCHE_HD_INLINE PickFreezeSums pick_freeze_sums_of(const float* a, const float* b,
                                                     const float* mixed, double centre, int count,
                                                     const Load& load) {
  constexpr int lanes = pick_freeze_lanes;
  double first[lanes] = {}, total[lanes] = {};
  for (int j = 0; j < count; j += lanes) {
    const auto a8 = load(a, j);
    const auto b8 = load(b, j);
    const auto mixed8 = load(mixed, j);
#if defined(__CUDA_ARCH__)
#pragma unroll
#endif
    for (int k = 0; k < lanes; ++k) {
      const double step = static_cast<double>(mixed8[k]) - static_cast<double>(a8[k]);
      first[k] = first[k] + (static_cast<double>(b8[k]) - centre) * step;
      total[k] = total[k] + step * step;
    }
  }
  const auto sum = [](const double* s) TRANCHE_INLINE_BODY {
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
  };
  return {sum(first), sum(total)};
}

TRANCHE_HD_INLINE PickFreezeSums pick_freeze_sums(const float* a, const float* b,
                                                  const float* mixed, double centre, int count) {
  const auto load = [](const float* list, int j) TRANCHE_INLINE_BODY { return list + j; };
  return pick_freeze_sums_of(a, b, mixed, centre, count, load);
}

}  // namespace tranche::kernels
