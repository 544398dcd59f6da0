// SPDX-License-Identifier: Apache-2.0

// Assigns columns to state. State that is constant over steps and has equal inputs is computed
// once: variants share stock, schedules and allotments that they do not change. Firms of one
// variant share only schedules, so that each has its own part of an allocation.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernels/engine/fleet/data.hpp"
#include "sim/simulate/lowering/column_plan.hpp"

namespace tranche {

class StatePlan {
 public:
  // `past_steps`: number of steps for which schedules and deliveries are kept for the installation
  // delay; 0 if no firm has one.
  StatePlan(kernels::FleetData& data, ColumnPlan& columns, std::int32_t past_steps)
      : data_(data), columns_(columns), past_steps_(past_steps) {}

  // Returns the index of an equal schedule; creates it with these permissions if needed.
  std::int32_t schedule(kernels::ScheduleSpec spec,
                        const std::vector<kernels::PermissionSpec>& permissions);

  // Stocks of a firm of the variant being lowered.
  struct Stocks {
    std::int32_t begin = 0, end = 0;
  };
  // Assigns columns to the firms of a variant, and to their tranches and stocks; all their other
  // members must be set. Call it variant by variant, in setup order; `stocks` has one element per
  // firm.
  void give_columns(const kernels::VariantSpec& variant, const std::vector<Stocks>& stocks);

 private:
  struct Place {
    std::int32_t column;
    bool is_new;
  };
  // Returns the columns of the state with this key.
  Place shared(const std::string& key, std::int32_t count);
  // `name` identifies the firm or tranche in its variant.
  void give_columns(kernels::FirmSpec& firm, const std::string& name);
  std::int32_t stock_group(std::int32_t firm_index, const kernels::ReliabilitySpec& reliability,
                           const std::string& name, Stocks stocks);
  void give_columns(kernels::AllotmentSpec& allotment, const kernels::FirmSpec& firm,
                    const std::string& name, const std::string& workloads);

  kernels::FleetData& data_;
  ColumnPlan& columns_;
  std::map<std::string, std::int32_t> schedules_;
  std::int32_t past_steps_;
  std::map<std::string, std::int32_t> shared_;
  std::map<std::string, std::int32_t> stock_groups_;
};

}  // namespace tranche
