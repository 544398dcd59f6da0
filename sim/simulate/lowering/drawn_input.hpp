// SPDX-License-Identifier: Apache-2.0

// The inputs of a scenario that are drawn: what a person calls them, in which unit, and in
// which columns their values lie. Raw draws, sensitivity and discovery are about these.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/input.hpp"

namespace tranche {

// One place where a drawn input takes a value: for everybody, or for one firm or tranche.
struct InputInstance {
  std::string firm = {}, tranche = {};  // whom it belongs to; empty: everybody
  std::uint64_t key = 0;                // of its random numbers
  std::int32_t column = 0;              // the first; one more for each month or batch
  std::int32_t count = 1;
  double factor = 1;  // value in the column per base unit
};

struct DrawnInput {
  std::string variable;  // "assumptions.mfu": the path where it is defined
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
  // Part of a Dirichlet distribution: what is shared, "tranches.first.split". Columns then
  // hold gamma variates, and the value is this part over the sum of all parts.
  std::string shares_of;
  // Inputs drawn together through a copula, this one included; empty: drawn alone.
  std::vector<std::string> tied_with;
  // The variants that use it. A what-if that changes its distribution has an entry of its
  // own, with the same random numbers.
  std::vector<std::int32_t> variants;
  // The first of a firm, tranche or everybody holds the value; further ones of the same
  // are the same draw in another unit.
  std::vector<InputInstance> instances;
};

// Everything but where it lies. Times without a unit (dates) are given in months from the
// start of the scenario.
DrawnInput describe_drawn(const Input& input, std::string shares_of);

}  // namespace tranche
