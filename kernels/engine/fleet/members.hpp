// SPDX-License-Identifier: Apache-2.0

// The members of fleet descriptions and the arrays of FleetData, listed once. members() names
// every member of a struct in a structured binding, so a struct with a member more does not
// compile until the member is listed. Host code only.
#pragma once

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>

#include "kernels/engine/fleet/data.hpp"

namespace tranche::kernels {

template <class T, class Spec>
concept SpecOf = std::same_as<std::remove_const_t<T>, Spec>;

template <SpecOf<PermissionSpec> T>
auto members(T& spec) {
  auto& [granted, effective, delay, test_delay, event_begin, event_end, regime, open_states,
         idles] = spec;
  return std::tie(granted, effective, delay, test_delay, event_begin, event_end, regime,
                  open_states, idles);
}

template <SpecOf<ScheduleSpec> T>
auto members(T& spec) {
  auto& [announced, lead_time, permission_begin, permission_end, batches, interval,
         slip_probability, slip_uniform, slip_length, has_slips, arrival_columns, granted_column,
         fraction, past_columns, past_steps, closure_count, closures, idle_count, idle_closures,
         transit_waits, on_the_way, is_open, in_use, looked_at] = spec;
  return std::tie(announced, lead_time, permission_begin, permission_end, batches, interval,
                  slip_probability, slip_uniform, slip_length, has_slips, arrival_columns,
                  granted_column, fraction, past_columns, past_steps, closure_count, closures,
                  idle_count, idle_closures, transit_waits, on_the_way, is_open, in_use, looked_at);
}

template <SpecOf<AllotmentSpec> T>
auto members(T& spec) {
  auto& [schedule, eligible, quantity, share, share_sum_begin, share_sum_end, level_begin,
         level_end, unit_cost, tariff, chip, firm, source, is_fed, priority, cost_changes, allotted,
         share_column, delivered, installed_ever, in_service, cost, watts, limit, rank, rates,
         past_columns, paid, sets_up_allotted, sets_up_cost, sets_up_rates, sets_up_watts] = spec;
  return std::tie(schedule, eligible, quantity, share, share_sum_begin, share_sum_end, level_begin,
                  level_end, unit_cost, tariff, chip, firm, source, is_fed, priority, cost_changes,
                  allotted, share_column, delivered, installed_ever, in_service, cost, watts, limit,
                  rank, rates, past_columns, paid, sets_up_allotted, sets_up_cost, sets_up_rates,
                  sets_up_watts);
}

template <SpecOf<StockSpec> T>
auto members(T& spec) {
  auto& [units, chip, source, in_service, rates, sets_up_rates] = spec;
  return std::tie(units, chip, source, in_service, rates, sets_up_rates);
}

template <SpecOf<LevelSpec> T>
auto members(T& spec) {
  auto& [constraint, base, growth, factor, share_column, others_begin, others_end] = spec;
  return std::tie(constraint, base, growth, factor, share_column, others_begin, others_end);
}

template <SpecOf<FirmSpec> T>
auto members(T& spec) {
  auto& [is_delayed, allotment_begin, allotment_end, stock_group, power_cap, pue, server_overhead,
         power_utilisation, installation_rate, installation_delay, site_ready, availability,
         retirement, electricity, workload_begin, workload_share_begin, shares_change, is_curtailed,
         share_sum_begin, share_sum_end, survival_step, flop_cumulative, energy_cumulative,
         energy_cost, workload_shares, lag, powered, idle_chips, sets_up_shares] = spec;
  return std::tie(is_delayed, allotment_begin, allotment_end, stock_group, power_cap, pue,
                  server_overhead, power_utilisation, installation_rate, installation_delay,
                  site_ready, availability, retirement, electricity, workload_begin,
                  workload_share_begin, shares_change, is_curtailed, share_sum_begin, share_sum_end,
                  survival_step, flop_cumulative, energy_cumulative, energy_cost, workload_shares,
                  lag, powered, sets_up_shares);
}

template <SpecOf<WorkloadSpec> T>
auto members(T& spec) {
  auto& [kind, flop_per_unit, bytes_per_unit, compute_efficiency, bandwidth_efficiency,
         network_efficiency, achieved, job_chips] = spec;
  return std::tie(kind, flop_per_unit, bytes_per_unit, compute_efficiency, bandwidth_efficiency,
                  network_efficiency, achieved, job_chips);
}

template <SpecOf<ReliabilitySpec> T>
auto members(T& spec) {
  auto& [present, node_failures, job_failures, chips_per_node, detection, restart, checkpoint_write,
         checkpoint_interval, optimal_interval] = spec;
  return std::tie(present, node_failures, job_failures, chips_per_node, detection, restart,
                  checkpoint_write, checkpoint_interval, optimal_interval);
}

template <SpecOf<CounterpartSpec> T>
auto members(T& spec) {
  auto& [present, level, growth, grown, past_growth, months_per_step] = spec;
  return std::tie(present, level, growth, grown, past_growth, months_per_step);
}

template <SpecOf<EventSpec> T>
auto members(T& spec) {
  auto& [time, is_relative, grants, occurs] = spec;
  return std::tie(time, is_relative, grants, occurs);
}

template <SpecOf<RegimeSpec> T>
auto members(T& spec) {
  auto& [state_count, start, rate_begin, jumps, wait, next, begins, states] = spec;
  return std::tie(state_count, start, rate_begin, jumps, wait, next, begins, states);
}

template <SpecOf<TimelinePoint> T>
auto members(T& spec) {
  auto& [step, value] = spec;
  return std::tie(step, value);
}

template <SpecOf<TimelineSpec> T>
auto members(T& spec) {
  auto& [point_begin, point_end, is_linear, grows, growth, periods_per_step, is_delayed, delay,
         is_sum, base, value, sum, total] = spec;
  return std::tie(point_begin, point_end, is_linear, grows, growth, periods_per_step, is_delayed,
                  delay, is_sum, base, value, sum, total);
}

template <SpecOf<VariantSpec> T>
auto members(T& spec) {
  auto& [firm_begin, schedule_begin, schedule_end, allotment_begin, allotment_end, serve_begin,
         serve_end, reliability, counterpart] = spec;
  return std::tie(firm_begin, schedule_begin, schedule_end, allotment_begin, allotment_end,
                  serve_begin, serve_end, reliability, counterpart);
}

// Calls visit(member) for every member, in order of declaration.
template <class T, class Visit>
void for_each_member(T& spec, const Visit& visit) {
  std::apply([&](auto&... member) { (visit(member), ...); }, members(spec));
}

// Calls visit(slot) for every Slot among the members, also of descriptions inside.
template <class T, class Visit>
void for_each_slot(T& spec, const Visit& visit) {
  for_each_member(spec, [&](auto& member) {
    using Member = std::remove_cvref_t<decltype(member)>;
    if constexpr (std::same_as<Member, Slot>)
      visit(member);
    else if constexpr (std::same_as<Member, ReliabilitySpec> ||
                       std::same_as<Member, CounterpartSpec>)
      for_each_slot(member, visit);
  });
}

// Calls visit(vector, pointer, count) for every array of a fleet: `pointer` is the member of
// FleetView that points to its first value, `count` the one that holds its size, or nullptr.
template <SpecOf<FleetData> Data, class Visit>
void for_each_array(Data& data, const Visit& visit) {
  using V = FleetView;
  auto& [draws, scores, copulas, copula_terms, constants, tables, coefficients, variants, firms,
         allotments, stocks, stock_groups, levels, limits, passing, serves, members, sources,
         schedules, permissions, events, regimes, timelines, timeline_points, workloads, chips,
         throughputs, points, yardsticks, slots, metrics, numbers] = data;
  static_cast<void>(numbers);
  visit(draws, &V::draws, &V::draw_count);
  visit(scores, &V::scores, &V::score_spec_count);
  visit(copulas, &V::copulas, &V::copula_count);
  visit(copula_terms, &V::copula_terms, nullptr);
  visit(constants, &V::constants, &V::constant_count);
  visit(tables, &V::tables, nullptr);
  visit(coefficients, &V::coefficients, nullptr);
  visit(variants, &V::variants, &V::variant_count);
  visit(firms, &V::firms, nullptr);
  visit(allotments, &V::allotments, nullptr);
  visit(stocks, &V::stocks, nullptr);
  visit(stock_groups, &V::stock_groups, &V::stock_group_count);
  visit(levels, &V::levels, nullptr);
  visit(limits, &V::limits, nullptr);
  visit(passing, &V::passing, nullptr);
  visit(serves, &V::serves, nullptr);
  visit(members, &V::members, nullptr);
  visit(sources, &V::sources, &V::source_count);
  visit(schedules, &V::schedules, &V::schedule_count);
  visit(permissions, &V::permissions, nullptr);
  visit(events, &V::events, nullptr);
  visit(regimes, &V::regimes, &V::regime_count);
  visit(timelines, &V::timelines, &V::timeline_count);
  visit(timeline_points, &V::timeline_points, nullptr);
  visit(workloads, &V::workloads, nullptr);
  visit(chips, &V::chips, nullptr);
  visit(throughputs, &V::throughputs, nullptr);
  visit(points, &V::points, nullptr);
  visit(yardsticks, &V::yardsticks, nullptr);
  visit(slots, &V::slots, nullptr);
  visit(metrics, &V::metrics, &V::metric_count);
}

}  // namespace tranche::kernels
