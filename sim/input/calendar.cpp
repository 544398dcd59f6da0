#include "sim/input/calendar.hpp"

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
