// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/drawn_input.hpp"

#include <utility>

#include "sim/input/unit_table.hpp"

namespace tranche {

DrawnInput describe_drawn(const Input& input, std::string shares_of) {
  DrawnInput drawn;
  drawn.variable = input.variable;
  drawn.text = input.text;
  drawn.source = input.source;
  drawn.as_of = input.as_of;
  drawn.kind = input.kind;
  drawn.role = input.role;
  drawn.confidence = input.confidence;
  drawn.is_default = input.is_default;
  drawn.each = input.each;
  drawn.where = input.where;
  drawn.distribution = input.distribution;
  drawn.shares_of = std::move(shares_of);
  // Shares and events are plain numbers, whichever unit their parameters have.
  if (!drawn.shares_of.empty() || input.distribution.family == Family::bernoulli) return drawn;
  if (const Unit* const unit = find_unit(input.kind, input.unit);
      unit != nullptr && !input.unit.empty()) {
    drawn.unit = input.unit;
    drawn.unit_in_base = unit->factor;
  } else if (input.kind == UnitKind::seconds) {
    drawn.unit = "months";
    drawn.unit_in_base = find_unit(UnitKind::seconds, "months")->factor;
  } else if (input.kind == UnitKind::chips) {
    drawn.unit = "chips";
  }
  return drawn;
}

}  // namespace tranche
