// SPDX-License-Identifier: Apache-2.0
#include "sim/text/human_number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tranche {
namespace {

struct Magnitude {
  double value;
  std::string_view prefix;  // SI brochure, 9th edition and resolution 3 of 2022
  std::string_view word;
};
constexpr std::array<Magnitude, 6> magnitudes = {{{1e18, "E", ""},
                                                  {1e15, "P", ""},
                                                  {1e12, "T", "trillion"},
                                                  {1e9, "G", "billion"},
                                                  {1e6, "M", "million"},
                                                  {1e3, "k", "thousand"}}};

bool takes_prefix(std::string_view unit) {
  return unit == "FLOP/s" || unit == "B" || unit == "B/s" || unit == "OP/s";
}

bool is_rate_of_work(std::string_view unit) {
  return unit.size() > 2 && unit.substr(unit.size() - 2) == "/s";
}

// "3.13e27", without a plus sign.
std::string power_of_ten(double value) {
  std::string text = fmt::format("{:.2e}", value);
  if (const std::size_t plus = text.find("e+"); plus != std::string::npos) text.erase(plus + 1, 1);
  return text;
}

// Largest magnitude not above the value, or nullptr below 1000.
const Magnitude* magnitude_of(double value, double largest) {
  for (const Magnitude& magnitude : magnitudes)
    if (magnitude.value <= largest && value >= magnitude.value) return &magnitude;
  return nullptr;
}

}  // namespace

DisplayUnit display_unit(std::string_view unit, double largest_magnitude) {
  const std::string name(unit);
  if (!std::isfinite(largest_magnitude)) return {1, name};
  // Rounding margin, so that 999.6 k is shown as 1 M.
  const double size = std::fabs(largest_magnitude) * (1000.0 / 999.5);
  if (unit == "USD") {
    const Magnitude* const found = magnitude_of(size, 1e12);
    if (found == nullptr || found->value < 1e6) return {1, name};
    return {found->value, fmt::format("{} USD", found->word)};
  }
  // A count of FLOP is written as in the literature, 3.1e27; prefixes beyond exa are little known.
  if (unit == "FLOP") return {1, name};
  if (takes_prefix(unit)) {
    const Magnitude* const found = magnitude_of(size, 1e18);
    return found == nullptr ? DisplayUnit{1, name}
                            : DisplayUnit{found->value, fmt::format("{}{}", found->prefix, unit)};
  }
  if (is_rate_of_work(unit)) {
    const Magnitude* const found = magnitude_of(size, 1e15);
    return found == nullptr ? DisplayUnit{1, name}
                            : DisplayUnit{found->value, fmt::format("{} {}", found->prefix, unit)};
  }
  if (unit == "MW" && size >= 1e3) return {1e3, "GW"};
  if (unit == "MWh" && size >= 1e6) return {1e6, "TWh"};
  if (unit == "MWh" && size >= 1e3) return {1e3, "GWh"};
  if (unit == "fraction" || unit == "1") return {1, ""};
  return {1, name};
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
