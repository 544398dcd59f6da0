// Gives state its columns. What does not change from step to step and follows from the same
// inputs is worked out once: what-ifs share the stock, schedules and allotments that they leave
// as they are. Firms of one variant share schedules only, so that each has its own part of what
// `allocate` decides.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernels/fleet/fleet_data.hpp"
#include "sim/run/column_plan.hpp"

namespace tranche {

class StatePlan {
 public:
  StatePlan(kernels::FleetData& data, ColumnPlan& columns) : data_(data), columns_(columns) {}

  // Index of a schedule like this one; made with these permissions where there is none yet.
  std::int32_t schedule(kernels::ScheduleSpec spec,
                        const std::vector<kernels::PermissionSpec>& permissions);

  // Gives the firms of a variant, and their tranches, their columns. Everything else about
  // them must be there. Call it variant by variant, in the order in which they are set up.
  void give_columns(const kernels::VariantSpec& variant);

 private:
  struct Place {
    std::int32_t column;
    bool is_new;
  };
  // Columns of the state that this text tells apart from all other state.
  Place shared(const std::string& key, std::int32_t count);
  // `name` tells the firm or tranche from the others of its variant.
  void give_columns(kernels::FirmSpec& firm, const kernels::ReliabilitySpec& reliability,
                    const std::string& name);
  void give_columns(kernels::LineSpec& line, const std::string& name, const std::string& workloads);

  kernels::FleetData& data_;
  ColumnPlan& columns_;
  std::map<std::string, std::int32_t> schedules_;
  std::map<std::string, std::int32_t> shared_;
};

}  // namespace tranche
