// SPDX-License-Identifier: Apache-2.0

// for_each_input: visits every Input of a scenario, in a fixed order.
#pragma once

#include "sim/scenario/scenario.hpp"

namespace tranche {

template <class Visit>
void for_each_input(const Scenario& scenario, Visit&& visit) {
  const auto maybe = [&](const std::optional<Input>& input) {
    if (input) visit(*input);
  };
  for (const Firm& firm : scenario.firms) {
    for (const Stock& stock : firm.stock) visit(stock.units_chips);
    maybe(firm.power_cap_w);
    visit(firm.pue);
    maybe(firm.server_overhead);
    visit(firm.power_utilisation);
    maybe(firm.installation_rate_chips_per_s);
    maybe(firm.installation_delay_s);
    maybe(firm.site_ready_s);
    visit(firm.availability);
    visit(firm.retirement_per_s);
    maybe(firm.budget_usd);
    maybe(firm.demand_chips);
    visit(firm.electricity_usd_per_j);
    for (const Shares::Entry& entry : firm.workloads.entries) visit(entry.share);
  }
  for (const Permission& permission : scenario.permissions) {
    visit(permission.granted);
    visit(permission.decided_s);
    visit(permission.delay_s);
    if (permission.kind == Permission::Kind::licence) visit(permission.test_delay_s);
    maybe(permission.per_buyer_cap_chips);
    maybe(permission.total_cap_chips);
    maybe(permission.aggregate_tpp_share);
    maybe(permission.reference_shipments_chips_per_s);
    maybe(permission.reference_shipped_chips);
  }
  for (const Tranche& tranche : scenario.tranches) {
    visit(tranche.quantity_chips);
    visit(tranche.announced_s);
    visit(tranche.lead_time_s);
    visit(tranche.batch_interval_s);
    visit(tranche.slip_probability);
    visit(tranche.slip_s);
    for (const Shares::Entry& entry : tranche.split.entries) visit(entry.share);
    maybe(tranche.supply_stock_chips);
    maybe(tranche.supply_rate_chips_per_s);
    maybe(tranche.price_usd);
    maybe(tranche.tariff);
  }
  for (const Workload& workload : scenario.workloads) {
    maybe(workload.flop_per_unit);
    maybe(workload.bytes_per_unit);
    maybe(workload.weight_bytes);
    maybe(workload.kv_bytes_per_sequence);
    maybe(workload.batch_sequences);
    maybe(workload.context_tokens);
    maybe(workload.sequence_tokens);
    maybe(workload.global_batch);
    visit(workload.compute_efficiency);
    visit(workload.bandwidth_efficiency);
    visit(workload.network_efficiency);
    maybe(workload.achieved);
    maybe(workload.job_chips);
  }
  if (scenario.reliability) {
    const Reliability& r = *scenario.reliability;
    visit(r.failures_per_node_s);
    visit(r.job_failures_per_s);
    visit(r.chips_per_node);
    visit(r.detection_s);
    visit(r.restart_s);
    visit(r.checkpoint_write_s);
    maybe(r.checkpoint_interval_s);
  }
  if (scenario.counterpart) {
    visit(scenario.counterpart->level);
    visit(scenario.counterpart->growth_per_s);
  }
  for (const ServerPower& power : scenario.server_power) visit(power.watts);
}

}  // namespace tranche
