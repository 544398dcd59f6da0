// SPDX-License-Identifier: Apache-2.0

// Units of quantity texts, with their factors to base units.
#pragma once

#include <span>
#include <string_view>

#include "sim/input/quantity_text.hpp"

namespace tranche {

struct Unit {
  UnitKind kind;
  std::string_view text;
  double factor;  // size of this unit in base units
  bool usual;     // shown in help texts and used for printing
};

// All units; the usual ones of a kind from small to large.
std::span<const Unit> unit_table();

// Returns the unit of this kind with exactly this spelling, or nullptr.
const Unit* find_unit(UnitKind kind, std::string_view text);

}  // namespace tranche
