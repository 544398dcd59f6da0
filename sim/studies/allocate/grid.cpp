// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/grid.hpp"

#include <algorithm>
#include <bit>

namespace tranche {
namespace {

void append_splits(std::size_t names, std::int32_t left, std::vector<std::int32_t>& so_far,
                   std::vector<std::vector<std::int32_t>>& all) {
  if (so_far.size() + 1 == names) {
    so_far.push_back(left);
    all.push_back(so_far);
    so_far.pop_back();
    return;
  }
  for (std::int32_t own = 0; own <= left; ++own) {
    so_far.push_back(own);
    append_splits(names, left - own, so_far, all);
    so_far.pop_back();
  }
}

}  // namespace

double split_count(std::size_t names, std::int32_t parts) {
  double count = 1;
  for (std::size_t k = 1; k < names; ++k)
    count = count * (parts + static_cast<double>(k)) / static_cast<double>(k);
  return count;
}

std::vector<std::vector<std::int32_t>> all_splits(std::size_t names, std::int32_t parts) {
  std::vector<std::vector<std::int32_t>> all;
  std::vector<std::int32_t> so_far;
  append_splits(names, parts, so_far, all);
  return all;
}

std::uint32_t conflict(const std::vector<std::uint32_t>& violated, std::size_t constraints) {
  // Many candidates have few distinct masks.
  std::vector<std::uint32_t> masks = violated;
  std::sort(masks.begin(), masks.end());
  masks.erase(std::unique(masks.begin(), masks.end()), masks.end());
  const auto none_satisfies = [&](std::uint32_t set) {
    return std::all_of(masks.begin(), masks.end(),
                       [&](std::uint32_t mask) { return (mask & set) != 0; });
  };
  const std::uint32_t all = constraints >= 32 ? ~0u : (1u << constraints) - 1;
  if (!none_satisfies(all)) return 0;
  // Drops constraints one after another: the rest conflicts, and no part of it does.
  std::uint32_t best = all;
  for (std::size_t first = 0; first < constraints; ++first) {
    std::uint32_t set = all;
    for (std::size_t k = 0; k < constraints; ++k) {
      const std::uint32_t bit = 1u << ((first + k) % constraints);
      if (none_satisfies(set & ~bit)) set &= ~bit;
    }
    if (std::popcount(set) < std::popcount(best)) best = set;
  }
  return best;
}

}  // namespace tranche
