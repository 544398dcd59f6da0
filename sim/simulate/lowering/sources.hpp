// SPDX-License-Identifier: Apache-2.0

// Stocks and tranches of a scenario whose work is recorded separately.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

class SourcePlan {
 public:
  // Collects those of all variants, stocks first; equal names are one source over all firms.
  explicit SourcePlan(const ScenarioSet& set);

  std::int32_t stock(const std::string& name) const;
  std::int32_t tranche(const std::string& name) const;

  // Marks the headline month of the base case for recording by source.
  void count(const Scenario& base, LoweredScenario& lowered) const;

 private:
  std::vector<SourceInfo> stocks_, tranches_;
};

}  // namespace tranche
