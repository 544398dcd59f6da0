// SPDX-License-Identifier: Apache-2.0

// Runs of small scenarios, for tests.
#pragma once

#include <cstdlib>
#include <string>

#include "sim/results/summary.hpp"
#include "sim/simulate/run.hpp"
#include "tests/support/scenario_builder.hpp"
#include "tests/support/shipped.hpp"

namespace tranche::tests {

inline RunResult run_on_cpu(ScenarioSet set, int threads = 2) {
  RunOptions options;
  options.execution.device = Device::cpu;
  options.execution.threads = threads;
  return run_scenario(std::move(set), catalogue(), options);
}

// Returns the metric; throws std::out_of_range if the run does not have it.
inline const MetricInfo& metric(const RunResult& result, const std::string& name) {
  for (const MetricInfo& m : result.lowered.metrics)
    if (m.name == name) return m;
  throw std::out_of_range(name);
}

// Statistics of one output; firm is an index, or the number of firms for their sum.
inline Statistics statistics_of(const RunResult& result, const std::string& name, std::int32_t step,
                                std::int32_t variant = 0, std::int32_t firm = 0) {
  const MetricInfo& m = metric(result, name);
  const auto cell = kernels::value_cell(result.lowered.data.view(), step, variant, firm, m.stored);
  return statistics(result.tally, static_cast<std::size_t>(cell), m.factor);
}

// Fraction of draws in which the constraint binds.
inline double binding_share(const RunResult& result, kernels::Constraint constraint,
                            std::int32_t step, std::int32_t variant = 0, std::int32_t firm = 0) {
  const auto counter = kernels::binding_counter(result.lowered.data.view(), step, variant, firm,
                                                static_cast<std::int32_t>(constraint));
  return static_cast<double>(result.tally.bindings[static_cast<std::size_t>(counter)]) /
         static_cast<double>(result.tally.draws);
}

// One firm, one tranche of 1000 H100, all values certain; `months` steps, 64 draws.
inline Scenario one_firm(std::int32_t months = 4) {
  Scenario scenario;
  scenario.name = "one-firm";
  scenario.start = {2026, 1};
  scenario.steps = months;
  scenario.draws = 64;
  Tranche tranche = plain_tranche("first", "H100-SXM", 1000.0);
  tranche.split.entries.push_back(share("a", 1.0));
  scenario.tranches.push_back(tranche);
  Firm firm = plain_firm("a");
  firm.workloads.entries.push_back(share("training", 1.0));
  scenario.firms.push_back(firm);
  scenario.workloads.push_back(plain_training(0.4));
  return scenario;
}

}  // namespace tranche::tests
