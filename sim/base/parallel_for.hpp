// SPDX-License-Identifier: Apache-2.0

// Parallel loop over independent items that propagates exceptions.
#pragma once

#include <cstddef>
#include <functional>

namespace tranche {

// Calls body(i) for every i below `count`, in any order, in chunks of `chunk` consecutive items, on
// `threads` threads (0: OpenMP's default). After the first exception no further item begins, and
// the exception is rethrown here: leaving a parallel region with it would end the program.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& body,
                  int chunk = 1);

}  // namespace tranche
