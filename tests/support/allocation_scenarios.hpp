// SPDX-License-Identifier: Apache-2.0

// Scenarios for the tests of allocations.
#pragma once

#include <string>

#include "sim/studies/allocate/allocation.hpp"

namespace tranche::tests {

// Three firms, a, b and c, whose throughput is chips x availability (0.9, 0.45 and 0.3); all chips
// arrive at once. `allocate` is appended to the keys of [allocate].
std::string three_firms(const std::string& allocate);

AllocationResult allocated(const std::string& text, int threads = 1);

}  // namespace tranche::tests
