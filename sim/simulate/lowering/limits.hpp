// SPDX-License-Identifier: Apache-2.0

// Which limits the tranches of a variant keep together, and in which order they are served.
#pragma once

#include <vector>

#include "kernels/engine/fleet/data.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/column_plan.hpp"
#include "sim/simulate/lowering/tranches.hpp"

namespace tranche {

// Appends limits, classes and all that they refer to for the lines of a variant, which have
// their columns already, and sets the ranges of the lines and of the variant.
void lower_limits(const Scenario& scenario, const std::vector<PlannedLine>& lines,
                  ColumnPlan& columns, kernels::FleetData& data, kernels::VariantSpec& variant);

}  // namespace tranche
