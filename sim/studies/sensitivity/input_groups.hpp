// SPDX-License-Identifier: Apache-2.0

// Which drawn inputs are looked at as one, and what to call them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// An input with all its instances (firms, tranches, months, batches); the parts of a split;
// with Ties::together also all inputs that correlations tie to each other.
struct InputGroup {
  std::string name;                  // "assumptions.mfu", "tranches.first.split"
  std::vector<std::string> members;  // dotted paths; one: the name itself
  std::vector<std::size_t> inputs;   // into LoweredScenario::inputs
  std::vector<std::uint64_t> keys;   // of the random numbers
  Role role = Role::assumption;
  Confidence confidence = Confidence::published;  // the least sure of the members
  std::string text;                               // as written, when it is one input
  SourceSpan where;
};
enum class Ties { apart, together };
// In the order of the scenario's inputs.
std::vector<InputGroup> input_groups(const LoweredScenario& lowered, Ties ties);

// "firms.alibaba.power_cap +5 tied": the first and how many more, for people.
std::string group_title(const InputGroup& group);

}  // namespace tranche
