// SPDX-License-Identifier: Apache-2.0

// Values that many draws share exactly: a cap that binds, a certain quantity, all or
// nothing. A histogram knows them only to the width of a bin; with these, a summary can
// say 75,000 where the cap is 75,000.
#pragma once

#include <cstdint>
#include <vector>

namespace tranche::kernels {

struct Atom {
  std::int64_t cell = 0;
  float value = 0;  // never 0: zeros are counted exactly
};

// The values that at least a twentieth of the values share (zero left out), in order.
std::vector<float> shared_values(const float* values, int count);

}  // namespace tranche::kernels
