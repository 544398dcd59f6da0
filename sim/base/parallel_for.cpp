// SPDX-License-Identifier: Apache-2.0
#include "sim/base/parallel_for.hpp"

#include <omp.h>

#include <atomic>
#include <exception>
#include <mutex>

namespace tranche {

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& body,
                  int chunk) {
  const int team = threads > 0 ? threads : omp_get_max_threads();
  std::atomic<bool> ends{false};
  std::exception_ptr failure;
  std::mutex failing;
#pragma omp parallel for schedule(dynamic, chunk) num_threads(team)
  for (std::size_t i = 0; i < count; ++i) {
    if (ends.load(std::memory_order_relaxed)) continue;
    try {
      body(i);
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!ends.exchange(true)) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace tranche
