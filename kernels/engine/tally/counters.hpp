// SPDX-License-Identifier: Apache-2.0

// Zero-initialised memory of counters, backed by pages only where it was written. A run has some
// hundred megabytes of counters, most of them never used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <span>
#include <vector>

namespace tranche::kernels {

// Returns zeroed memory. Throws std::bad_alloc. Large blocks use huge pages if the system has them:
// faulting in small pages costs more than counting.
void* zeroed_memory(std::size_t bytes);
void free_zeroed_memory(void* memory, std::size_t bytes);

// Allocator of zeroed memory; new elements are not initialised again. For integers, in vectors that
// keep their size: elements re-added after a removal would not be zero.
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

// Range from the first non-zero element to one past the last; `first == last` if all are zero.
struct FilledRange {
  std::size_t first, last;
};
FilledRange filled_range(std::span<const std::uint32_t> counters);

}  // namespace tranche::kernels
