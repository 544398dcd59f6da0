// SPDX-License-Identifier: Apache-2.0

// All splits of a whole into parts, and which constraints cannot hold together.
#pragma once

#include <cstdint>
#include <vector>

namespace tranche {

// How many ways there are to give `parts` parts to `names` names: (parts + names - 1) over
// (names - 1). A double, as it may be large.
double split_count(std::size_t names, std::int32_t parts);

// All of them, in lexical order; each entry is the number of parts of one name.
std::vector<std::vector<std::int32_t>> all_splits(std::size_t names, std::int32_t parts);

// The smallest set of constraints that no candidate satisfies together, as a bit mask; 0 when
// some candidate satisfies all. `violated` has the mask of each candidate.
std::uint32_t conflict(const std::vector<std::uint32_t>& violated, std::size_t constraints);

}  // namespace tranche
