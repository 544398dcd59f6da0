// SPDX-License-Identifier: Apache-2.0
#include "tests/support/allocation_scenarios.hpp"

#include "tests/support/scenario_text_file.hpp"

namespace tranche::tests {

std::string three_firms(const std::string& allocate) {
  return R"(
[scenario]
name = "three"
start = "2026-01"
months = 2
draws = 1200
headline = { metric = "training_flop_per_s" }

[firms.a]
availability = 0.9
[firms.b]
availability = 0.45
[firms.c]
availability = 0.3

[tranches.first]
chip = "H200"
quantity = "900 to 1100"
price = "0 USD"
split = { a = 0.2, b = 0.2, c = 0.6 }
unused = "lapses"

[workloads.training]
kind = "training"
flop_per_unit = "1 TFLOP"
precision = "bf16"
mfu = 0.4

[allocate]
split = "tranches.first.split"
draws = 1200
)" + allocate;
}

AllocationResult allocated(const std::string& text, int threads) {
  const ScenarioSource source = source_of(text);
  AllocationOptions options;
  options.execution.threads = threads;
  return allocate(source, catalogue(), options);
}

}  // namespace tranche::tests
