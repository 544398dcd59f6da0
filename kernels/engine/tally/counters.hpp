// SPDX-License-Identifier: Apache-2.0

// Memory of counters: all zero at first, and real only where something was counted. A run has
// some hundred megabytes of them, of which many count nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <span>
#include <vector>

namespace tranche::kernels {

// Memory of zeros. Throws std::bad_alloc. A large one is of large pages where the system has them:
// small ones cost more to get than to count in.
void* zeroed_memory(std::size_t bytes);
void free_zeroed_memory(void* memory, std::size_t bytes);

// Gives memory that is zero, which new elements take as it is. For integers, in vectors that
// keep their size: elements that come back after others were removed would not be zero.
template <class T>
struct ZeroedMemory {
  using value_type = T;

  ZeroedMemory() = default;
  template <class U>
  explicit ZeroedMemory(const ZeroedMemory<U>&) {}

  T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_alloc();
    return static_cast<T*>(zeroed_memory(count * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t count) { free_zeroed_memory(memory, count * sizeof(T)); }
  template <class U>
  void construct(U*) {}
  template <class U, class... Values>
  void construct(U* place, const Values&... values) {
    ::new (static_cast<void*>(place)) U(values...);
  }
  bool operator==(const ZeroedMemory&) const = default;
};

using Counters = std::vector<std::uint32_t, ZeroedMemory<std::uint32_t>>;

// From the first to behind the last that is not zero; `first == last` where all are.
struct FilledRange {
  std::size_t first, last;
};
FilledRange filled_range(std::span<const std::uint32_t> counters);

}  // namespace tranche::kernels
