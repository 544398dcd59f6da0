// SPDX-License-Identifier: Apache-2.0
#include "sim/text/human_number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/text/display_units.hpp"

namespace tranche {
namespace {

// "3.13e27", without a plus sign.
std::string power_of_ten(double value) {
  std::string text = fmt::format("{:.2e}", value);
  if (const std::size_t plus = text.find("e+"); plus != std::string::npos) text.erase(plus + 1, 1);
  return text;
}

// Largest magnitude of the row that is not above `size` units; nullptr if all are.
const Magnitude* magnitude_of(const DisplayUnitRow& row, double size) {
  if (row.name == MagnitudeName::none) return nullptr;
  for (const Magnitude& magnitude : magnitudes) {
    const bool is_used = magnitude.value >= row.least && magnitude.value <= row.most;
    if (is_used && size >= magnitude.value / row.base_units) return &magnitude;
  }
  return nullptr;
}

std::string name_of(const Magnitude& magnitude, MagnitudeName name, std::string_view base) {
  switch (name) {
    case MagnitudeName::prefix:
      return fmt::format("{}{}", magnitude.prefix, base);
    case MagnitudeName::separate_prefix:
      return fmt::format("{} {}", magnitude.prefix, base);
    case MagnitudeName::word:
      return fmt::format("{} {}", magnitude.word, base);
    case MagnitudeName::none:
      break;
  }
  return std::string(base);
}

}  // namespace

DisplayUnit display_unit(std::string_view unit, double largest_magnitude) {
  const DisplayUnitRow* const row = display_unit_row(unit);
  if (row == nullptr || !std::isfinite(largest_magnitude)) return {1, std::string(unit)};
  if (row->base.empty()) return {1, ""};
  // Rounding margin, so that 999.6 k is shown as 1 M.
  const double size = std::fabs(largest_magnitude) * (1000.0 / 999.5);
  const Magnitude* const found = magnitude_of(*row, size);
  if (found == nullptr) return {1, std::string(unit)};
  // What stands before an ending: "tokens" of "tokens/s".
  const std::string_view counted = unit.substr(0, unit.size() - row->unit.size());
  return {found->value / row->base_units,
          name_of(*found, row->name, fmt::format("{}{}", counted, row->base))};
}

std::string DisplayUnit::number(double value) const { return human_number(value / one); }

std::string DisplayUnit::signed_number(double value) const {
  const std::string text = human_number(value / one);
  return value > 0 && text != "0" ? "+" + text : text;
}

std::string DisplayUnit::text(double value) const {
  return name.empty() ? number(value) : fmt::format("{} {}", number(value), name);
}

std::string human_number(double value) {
  if (!std::isfinite(value)) return std::isnan(value) ? "unknown" : value > 0 ? "inf" : "-inf";
  const double size = std::fabs(value);
  if (size == 0) return "0";
  if (size < 1e-4 || size >= 1e15) return power_of_ten(value);
  if (size >= 999.5) {
    const std::string digits = with_separators(static_cast<std::uint64_t>(std::llround(size)));
    return value < 0 ? "-" + digits : digits;
  }
  // Trailing zeros are kept ("1.20", "33.0"), except for integers ("12").
  const bool whole = std::fabs(value - std::round(value)) <= 1e-9 * size;
  const int digits_before = static_cast<int>(std::floor(std::log10(size))) + 1;
  return fmt::format("{:.{}f}", value, whole ? 0 : std::clamp(3 - digits_before, 0, 7));
}

std::string with_separators(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string percent(double share) {
  if (std::isnan(share)) return "unknown";
  if (share > 0 && share < 0.01) return "< 1 %";
  if (share < 1 && share > 0.99) return "> 99 %";
  return fmt::format("{:.0f} %", 100 * share);
}

std::string duration_text(double seconds) {
  if (!(seconds >= 0)) return "unknown";
  if (seconds < 1) return "under 1 s";
  if (seconds < 119.5) return fmt::format("{:.0f} s", seconds);
  const double minutes = seconds / 60;
  if (minutes < 119.5) return fmt::format("{:.0f} min", minutes);
  const double hours = minutes / 60;
  if (hours < 47.5) return fmt::format("{:.0f} h", hours);
  const double days = hours / 24;
  if (days < 730) return fmt::format("{:.0f} days", days);
  return fmt::format("{} years",
                     with_separators(static_cast<std::uint64_t>(std::min(days / 365.25, 1e18))));
}

}  // namespace tranche
