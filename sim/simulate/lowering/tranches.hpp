// SPDX-License-Identifier: Apache-2.0

// Tranches of one variant in the form that the fleet kernels use: schedules and lines.
#pragma once

#include <string>
#include <vector>

#include "kernels/engine/fleet/data.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/chips.hpp"
#include "sim/simulate/lowering/column_plan.hpp"
#include "sim/simulate/lowering/decisions.hpp"
#include "sim/simulate/lowering/state_plan.hpp"

namespace tranche {

// One tranche at one firm, and its index in the data.
struct PlannedAllotment {
  const Tranche* tranche;
  const Firm* firm;
  std::int32_t allotment;  // index into the lines of the data
};

const Permission& permission_named(const Scenario& scenario, const std::string& name);

class TranchePlan {
 public:
  TranchePlan(const Scenario& scenario, const Catalogue& catalogue, ColumnPlan& columns,
              ChipPlan& chips, DecisionPlan& decisions, StatePlan& state, kernels::FleetData& data);

  // Appends a line for every tranche in which the firm has a share. `firm_index` is the index of
  // `spec` among the firms of the data.
  void add_lines(const Firm& firm, std::int32_t firm_index, kernels::FirmSpec& spec);

  // Lines of the variant so far, in data order.
  const std::vector<PlannedAllotment>& allotments() const { return lines_; }

  // Status of each tranche's chip under the rule of its permissions, one line each.
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  std::int32_t schedule(const Tranche& tranche, const Owner& owner);
  void lower_rule(const Tranche& tranche, const Owner& owner, kernels::AllotmentSpec& allotment);
  void remark(std::string text);

  const Scenario& scenario_;
  const Catalogue& catalogue_;
  ColumnPlan& columns_;
  ChipPlan& chips_;
  DecisionPlan& decisions_;
  StatePlan& state_;
  kernels::FleetData& data_;
  std::vector<PlannedAllotment> lines_;
  std::vector<std::string> remarks_;
};

}  // namespace tranche
