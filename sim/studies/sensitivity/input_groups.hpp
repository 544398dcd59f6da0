// SPDX-License-Identifier: Apache-2.0

// Groups of drawn inputs that are analysed as one, and their names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// An input with all its instances (firms, tranches, months, batches), or the parts of a split; with
// Ties::together also all inputs tied to it by correlations.
struct InputGroup {
  std::string name;                  // "assumptions.mfu", "tranches.first.split"
  std::vector<std::string> members;  // dotted paths; a single one equals the name
  std::vector<std::size_t> inputs;   // into LoweredScenario::inputs
  std::vector<std::uint64_t> keys;   // of the random numbers
  Role role = Role::assumption;
  Confidence confidence = Confidence::published;  // the lowest of the members
  std::string text;                               // as written, if it is a single input
  SourceSpan where;
};
enum class Ties { apart, together };
// Returns groups in the order of the scenario's inputs.
std::vector<InputGroup> input_groups(const LoweredScenario& lowered, Ties ties);

// "firms.alibaba.power_cap +5 tied": the first member and the number of others, for reports.
std::string group_title(const InputGroup& group);

}  // namespace tranche
