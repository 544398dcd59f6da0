// SPDX-License-Identifier: Apache-2.0

// A small scenario with mostly uncertain values, for tests that compare backends.
#pragma once

#include "tests/support/run_support.hpp"

namespace tranche::tests {

inline Scenario uncertain_scenario() {
  Scenario scenario = one_firm(5);
  Tranche& tranche = scenario.tranches[0];
  tranche.quantity_chips = drawn("quantity", family(Family::lognormal, {10.0, 0.25}));
  tranche.batches = 3;
  tranche.slip_probability = certain(0.3);
  tranche.slip_s = drawn("slip", family(Family::gamma, {2.0, seconds_per_month}));
  scenario.firms[0].availability =
      drawn("availability", family(Family::beta, {60.0, 4.0, 0.0, 1.0}), {true, false, true});
  scenario.firms[0].power_cap_w = drawn("power", family(Family::normal, {9e6, 2e6}));
  scenario.workloads[0].compute_efficiency =
      drawn("mfu", family(Family::beta, {20.0, 30.0, 0.0, 1.0}));
  scenario.correlations.push_back({{"quantity", "mfu"}, 0.5, {}});
  Reliability reliability;
  reliability.failures_per_node_s = drawn("failures", family(Family::lognormal, {-17.0, 0.3}));
  reliability.job_failures_per_s = certain(1e-6);
  reliability.chips_per_node = certain(8.0);
  reliability.detection_s = certain(120.0);
  reliability.restart_s = certain(300.0);
  reliability.checkpoint_write_s = certain(20.0);
  scenario.reliability = reliability;
  Counterpart counterpart;
  counterpart.name = "them";
  counterpart.metric = "h100e_tpp";
  counterpart.level = certain(1e5);
  counterpart.growth_per_s = drawn("growth", family(Family::uniform, {1e-8, 3e-8}));
  scenario.counterpart = counterpart;
  return scenario;
}

inline ScenarioSet two_variants() {
  ScenarioSet set = only_base(uncertain_scenario());
  Variant other = set.variants[0];
  other.name = "h200";
  other.scenario.tranches[0].chip = "H200";
  set.variants.push_back(other);
  return set;
}

}  // namespace tranche::tests
