// SPDX-License-Identifier: Apache-2.0

// The stocks and tranches of a scenario whose work is counted for itself.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

class SourcePlan {
 public:
  // Those of all variants, stocks first; the same name is the same source at every firm.
  explicit SourcePlan(const ScenarioSet& set);

  std::int32_t stock(const std::string& name) const;
  std::int32_t tranche(const std::string& name) const;

  // Has the headline month of the base case counted by source.
  void count(const Scenario& base, LoweredScenario& lowered) const;

 private:
  std::vector<SourceInfo> stocks_, tranches_;
};

}  // namespace tranche
