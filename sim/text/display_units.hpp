// SPDX-License-Identifier: Apache-2.0

// Display of units: one row for each unit of metrics, with the magnitudes in which it is shown.
// The page draws with the same rows: tools/report/source/display_units.json, which a test compares
// with this table.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace tranche {

struct Magnitude {
  double value;
  std::string_view prefix;  // SI brochure, 9th edition and resolution 3 of 2022
  std::string_view word;
};

// Largest first.
inline constexpr auto magnitudes = std::to_array<Magnitude>({{1e18, "E", ""},
                                                             {1e15, "P", ""},
                                                             {1e12, "T", "trillion"},
                                                             {1e9, "G", "billion"},
                                                             {1e6, "M", "million"},
                                                             {1e3, "k", "thousand"}});

enum class MagnitudeName {
  none,             // "400,000 chips", "2.00e26 FLOP"
  prefix,           // "EFLOP/s"
  separate_prefix,  // "M tokens/s"
  word,             // "billion USD"
};

struct DisplayUnitRow {
  std::string_view unit;  // of metrics; with a slash in front: every other unit that ends so
  std::string_view base;  // unit behind the name of the magnitude; empty: the number stands alone
  double base_units;      // of one unit: 1 MW is 1e6 W
  MagnitudeName name;
  double least, most;  // magnitudes in use, in base units; below, the unit itself is shown
  std::string_view meaning;
};

inline constexpr auto display_unit_table = [] {
  using enum MagnitudeName;
  return std::to_array<DisplayUnitRow>({
      {"chips", "chips", 1, none, 0, 0, "chips, also those of a yardstick's reference"},
      {"months", "months", 1, none, 0, 0, "months; a year has twelve"},
      {"fraction", "", 1, none, 0, 0, "a share, or a ratio of two equal units"},
      {"1", "", 1, none, 0, 0, "a plain number"},
      {"USD", "USD", 1, word, 1e6, 1e12, "US dollars"},
      {"MW", "W", 1e6, prefix, 1e9, 1e9, "power of the facility"},
      {"MWh", "Wh", 1e6, prefix, 1e9, 1e12, "energy of the facility"},
      // Written as in the literature, 3.1e27; prefixes beyond exa are little known.
      {"FLOP", "FLOP", 1, none, 0, 0, "floating-point operations"},
      {"FLOP/s", "FLOP/s", 1, prefix, 1e3, 1e18, "floating-point operations per second"},
      {"OP/s", "OP/s", 1, prefix, 1e3, 1e18, "operations per second, of integers too"},
      {"B", "B", 1, prefix, 1e3, 1e18, "bytes"},
      {"B/s", "B/s", 1, prefix, 1e3, 1e18, "bytes per second"},
      // Last, because a unit above may have the same ending.
      {"/s", "/s", 1, separate_prefix, 1e3, 1e15, "units of work per second: tokens/s"},
  });
}();
static_assert(std::ranges::all_of(display_unit_table,
                                  [](const DisplayUnitRow& row) {
                                    return std::ranges::count(display_unit_table, row.unit,
                                                              &DisplayUnitRow::unit) == 1;
                                  }),
              "every unit has one row");

// The row of a unit, or the row of its ending; nullptr for a unit that is shown as it is.
constexpr const DisplayUnitRow* display_unit_row(std::string_view unit) {
  for (const DisplayUnitRow& row : display_unit_table) {
    const bool is_ending = row.unit.front() == '/';
    if (is_ending ? unit.size() > row.unit.size() && unit.ends_with(row.unit) : unit == row.unit)
      return &row;
  }
  return nullptr;
}

}  // namespace tranche
