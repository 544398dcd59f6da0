// SPDX-License-Identifier: Apache-2.0

// Optimises one split, with all others fixed.
#pragma once

#include <vector>

#include "sim/studies/allocate/allocation.hpp"

namespace tranche {

// Optimises the split of `spec`; `held` sets the others. Throws like allocate().
AllocationResult allocate_one(const ScenarioSource& source, const Catalogue& catalogue,
                              const AllocateSpec& spec, const std::vector<Assignment>& held,
                              const AllocationOptions& options);

// Throws everything that allocate_one would throw before its first draw.
void check_one(const ScenarioSource& source, const Catalogue& catalogue, const AllocateSpec& spec,
               const std::vector<Assignment>& held, const AllocationOptions& options);

}  // namespace tranche
