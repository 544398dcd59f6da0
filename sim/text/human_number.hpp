// SPDX-License-Identifier: Apache-2.0

// Formats numbers and units for reports, independent of the locale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tranche {

// Display unit of values of one magnitude: "EFLOP/s" for 1.2e20 FLOP/s, "million USD", "G
// tokens/s"; chips stay chips.
struct DisplayUnit {
  double one = 1;    // size in the metric's own unit
  std::string name;  // empty for a plain number

  // "118 EFLOP/s": value in the metric's own unit as text.
  std::string text(double value) const;
  // "118"
  std::string number(double value) const;
  // "+118", for differences.
  std::string signed_number(double value) const;
};
DisplayUnit display_unit(std::string_view unit, double largest_magnitude);

// Three significant digits, or an integer with separators: "0.0123", "118", "75,000". Very small
// and very large numbers as "1.23e-05".
std::string human_number(double value);
// With a separator every three digits: "1,000,000".
std::string with_separators(std::uint64_t number);
// "93 %"; "> 99 %" and "< 1 %" for a fraction that only rounds to 1 or 0.
std::string percent(double share);
// "45 s", "12 min", "5 h", "29 days".
std::string duration_text(double seconds);

}  // namespace tranche
