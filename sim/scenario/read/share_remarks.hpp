// SPDX-License-Identifier: Apache-2.0

// Remarks on unallocated chips and on firms without chips: valid, but rarely intended.
#pragma once

#include <vector>

#include "sim/input/config_node.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/scenario/read/scenario_source.hpp"
#include "sim/scenario/read/study.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Warns of each firm without stock and without a share of any tranche, in any of the variants.
// `root` has the locations of firms.
void remark_on_idle_firms(const std::vector<Variant>& variants, const Node& root,
                          Problems& problems);

// Warns if the shares of a split or of a firm's workloads sum to 1 in the base case (the first
// variant) and to less in a what-if; `what_ifs` have the locations.
void remark_on_missing_shares(const std::vector<Variant>& variants,
                              const std::vector<Change>& what_ifs, Problems& problems);

// Warns if the axes of a sweep vary some shares of a sum of 1 and leave the others unchanged.
void remark_on_swept_shares(const SweepSpec& sweep, const Scenario& base, Problems& problems);

}  // namespace tranche
