// SPDX-License-Identifier: Apache-2.0

// for_each_input: every Input of a scenario, in a fixed order. The members of each struct are
// named in a structured binding, so a member that is added does not compile before this list
// knows it. Inputs are visited in order of declaration.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace tranche {

inline auto members(const Shares& of) {
  const auto& [entries, dirichlet] = of;
  return std::tie(entries, dirichlet);
}

inline auto members(const Stock& of) {
  const auto& [name, chip, units_chips] = of;
  return std::tie(name, chip, units_chips);
}

inline auto members(const Firm& of) {
  const auto& [name, title, country, stock, power_cap_w, pue, server_overhead, power_utilisation,
               installation_rate_chips_per_s, installation_delay_s, site_ready_s, availability,
               retirement_per_s, budget_usd, demand_chips, electricity_usd_per_j, workloads,
               workloads_are_alternatives] = of;
  return std::tie(name, title, country, stock, power_cap_w, pue, server_overhead, power_utilisation,
                  installation_rate_chips_per_s, installation_delay_s, site_ready_s, availability,
                  retirement_per_s, budget_usd, demand_chips, electricity_usd_per_j, workloads,
                  workloads_are_alternatives);
}

inline auto members(const Permission& of) {
  const auto& [kind, name, title, granted, decided_s, delay_s, test_delay_s, events, regime,
               open_in, in_transit, in_use, per_buyer_rate_chips_per_s, total_rate_chips_per_s,
               per_buyer_cap_chips, total_cap_chips, aggregate_share_cap,
               reference_shipments_chips_per_s, reference_shipped_chips, rule, rule_where, where] =
      of;
  return std::tie(kind, name, title, granted, decided_s, delay_s, test_delay_s, events, regime,
                  open_in, in_transit, in_use, per_buyer_rate_chips_per_s, total_rate_chips_per_s,
                  per_buyer_cap_chips, total_cap_chips, aggregate_share_cap,
                  reference_shipments_chips_per_s, reference_shipped_chips, rule, rule_where,
                  where);
}

inline auto members(const Event& of) {
  const auto& [label, time_s, is_relative, grants, occurs, where] = of;
  return std::tie(label, time_s, is_relative, grants, occurs, where);
}

inline auto members(const Regime& of) {
  const auto& [name, title, states, start, rates_per_s, where] = of;
  return std::tie(name, title, states, start, rates_per_s, where);
}

inline auto members(const Tranche& of) {
  const auto& [name, title, chip, chip_where, quantity_chips, permissions, announced_s, lead_time_s,
               batches, batch_interval_s, slip_probability, slip_s, split, priority, unused,
               supply_stock_chips, supply_rate_chips_per_s, price_usd, tariff] = of;
  return std::tie(name, title, chip, chip_where, quantity_chips, permissions, announced_s,
                  lead_time_s, batches, batch_interval_s, slip_probability, slip_s, split, priority,
                  unused, supply_stock_chips, supply_rate_chips_per_s, price_usd, tariff);
}

inline auto members(const Workload& of) {
  const auto& [kind, performance, name, title, model, checkpoint, catalogue, precision,
               kv_precision, software, tensor_ways, pipeline_ways, expert_ways, attention_data_ways,
               unit, flop_per_unit, bytes_per_unit, weight_bytes, kv_bytes_per_sequence,
               batch_sequences, context_tokens, sequence_tokens, global_batch, compute_efficiency,
               bandwidth_efficiency, network_efficiency, achieved, job_chips, where] = of;
  return std::tie(kind, performance, name, title, model, checkpoint, catalogue, precision,
                  kv_precision, software, tensor_ways, pipeline_ways, expert_ways,
                  attention_data_ways, unit, flop_per_unit, bytes_per_unit, weight_bytes,
                  kv_bytes_per_sequence, batch_sequences, context_tokens, sequence_tokens,
                  global_batch, compute_efficiency, bandwidth_efficiency, network_efficiency,
                  achieved, job_chips, where);
}

inline auto members(const Reliability& of) {
  const auto& [failures_per_node_s, job_failures_per_s, chips_per_node, detection_s, restart_s,
               checkpoint_write_s, checkpoint_interval_s] = of;
  return std::tie(failures_per_node_s, job_failures_per_s, chips_per_node, detection_s, restart_s,
                  checkpoint_write_s, checkpoint_interval_s);
}

inline auto members(const Counterpart& of) {
  const auto& [name, title, metric, level, growth_per_s] = of;
  return std::tie(name, title, metric, level, growth_per_s);
}

inline auto members(const ServerPower& of) {
  const auto& [chip, watts] = of;
  return std::tie(chip, watts);
}

// Calls visit(input) for every input of a part of a scenario; absent ones are left out.
template <class Part, class Visit>
void for_each_input_of(const Part& part, const Visit& visit) {
  if constexpr (std::same_as<Part, Input>) {
    if (part.schedule) {
      for (const Schedule::Point& point : part.schedule->points) visit(point.value);
      if (part.schedule->growth) visit(*part.schedule->growth);
      if (part.schedule->delay) visit(*part.schedule->delay);
    } else {
      visit(part);
    }
  } else if constexpr (std::same_as<Part, std::optional<Input>>) {
    if (part) for_each_input_of(*part, visit);
  } else if constexpr (std::same_as<Part, std::vector<Shares::Entry>>) {
    for (const Shares::Entry& entry : part) for_each_input_of(entry.share, visit);
  } else if constexpr (std::same_as<Part, std::vector<Stock>>) {
    for (const Stock& stock : part) for_each_input_of(stock, visit);
  } else if constexpr (std::same_as<Part, std::vector<Event>>) {
    for (const Event& event : part) for_each_input_of(event, visit);
  } else if constexpr (std::same_as<Part, std::vector<Input>>) {
    // A rate that is not given has no path.
    for (const Input& input : part)
      if (!input.path.empty()) for_each_input_of(input, visit);
  } else if constexpr (requires { members(part); }) {
    std::apply([&](const auto&... member) { (for_each_input_of(member, visit), ...); },
               members(part));
  } else {
    static_assert(std::is_arithmetic_v<Part> || std::is_enum_v<Part> ||
                      std::same_as<Part, std::string> || std::same_as<Part, SourceSpan> ||
                      std::same_as<Part, std::vector<std::string>>,
                  "a member of this type may hold inputs: visit them above");
  }
}

template <class Visit>
void for_each_input(const Scenario& scenario, Visit&& visit) {
  for (const Firm& firm : scenario.firms) for_each_input_of(firm, visit);
  for (const Permission& permission : scenario.permissions)
    for_each_input_of(permission, [&](const Input& input) {
      // Approvals have no third-party test.
      if (&input != &permission.test_delay_s || permission.kind == Permission::Kind::licence)
        visit(input);
    });
  for (const Regime& regime : scenario.regimes) for_each_input_of(regime, visit);
  for (const Tranche& tranche : scenario.tranches) for_each_input_of(tranche, visit);
  for (const Workload& workload : scenario.workloads) for_each_input_of(workload, visit);
  if (scenario.reliability) for_each_input_of(*scenario.reliability, visit);
  if (scenario.counterpart) for_each_input_of(*scenario.counterpart, visit);
  for (const ServerPower& power : scenario.server_power) for_each_input_of(power, visit);
}

}  // namespace tranche
