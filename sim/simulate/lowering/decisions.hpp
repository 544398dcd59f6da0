// SPDX-License-Identifier: Apache-2.0

// Events and regimes of permissions in the form that the fleet kernels use.
#pragma once

#include <map>
#include <string>

#include "kernels/engine/fleet/data.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/column_plan.hpp"

namespace tranche {

class DecisionPlan {
 public:
  DecisionPlan(kernels::FleetData& data, ColumnPlan& columns) : data_(data), columns_(columns) {}

  // Sets the events and the regime of a permission. Equal ones of several variants are shared.
  // Throws InputError if a regime changes more often than it can be followed.
  void add(const Scenario& scenario, const Permission& permission, kernels::PermissionSpec& spec);

 private:
  void add_events(const Scenario& scenario, const Permission& permission,
                  kernels::PermissionSpec& spec);
  std::int32_t regime(const Scenario& scenario, const Regime& regime);

  kernels::FleetData& data_;
  ColumnPlan& columns_;
  std::map<std::string, std::int32_t> events_, regimes_;  // by content: the first index
};

// Number of closures that a permission may have, see kernels/engine/fleet/closures.hpp.
std::int32_t closure_count(const kernels::FleetData& data, const kernels::PermissionSpec& spec);

}  // namespace tranche
