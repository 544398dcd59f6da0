// Tranches of one variant as the fleet kernels use them: schedules and lines.
#pragma once

#include <string>
#include <vector>

#include "kernels/fleet/fleet_data.hpp"
#include "sim/run/column_plan.hpp"
#include "sim/run/lowering_chips.hpp"
#include "sim/run/state_plan.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

class TranchePlan {
 public:
  TranchePlan(const Scenario& scenario, const Catalogue& catalogue, ColumnPlan& columns,
              ChipPlan& chips, StatePlan& state, kernels::FleetData& data);

  // Appends a line for every tranche that the firm has a share of.
  void add_lines(const Firm& firm, kernels::FirmSpec& spec);

  // Status of each tranche's chip under the rule of its permissions: one line each.
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  std::int32_t schedule(const Tranche& tranche, const Owner& owner);
  void lower_caps(const Tranche& tranche, const Owner& owner, kernels::LineSpec& line);
  void lower_rule(const Tranche& tranche, const Owner& owner, kernels::LineSpec& line);
  const Permission& permission(const std::string& name) const;
  void remark(std::string text);

  const Scenario& scenario_;
  const Catalogue& catalogue_;
  ColumnPlan& columns_;
  ChipPlan& chips_;
  StatePlan& state_;
  kernels::FleetData& data_;
  std::vector<std::string> remarks_;
};

}  // namespace tranche
