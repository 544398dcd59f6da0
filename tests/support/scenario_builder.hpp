// SPDX-License-Identifier: Apache-2.0

// Scenarios built in code, for tests of the stages after the reader.
#pragma once

#include <string>

#include "sim/scenario/scenario.hpp"

namespace tranche::tests {

inline Input certain(double value, const std::string& path = "test.constant") {
  Input input;
  input.variable = input.path = path;
  input.distribution = constant(value);
  return input;
}

inline Input drawn(const std::string& variable, Distribution distribution, Each each = {}) {
  Input input;
  input.variable = input.path = variable;
  input.distribution = std::move(distribution);
  input.each = each;
  return input;
}

inline Distribution family(Family family, std::vector<double> parameters) {
  return {family, std::move(parameters), {}, {}, {}, {}};
}

// A firm without overheads, limits or stock: one chip of power cap per TDP watt.
inline Firm plain_firm(const std::string& name) {
  Firm firm;
  firm.name = firm.title = name;
  firm.pue = certain(1.0);
  firm.server_overhead = certain(1.0);
  firm.power_utilisation = certain(1.0);
  firm.availability = certain(1.0);
  firm.retirement_per_s = certain(0.0);
  firm.electricity_usd_per_j = certain(0.0);
  return firm;
}

// A tranche that arrives completely at the start, at no cost.
inline Tranche plain_tranche(const std::string& name, const std::string& chip, double chips) {
  Tranche tranche;
  tranche.name = tranche.title = name;
  tranche.chip = chip;
  tranche.quantity_chips = certain(chips);
  tranche.announced_s = certain(0.0);
  tranche.lead_time_s = certain(0.0);
  tranche.batch_interval_s = certain(seconds_per_month);
  tranche.slip_probability = certain(0.0);
  tranche.slip_s = certain(0.0);
  tranche.price_usd = certain(0.0);
  return tranche;
}

inline Permission plain_permission(const std::string& name) {
  Permission permission;
  permission.name = permission.title = name;
  permission.granted = certain(1.0);
  permission.decided_s = certain(0.0);
  permission.delay_s = certain(0.0);
  permission.test_delay_s = certain(0.0);
  return permission;
}

// Training counted in FLOP, at the full rate of the chip times the efficiency.
inline Workload plain_training(double efficiency) {
  Workload workload;
  workload.kind = Workload::Kind::training;
  workload.name = workload.title = "training";
  workload.precision = "bf16";
  workload.compute_efficiency = certain(efficiency);
  workload.bandwidth_efficiency = certain(1.0);
  workload.network_efficiency = certain(1.0);
  return workload;
}

inline Shares::Entry share(const std::string& name, double value) { return {name, certain(value)}; }

inline ScenarioSet only_base(Scenario scenario) {
  ScenarioSet set;
  Variant base;
  base.name = base.title = "base";
  base.scenario = std::move(scenario);
  set.variants.push_back(std::move(base));
  return set;
}

}  // namespace tranche::tests
