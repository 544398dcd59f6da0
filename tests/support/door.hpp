// SPDX-License-Identifier: Apache-2.0

// Scenarios and results through the public interface, for its tests.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "sim/api/tranche.hpp"
#include "tests/support/shipped.hpp"

namespace tranche::tests {

// The shipped data, opened once.
inline const api::Data& door_data() {
  static const api::Data data = api::Data::open(shipped_data()).value();
  return data;
}

// Two firms, a tranche of about 1000 H200, a what-if with a cap.
inline constexpr const char* door_text = R"([scenario]
name = "door"
start = "2026-01"
months = 3
draws = 1500
headline = { metric = "chips_installed", month = "2026-02" }

[levers]
quantity = "900 to 1100"

[firms.acme]
power_cap = "1 MW"
[firms.beta]

[tranches.first]
chip = "H200"
quantity = "levers.quantity"
price = "0 USD"
split = { acme = 0.5, beta = 0.5 }

[workloads.training]
kind = "training"
flop_per_unit = "1 TFLOP"
precision = "bf16"
mfu = 0.4

[[what_if]]
name = "half"
set = { "levers.quantity" = "450 to 550" }
)";

inline api::Expected<api::Scenario> door_scenario(const std::string& more = {},
                                                  const api::Reading& reading = {}) {
  return api::Scenario::read_text(door_data(), {.text = door_text + more, .name = "door.toml"},
                                  reading);
}

inline api::RunOptions on_cpu() {
  api::RunOptions options;
  options.execution = {.device = api::Device::cpu, .threads = 2};
  return options;
}

// The error of what must fail.
template <class T>
const api::Error& error_of(const api::Expected<T>& found) {
  EXPECT_FALSE(found.has_value());
  return found.error();
}

}  // namespace tranche::tests
