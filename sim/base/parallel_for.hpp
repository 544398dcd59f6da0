// SPDX-License-Identifier: Apache-2.0

// A loop over independent items on several threads, out of which an exception may come.
#pragma once

#include <cstddef>
#include <functional>

namespace tranche {

// Calls body(i) for every i below `count`, in any order, `chunk` neighbours in turn on one
// thread, on `threads` threads (0: as many as OpenMP would take). After the first exception no
// further item begins, and it is thrown here: one that left a parallel region would end the
// program.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& body,
                  int chunk = 1);

}  // namespace tranche
