// SPDX-License-Identifier: Apache-2.0

// Remarks about chips that nobody gets and firms that get none: allowed, and rarely meant.
#pragma once

#include <vector>

#include "sim/input/config_node.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/scenario/read/scenario_source.hpp"
#include "sim/scenario/read/study.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Warns of each firm that no tranche's split names and that has no stock, in any of the variants.
// `root` says where firms stand.
void remark_on_idle_firms(const std::vector<Variant>& variants, const Node& root,
                          Problems& problems);

// Warns where the shares of a split or of a firm's workloads sum to 1 in the base case (the first)
// and to less in a what-if; `what_ifs` say where those stand.
void remark_on_missing_shares(const std::vector<Variant>& variants,
                              const std::vector<Change>& what_ifs, Problems& problems);

// Warns where the axes of a sweep vary some shares of a sum of 1 and leave the others as they are.
void remark_on_swept_shares(const SweepSpec& sweep, const Scenario& base, Problems& problems);

}  // namespace tranche
