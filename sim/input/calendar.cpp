// SPDX-License-Identifier: Apache-2.0
#include "sim/input/calendar.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>

namespace tranche {
namespace {

constexpr int first_year = 1970;
constexpr int last_year = 2199;

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + (c - '0');
  }
  return text.empty() ? std::nullopt : std::optional(value);
}

}  // namespace

bool looks_like_date(std::string_view text) {
  return text.size() >= 7 && text[4] == '-' && text.find_first_not_of("0123456789-") == text.npos;
}

bool is_meant_as_date(std::string_view text) {
  // other date formats: "2026-01-15T10:00", "2026-Q1"; "28.01.2026", "1/28/2026"
  if (text.size() > 5 && text[4] == '-' && digits(text.substr(0, 4))) return true;
  const std::size_t first = text.find_first_of("./");
  const std::size_t second = first == text.npos ? text.npos : text.find(text[first], first + 1);
  if (second != text.npos && digits(text.substr(0, first)) &&
      digits(text.substr(first + 1, second - first - 1)))
    return true;
  for (const std::string_view month :
       {"january",   "february", "march",    "april",    "may", "june", "july", "august",
        "september", "october",  "november", "december", "jan", "feb",  "mar",  "apr",
        "jun",       "jul",      "aug",      "sep",      "oct", "nov",  "dec"}) {
    for (std::size_t at = 0; at + month.size() <= text.size(); ++at) {
      const auto is_letter = [&](std::size_t i) {
        return i < text.size() && std::isalpha(static_cast<unsigned char>(text[i])) != 0;
      };
      if ((at > 0 && is_letter(at - 1)) || is_letter(at + month.size())) continue;
      const bool same = std::equal(
          month.begin(), month.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
          [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
      if (same) return true;
    }
  }
  return false;
}

std::optional<YearMonth> parse_year_month(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  const std::optional<int> year = digits(text.substr(0, 4));
  const std::optional<int> month = digits(text.substr(5));
  if (!year || !month || *year < first_year || *year > last_year) return std::nullopt;
  if (*month < 1 || *month > 12) return std::nullopt;
  return YearMonth{.year = *year, .month = *month};
}

std::optional<double> parse_date(std::string_view text, const YearMonth& start) {
  const std::optional<YearMonth> month = parse_year_month(text.substr(0, 7));
  if (!month) return std::nullopt;
  double part_of_month = 0;
  if (text.size() != 7) {
    const std::optional<int> day =
        text.size() == 10 && text[7] == '-' ? digits(text.substr(8)) : std::nullopt;
    if (!day) return std::nullopt;
    const std::chrono::year_month_day_last last{
        std::chrono::year(month->year),
        std::chrono::month_day_last(std::chrono::month(static_cast<unsigned>(month->month)))};
    const int days = static_cast<int>(static_cast<unsigned>(last.day()));
    if (*day < 1 || *day > days) return std::nullopt;
    part_of_month = static_cast<double>(*day - 1) / days;
  }
  return (months_between(start, *month) + part_of_month) * seconds_per_month;
}

int months_between(const YearMonth& start, const YearMonth& month) {
  return 12 * (month.year - start.year) + month.month - start.month;
}

}  // namespace tranche
