// SPDX-License-Identifier: Apache-2.0

// Gives state its columns. What does not change from step to step and follows from the same
// inputs is worked out once: what-ifs share the stock, schedules and allotments that they leave
// as they are. Firms of one variant share schedules only, so that each has its own part of what
// `allocate` decides.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernels/engine/fleet/data.hpp"
#include "sim/simulate/lowering/column_plan.hpp"

namespace tranche {

class StatePlan {
 public:
  // `past_steps`: of how many steps schedules and deliveries are kept for those that look back;
  // 0 where nobody does.
  StatePlan(kernels::FleetData& data, ColumnPlan& columns, std::int32_t past_steps)
      : data_(data), columns_(columns), past_steps_(past_steps) {}

  // Index of a schedule like this one; made with these permissions where there is none yet.
  std::int32_t schedule(kernels::ScheduleSpec spec,
                        const std::vector<kernels::PermissionSpec>& permissions);

  // Stocks of a firm of the variant that is lowered.
  struct Stocks {
    std::int32_t begin = 0, end = 0;
  };
  // Gives the firms of a variant, and their tranches and stocks, their columns. Everything else
  // about them must be there. Call it variant by variant, in the order in which they are set up;
  // `stocks` has one element a firm.
  void give_columns(const kernels::VariantSpec& variant, const std::vector<Stocks>& stocks);

 private:
  struct Place {
    std::int32_t column;
    bool is_new;
  };
  // Columns of the state that this text tells apart from all other state.
  Place shared(const std::string& key, std::int32_t count);
  // `name` tells the firm or tranche from the others of its variant.
  void give_columns(kernels::FirmSpec& firm, const std::string& name);
  std::int32_t stock_group(std::int32_t firm_index, const kernels::ReliabilitySpec& reliability,
                           const std::string& name, Stocks stocks);
  void give_columns(kernels::LineSpec& line, const kernels::FirmSpec& firm, const std::string& name,
                    const std::string& workloads);

  kernels::FleetData& data_;
  ColumnPlan& columns_;
  std::map<std::string, std::int32_t> schedules_;
  std::int32_t past_steps_;
  std::map<std::string, std::int32_t> shared_;
  std::map<std::string, std::int32_t> stock_groups_;
};

}  // namespace tranche
