// SPDX-License-Identifier: Apache-2.0

// Merges means that differ only by rounding.
#pragma once

#include <vector>

namespace tranche {

// Sets values closer together than the rounding of a mean of floats to one of them: the means of
// 0.1 and 0.3 and of 0.2 and 0.2 are equal, and a box must not end between them. No value changes
// by more than 2^-21 of the largest magnitude.
void join_rounded(std::vector<float>& values);

}  // namespace tranche
