// SPDX-License-Identifier: Apache-2.0

// Texts about units: quantity of a kind, accepted units, formatting of values.
#include <fmt/format.h>

#include <cmath>

#include "sim/input/quantity_text.hpp"
#include "sim/input/unit_table.hpp"

namespace tranche {
namespace {

std::string quoted_list(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", name);
  return out;
}

}  // namespace

std::vector<std::string> accepted_units(UnitKind kind) {
  std::vector<std::string> names;
  for (const bool usual : {true, false}) {
    for (const Unit& unit : unit_table()) {
      if (unit.kind == kind && unit.usual == usual && !unit.text.empty()) {
        names.emplace_back(unit.text);
      }
    }
  }
  return names;
}

std::string units_help(UnitKind kind) {
  std::vector<std::string> usual;
  for (const Unit& unit : unit_table()) {
    if (unit.kind == kind && unit.usual && !unit.text.empty()) usual.emplace_back(unit.text);
  }
  switch (kind) {
    case UnitKind::count:
      return "a plain number is accepted here: `400_000`, `400k`, `1.5M`";
    case UnitKind::fraction:
      return "accepted here: a fraction `0.4` or a percentage `40 %`";
    case UnitKind::chips:
      return "accepted here: `400_000`, `400k`, `1.5M chips`";
    case UnitKind::tokens:
      return "accepted here: `2_000_000`, `15.6T tokens`";
    case UnitKind::usd:
      return "accepted here: `27_000 USD`, `$27k`, `10.8B USD`";
    default:
      return "units accepted here: " + quoted_list(usual);
  }
}

std::string_view what_it_measures(UnitKind kind) {
  switch (kind) {
    case UnitKind::count:
      return "a plain number";
    case UnitKind::fraction:
      return "a fraction";
    case UnitKind::chips:
      return "a number of chips";
    case UnitKind::chips_per_s:
      return "a rate of chips";
    case UnitKind::tokens:
      return "a number of tokens";
    case UnitKind::tokens_per_s:
      return "a token rate";
    case UnitKind::flop:
      return "an amount of compute";
    case UnitKind::flop_per_s:
      return "a compute rate";
    case UnitKind::bytes:
      return "an amount of data";
    case UnitKind::bytes_per_s:
      return "a bandwidth";
    case UnitKind::watts:
      return "a power";
    case UnitKind::joules:
      return "an energy";
    case UnitKind::seconds:
      return "a time";
    case UnitKind::per_second:
      return "a rate in time";
    case UnitKind::usd:
      return "an amount of money";
    case UnitKind::usd_per_joule:
      return "an energy price";
    case UnitKind::mm2:
      return "an area";
    case UnitKind::tpp:
      return "a total processing performance";
    case UnitKind::tpp_per_mm2:
      return "a performance density";
  }
  return "a number";
}

std::string quantity_text(double value, UnitKind kind) {
  const Unit* best = nullptr;
  for (const Unit& unit : unit_table()) {
    if (unit.kind != kind || !unit.usual) continue;
    if (best == nullptr || (std::abs(value) >= unit.factor && unit.factor >= best->factor)) {
      best = &unit;
    }
  }
  if (best == nullptr) return fmt::format("{:.6g}", value);
  const std::string number = fmt::format("{:.6g}", value / best->factor);
  return best->text.empty() ? number : fmt::format("{} {}", number, best->text);
}

}  // namespace tranche
