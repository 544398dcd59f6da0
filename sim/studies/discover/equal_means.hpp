// SPDX-License-Identifier: Apache-2.0

// Means that are equal but for rounding, made equal.
#pragma once

#include <vector>

namespace tranche {

// Values closer together than the rounding of a mean of floats become one of them: a mean of
// 0.1 and 0.3 and one of 0.2 and 0.2 are the same number to a person, and a box must not end
// between them. No value moves by more than 2^-21 of the largest magnitude.
void join_rounded(std::vector<float>& values);

}  // namespace tranche
