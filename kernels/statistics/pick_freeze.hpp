// Sums over draws that Sobol' indices are made of, in an order that no vector width
// changes: eight running sums, added up pairwise at the end.
#pragma once

#include "kernels/base/host_device.hpp"

namespace tranche::kernels {

// Of one output and one group of inputs over a block of draws: f(A) and f(B) at two
// independent points, f(M) at point A with the group taken from point B.
struct PickFreezeSums {
  double first = 0;  // sum of (f(B) - centre) (f(M) - f(A))
  double total = 0;  // sum of (f(A) - f(M))^2
};

// `count` is a multiple of eight.
inline __attribute__((always_inline)) PickFreezeSums pick_freeze_sums(const float* a,
                                                                      const float* b,
                                                                      const float* mixed,
                                                                      double centre, int count) {
  double first[8] = {}, total[8] = {};
  for (int j = 0; j < count; j += 8) {
    for (int k = 0; k < 8; ++k) {
      const double step = static_cast<double>(mixed[j + k]) - static_cast<double>(a[j + k]);
      first[k] = first[k] + (static_cast<double>(b[j + k]) - centre) * step;
      total[k] = total[k] + step * step;
    }
  }
  const auto sum = [](const double* s) TRANCHE_INLINE_BODY {
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
  };
  return {sum(first), sum(total)};
}

}  // namespace tranche::kernels
