// SPDX-License-Identifier: Apache-2.0

// Memory of counters, and the range of counted elements.
#include "kernels/engine/tally/counters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <new>
#include <vector>

namespace tranche::kernels {
namespace {

TEST(Counters, BeginAtZeroWhateverTheirMemoryHeldBefore) {
  // Few counters, and enough to be allocated separately.
  for (const std::size_t count : {std::size_t{3}, std::size_t{3} << 20}) {
    SCOPED_TRACE(count);
    for (int time = 0; time < 3; ++time) {
      Counters counters(count);
      ASSERT_TRUE(std::all_of(counters.begin(), counters.end(), [](auto c) { return c == 0; }));
      std::fill(counters.begin(), counters.end(), 7u);
    }
  }
}

TEST(Counters, AreCopiedWithWhatTheyCount) {
  Counters counters(std::size_t{2} << 20);
  counters.back() = 5;
  const Counters copy = counters;
  EXPECT_EQ(copy, counters);
  EXPECT_EQ(copy.back(), 5u);
}

TEST(Counters, OfMoreThanThereIsAreRefused) {
  ZeroedMemory<std::uint32_t> memory;
  EXPECT_THROW(memory.allocate(std::numeric_limits<std::size_t>::max()), std::bad_alloc);
  EXPECT_THROW(memory.allocate(std::numeric_limits<std::size_t>::max() / 8), std::bad_alloc);
}

TEST(FilledRange, IsEmptyWhereNothingIsCounted) {
  for (const std::size_t size : {0u, 1u, 63u, 64u, 65u, 1000u}) {
    const std::vector<std::uint32_t> none(size);
    const FilledRange range = filled_range(none);
    EXPECT_EQ(range.first, range.last) << size;
  }
}

TEST(FilledRange, ReachesFromTheFirstToTheLastAtEveryPlace) {
  // Around the boundaries of the blocks that are scanned together.
  for (const std::size_t first : {0u, 1u, 63u, 64u, 65u, 128u, 190u})
    for (const std::size_t more : {0u, 1u, 62u, 63u, 64u, 65u, 9u}) {
      std::vector<std::uint32_t> counters(256);
      counters[first] = counters[first + more] = 1;
      const FilledRange range = filled_range(counters);
      EXPECT_EQ(range.first, first);
      EXPECT_EQ(range.last, first + more + 1);
    }
}

}  // namespace
}  // namespace tranche::kernels
