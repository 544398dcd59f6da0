// SPDX-License-Identifier: Apache-2.0

// The units that quantity texts may use, with their factors to base units.
#pragma once

#include <span>
#include <string_view>

#include "sim/input/quantity_text.hpp"

namespace tranche {

struct Unit {
  UnitKind kind;
  std::string_view text;
  double factor;  // base units in one of this unit
  bool usual;     // named in help texts and used for printing
};

// Every unit known, the usual ones of a kind from small to large.
std::span<const Unit> unit_table();

// The unit of this kind with exactly this spelling, or nullptr.
const Unit* find_unit(UnitKind kind, std::string_view text);

}  // namespace tranche
