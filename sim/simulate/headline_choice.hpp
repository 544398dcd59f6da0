// SPDX-License-Identifier: Apache-2.0

// Metric, month and firm of the headline of a scenario.
#pragma once

#include <cstdint>

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Indices into LoweredScenario::metrics, steps and firms.
struct HeadlineChoice {
  std::int32_t metric = 0, step = 0, firm = 0;
};

// Returns the indices for the headline. Replaces a metric that was not simulated by the first
// metric, and an unnamed month or firm by the last month or all firms.
HeadlineChoice headline_choice(const LoweredScenario& lowered, const Headline& asked);

}  // namespace tranche
