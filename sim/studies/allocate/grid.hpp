// SPDX-License-Identifier: Apache-2.0

// All splits of a whole into parts, and conflicting constraints.
#pragma once

#include <cstdint>
#include <vector>

namespace tranche {

// Number of ways to distribute `parts` parts over `names` names: (parts + names - 1) choose (names
// - 1). A double, as it may be large.
double split_count(std::size_t names, std::int32_t parts);

// Returns all splits, in lexical order; each entry is the number of parts of one name.
std::vector<std::vector<std::int32_t>> all_splits(std::size_t names, std::int32_t parts);

// Returns the smallest set of constraints that no candidate satisfies together, as a bit mask; 0 if
// some candidate satisfies all. `violated` has the mask of each candidate.
std::uint32_t conflict(const std::vector<std::uint32_t>& violated, std::size_t constraints);

}  // namespace tranche
