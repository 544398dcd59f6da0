// SPDX-License-Identifier: Apache-2.0

// What can limit work: one row for each kernels::Bound, in the words of every output.
#pragma once

#include <array>
#include <string_view>

#include "kernels/models/chip/time_parts.hpp"
#include "sim/base/indexed_table.hpp"

namespace tranche {

struct BoundInfo {
  kernels::Bound bound;
  std::string_view name;
  std::string_view meaning;  // of its share of the time; empty if it is no part of the time
};

inline constexpr std::array<BoundInfo, kernels::bound_count> bound_table{{
    {kernels::Bound::compute, "compute", "arithmetic"},
    {kernels::Bound::memory, "memory", "traffic between the chip and its memory"},
    {kernels::Bound::network, "network", "traffic between chips that nothing hides"},
    {kernels::Bound::launch, "launch", "starting and draining kernels, small messages"},
    {kernels::Bound::host, "host", "waiting for software on the host"},
    {kernels::Bound::bubble, "bubble", "pipeline fill and drain, uneven stages, idle chips"},
    {kernels::Bound::straggler, "straggler", "waiting for the slowest chip"},
    {kernels::Bound::power, "power", "clocks lowered at the power limit"},
    {kernels::Bound::capacity, "capacity", ""},
    {kernels::Bound::latency, "latency", ""},
}};
static_assert(is_indexed_by(bound_table, &BoundInfo::bound), "one row for each bound, in order");

constexpr std::string_view bound_name(kernels::Bound bound) {
  return bound_table[static_cast<std::size_t>(bound)].name;
}

// Fraction of the time that a part takes, 0 to 1; 0 for `capacity` and `latency`.
inline double share_of_time(const kernels::TimeParts& time, kernels::Bound bound) {
  const double total_s = time.total_s();
  return total_s > 0.0 ? kernels::part_s(time, bound) / total_s : 0.0;
}

}  // namespace tranche
