// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/tally/counters.hpp"

#include <cstdlib>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace tranche::kernels {
namespace {

constexpr std::size_t chunk = 64;

bool is_any_filled(const std::uint32_t* counters) {
  std::uint32_t bits = 0;
#pragma omp simd reduction(| : bits)
  for (std::size_t i = 0; i < chunk; ++i) bits |= counters[i];
  return bits != 0;
}

void* small_zeroed_memory(std::size_t bytes) {
  void* const memory = std::calloc(bytes, 1);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

#if defined(__linux__)
namespace {

constexpr std::size_t large_page = std::size_t{2} << 20;

bool is_large(std::size_t bytes) { return bytes >= 2 * large_page; }

std::size_t whole_pages(std::size_t bytes) {
  return (bytes + large_page - 1) / large_page * large_page;
}

}  // namespace

void* zeroed_memory(std::size_t bytes) {
  if (!is_large(bytes)) return small_zeroed_memory(bytes);
  // One page more, so that it contains whole pages; the rest is released.
  const std::size_t size = whole_pages(bytes);
  void* const found =
      mmap(nullptr, size + large_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED) throw std::bad_alloc();
  const std::size_t before = whole_pages(reinterpret_cast<std::uintptr_t>(found)) -
                             reinterpret_cast<std::uintptr_t>(found);
  char* const memory = static_cast<char*>(found) + before;
  if (before > 0) munmap(found, before);
  if (before < large_page) munmap(memory + size, large_page - before);
  madvise(memory, size, MADV_HUGEPAGE);  // a hint: small pages work too
  return memory;
}

void free_zeroed_memory(void* memory, std::size_t bytes) {
  if (is_large(bytes))
    munmap(memory, whole_pages(bytes));
  else
    std::free(memory);
}
#else
void* zeroed_memory(std::size_t bytes) { return small_zeroed_memory(bytes); }

void free_zeroed_memory(void* memory, std::size_t) { std::free(memory); }
#endif

FilledRange filled_range(std::span<const std::uint32_t> counters) {
  std::size_t first = 0, last = counters.size();
  while (first + chunk <= last && !is_any_filled(counters.data() + first)) first += chunk;
  while (first < last && counters[first] == 0) ++first;
  while (last >= first + chunk && !is_any_filled(counters.data() + last - chunk)) last -= chunk;
  while (last > first && counters[last - 1] == 0) --last;
  return {first, last};
}

}  // namespace tranche::kernels
