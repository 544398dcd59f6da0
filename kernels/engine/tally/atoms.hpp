// SPDX-License-Identifier: Apache-2.0

// Values that many draws share exactly: a binding cap, a certain quantity, all or nothing. A
// histogram resolves them only to the width of a bin; atoms let a summary state the exact cap.
#pragma once

#include <cstdint>
#include <vector>

namespace tranche::kernels {

struct Atom {
  std::int64_t cell = 0;
  float value = 0;  // never 0: zeros are counted exactly
};

// Returns the non-zero values that at least a twentieth of `values` equal, in order.
std::vector<float> shared_values(const float* values, int count);

}  // namespace tranche::kernels
