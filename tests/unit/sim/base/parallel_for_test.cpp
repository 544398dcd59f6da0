// SPDX-License-Identifier: Apache-2.0
#include "sim/base/parallel_for.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace tranche {
namespace {

TEST(ParallelFor, VisitsEveryItemOnce) {
  for (const int threads : {0, 1, 4})
    for (const int chunk : {1, 16}) {
      std::vector<int> visits(1000);
      parallel_for(
          visits.size(), threads, [&](std::size_t i) { ++visits[i]; }, chunk);
      EXPECT_EQ(visits, std::vector<int>(1000, 1)) << threads << ' ' << chunk;
    }
}

TEST(ParallelFor, ThrowsWhatABodyThrows) {
  const auto fails = [](std::size_t i) {
    if (i >= 500) throw std::runtime_error("item");
  };
  EXPECT_THROW(parallel_for(1000, 4, fails), std::runtime_error);
}

TEST(ParallelFor, BeginsNoItemAfterAFailureOnOneThread) {
  std::size_t begun = 0;
  const auto fails = [&](std::size_t) {
    ++begun;
    throw std::runtime_error("item");
  };
  EXPECT_THROW(parallel_for(1000, 1, fails), std::runtime_error);
  EXPECT_EQ(begun, 1u);
}

}  // namespace
}  // namespace tranche
