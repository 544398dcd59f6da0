// SPDX-License-Identifier: Apache-2.0

// Numbers and units as people write them. Nothing depends on the locale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tranche {

// The unit that values of one size are shown in: "EFLOP/s" for 1.2e20 FLOP/s, "million
// USD", "G tokens/s"; chips stay chips.
struct DisplayUnit {
  double one = 1;    // in the metric's own unit
  std::string name;  // empty for a plain number

  // "118 EFLOP/s": the value, given in the metric's own unit.
  std::string text(double value) const;
  // "118"
  std::string number(double value) const;
  // "+118", for differences.
  std::string signed_number(double value) const;
};
DisplayUnit display_unit(std::string_view unit, double largest_magnitude);

// Three significant digits, or a whole number with separators: "0.0123", "118", "75,000".
// Very small and very large ones as "1.23e-05".
std::string human_number(double value);
// With a separator every three digits: "1,000,000".
std::string with_separators(std::uint64_t number);
// "93 %"; "> 99 %" and "< 1 %" for a share that only rounds to all or nothing.
std::string percent(double share);
// "45 s", "12 min", "5 h", "29 days".
std::string duration_text(double seconds);

}  // namespace tranche
