// SPDX-License-Identifier: Apache-2.0

// What can keep chips from a firm or out of service: one row for each constraint.
#pragma once

#include <array>
#include <string_view>

#include "kernels/engine/fleet/spec.hpp"
#include "sim/base/indexed_table.hpp"

namespace tranche {

struct ConstraintInfo {
  kernels::Constraint constraint;
  std::string_view name;   // in binding.csv and result.json
  std::string_view title;  // in tables and charts
};

inline constexpr std::array<ConstraintInfo, kernels::constraint_count> constraint_table{{
    {kernels::Constraint::none, "none", "nothing: the whole allotment is in service"},
    {kernels::Constraint::permission, "permission", "an approval or licence was not granted"},
    {kernels::Constraint::rule, "rule", "the chip is not eligible under the licence's rule"},
    {kernels::Constraint::schedule, "schedule", "waiting for decisions, tests and batches"},
    {kernels::Constraint::per_buyer_cap, "per_buyer_cap", "the licence's cap per buyer"},
    {kernels::Constraint::total_cap, "total_cap", "the licence's cap over all buyers"},
    {kernels::Constraint::aggregate_share_cap, "aggregate_share_cap",
     "the cap on the share of the reference market"},
    {kernels::Constraint::supply, "supply", "supply of chips"},
    {kernels::Constraint::budget, "budget", "the firm's budget"},
    {kernels::Constraint::demand, "demand", "what the firm would take"},
    {kernels::Constraint::installation_delay, "installation_delay",
     "delivered chips not yet in service"},
    {kernels::Constraint::installation_rate, "installation_rate",
     "how fast chips can be installed"},
    {kernels::Constraint::site, "site", "the site is not ready"},
    {kernels::Constraint::power, "power", "the power cap"},
}};
static_assert(is_indexed_by(constraint_table, &ConstraintInfo::constraint),
              "one row for each constraint, in order");

constexpr const ConstraintInfo& constraint_info(kernels::Constraint constraint) {
  return constraint_table[static_cast<std::size_t>(constraint)];
}

}  // namespace tranche
