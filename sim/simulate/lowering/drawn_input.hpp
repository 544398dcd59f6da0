// SPDX-License-Identifier: Apache-2.0

// Drawn inputs of a scenario: name, unit, and the columns of their values. Raw draws, sensitivity
// and discovery refer to these.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/input.hpp"

namespace tranche {

// One value of a drawn input: for all firms, or for one firm or tranche.
struct InputInstance {
  std::string firm = {}, tranche = {};  // owner; empty: all firms or tranches
  std::uint64_t key = 0;                // of its random numbers
  std::int32_t column = 0;              // the first; one more per month or batch
  std::int32_t count = 1;
  double factor = 1;  // value in the column per base unit
};

struct DrawnInput {
  std::string variable;  // "assumptions.mfu": the path of its definition
  std::string unit;      // "chips/month"; empty for shares and plain numbers
  double unit_in_base = 1;
  std::string text;  // as written, "300k to 500k"
  std::string source, as_of;
  UnitKind kind = UnitKind::count;
  Role role = Role::assumption;
  Confidence confidence = Confidence::assumed;
  bool is_default = false;
  Each each;
  SourceSpan where;
  Distribution distribution;  // in base units
  // For a part of a Dirichlet distribution: the split, "tranches.first.split". Its columns hold
  // gamma variates; the value is this part over the sum of all parts.
  std::string shares_of;
  // Inputs drawn together through a copula, including this one; empty: drawn independently.
  std::vector<std::string> tied_with;
  // Variants that use it. A what-if that changes the distribution has an entry of its own, with the
  // same random numbers.
  std::vector<std::int32_t> variants;
  // For each owner (firm, tranche or all) the first instance holds the value; further ones are the
  // same draw in another unit.
  std::vector<InputInstance> instances;
};

// Describes an input without its columns. Times without a unit (dates) are in months from the start
// of the scenario.
DrawnInput describe_drawn(const Input& input, std::string shares_of);

}  // namespace tranche
