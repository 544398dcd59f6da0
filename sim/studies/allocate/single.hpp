// SPDX-License-Identifier: Apache-2.0

// The best of one split, with every other held.
#pragma once

#include <vector>

#include "sim/studies/allocate/allocation.hpp"

namespace tranche {

// Decides the split of `spec`; `held` sets the others. Throws as allocate().
AllocationResult allocate_one(const ScenarioSource& source, const Catalogue& catalogue,
                              const AllocateSpec& spec, const std::vector<Assignment>& held,
                              const AllocationOptions& options);

// Throws what allocate_one would throw before its first draw.
void check_one(const ScenarioSource& source, const Catalogue& catalogue, const AllocateSpec& spec,
               const std::vector<Assignment>& held, const AllocationOptions& options);

}  // namespace tranche
