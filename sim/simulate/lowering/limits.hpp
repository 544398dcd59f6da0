// SPDX-License-Identifier: Apache-2.0

// Shared limits of the tranches of a variant, and their order of service.
#pragma once

#include <vector>

#include "kernels/engine/fleet/data.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/column_plan.hpp"
#include "sim/simulate/lowering/tranches.hpp"

namespace tranche {

// Appends limits and classes for the lines of a variant, which already have their columns, and sets
// the ranges of the lines and of the variant.
void lower_limits(const Scenario& scenario, const std::vector<PlannedAllotment>& allotments,
                  ColumnPlan& columns, kernels::FleetData& data, kernels::VariantSpec& variant);

}  // namespace tranche
