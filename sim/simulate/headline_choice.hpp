// SPDX-License-Identifier: Apache-2.0

// Which metric, month and firm the headline of a scenario is about.
#pragma once

#include <cstdint>

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Indices into LoweredScenario::metrics, steps and firms.
struct HeadlineChoice {
  std::int32_t metric = 0, step = 0, firm = 0;
};

// The first metric stands in for one that was not simulated, the last month and all firms
// for those the scenario does not name.
HeadlineChoice headline_choice(const LoweredScenario& lowered, const Headline& asked);

}  // namespace tranche
