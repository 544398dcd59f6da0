// SPDX-License-Identifier: Apache-2.0
#include "sim/input/quantity_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/input/diagnostic.hpp"
#include "sim/input/unit_table.hpp"

namespace tranche {
namespace {

constexpr std::string_view spaces = " \t";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The unparsed text, with its offset in the whole text for messages.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;

  std::string_view rest() const { return text.substr(at); }
  bool done() const { return at >= text.size(); }
  void skip_spaces() { at = std::min(text.find_first_not_of(spaces, at), text.size()); }
};

ParsedQuantity refuse(std::string problem, std::size_t offset, std::size_t length,
                      std::vector<std::string> help) {
  return {.value = std::nullopt,
          .unit = {},
          .problem = {.problem = std::move(problem),
                      .offset = offset,
                      .length = std::max<std::size_t>(length, 1),
                      .help = std::move(help)}};
}

std::string_view trimmed_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(spaces);
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

bool counts_things(UnitKind kind) {
  return kind == UnitKind::count || kind == UnitKind::chips || kind == UnitKind::tokens ||
         kind == UnitKind::usd || kind == UnitKind::chips_per_s || kind == UnitKind::tokens_per_s;
}

// Returns the length of the number at the start of the text: sign, digits with `_` between digits,
// point, exponent. 0 if there is none.
std::size_t number_length(std::string_view text) {
  std::size_t at = 0;
  std::size_t digits = 0;
  const auto take_digits = [&] {
    while (at < text.size() &&
           (is_digit(text[at]) || (text[at] == '_' && at > 0 && is_digit(text[at - 1]) &&
                                   at + 1 < text.size() && is_digit(text[at + 1])))) {
      if (is_digit(text[at])) ++digits;
      ++at;
    }
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  take_digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    take_digits();
  }
  if (digits == 0) return 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '-' || text[exponent] == '+')) ++exponent;
    if (exponent < text.size() && is_digit(text[exponent])) {
      at = exponent;
      while (at < text.size() && is_digit(text[at])) ++at;
    }
  }
  return at;
}

// "e12" for 1e12: appended to the digits, it lets the number be read with one rounding instead of
// two ("2.039 TB/s" is the double nearest to 2.039e12). Empty for other factors.
std::string_view exponent_text(double factor) {
  struct Power {
    double factor;
    std::string_view text;
  };
  constexpr Power powers[] = {{0.01, "e-2"}, {1e3, "e3"},   {1e6, "e6"},
                              {1e9, "e9"},   {1e12, "e12"}, {1e15, "e15"},
                              {1e18, "e18"}, {1e21, "e21"}, {1e24, "e24"}};
  for (const Power& power : powers) {
    if (power.factor == factor) return power.text;
  }
  return {};
}

std::optional<double> number_value(std::string_view text, std::string_view exponent = {}) {
  std::string digits;
  for (const char c : text) {
    if (c != '_' && c != '+') digits += c;
  }
  digits += exponent;
  // The sign of "1e+6" was removed above, because from_chars takes no leading plus.
  double value = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (status != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

struct Magnitude {
  std::string_view text;
  double factor;
};
constexpr Magnitude magnitudes[] = {
    {"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9}, {"trillion", 1e12}, {"k", 1e3},
    {"K", 1e3},        {"M", 1e6},       {"B", 1e9},       {"bn", 1e9},        {"T", 1e12}};

// Consumes "k" or " million" if it is a whole word; returns 1 if there is none.
double take_magnitude(Cursor& cursor) {
  Cursor ahead = cursor;
  ahead.skip_spaces();
  const std::size_t word = std::min(ahead.rest().find_first_of(spaces), ahead.rest().size());
  for (const Magnitude& magnitude : magnitudes) {
    if (ahead.rest().substr(0, word) == magnitude.text) {
      cursor.at = ahead.at + word;
      return magnitude.factor;
    }
  }
  return 1;
}

// "k-500k" after "400": an interval with a hyphen, a dash or dots between its ends.
std::optional<std::string> meant_interval(std::string_view text, std::string_view rest) {
  for (const std::string_view between : {"-", "\u2013", "\u2014", "...", "..", "~"}) {
    const std::size_t at = rest.find(between);
    if (at == std::string_view::npos) continue;
    const std::string_view after = rest.substr(at + between.size());
    const std::size_t digit = after.find_first_not_of(spaces);
    if (digit == std::string_view::npos || !is_digit(after[digit])) continue;
    const std::string_view first = text.substr(0, text.size() - rest.size() + at);
    return fmt::format("{} to {}", trimmed_end(first), after.substr(digit));
  }
  return std::nullopt;
}

// Possible meanings of a short word for a time.
std::string meant_time(std::string_view unit) {
  struct Word {
    std::string_view text, unit;
  };
  constexpr Word words[] = {
      {"mo", "months"}, {"mos", "months"}, {"mon", "months"}, {"mth", "months"}, {"mths", "months"},
      {"d", "days"},    {"w", "weeks"},    {"wk", "weeks"},   {"wks", "weeks"},  {"q", "quarters"},
      {"y", "years"},   {"yr", "years"},   {"yrs", "years"},  {"hr", "hours"},   {"hrs", "hours"},
      {"sec", "s"},     {"secs", "s"},     {"mins", "min"}};
  for (const Word& word : words)
    if (word.text == unit) return fmt::format("did you mean `{}`?", word.unit);
  return unit == "m" ? "did you mean `min` or `months`?" : "";
}

// One or two letters are near to too many units: only their case may differ.
bool is_near(std::string_view unit, std::string_view candidate) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  constexpr std::size_t short_word = 2;
  return unit.size() > short_word ||
         std::equal(unit.begin(), unit.end(), candidate.begin(), candidate.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

ParsedQuantity wrong_unit(std::string_view text, std::size_t offset, UnitKind kind) {
  const std::string_view unit = text.substr(offset);
  std::vector<std::string> help;
  const std::size_t first = std::min(text.find_first_not_of(spaces), text.size());
  if (const auto interval = meant_interval(text.substr(first), unit)) {
    return refuse("expected one number, or an interval with `to`", first, text.size() - first,
                  {fmt::format("did you mean `{}`?", *interval)});
  }
  const std::string near_name = nearest_name(unit, accepted_units(kind));
  const std::string time = kind == UnitKind::seconds ? meant_time(unit) : "";
  const auto elsewhere =
      std::find_if(unit_table().begin(), unit_table().end(),
                   [&](const Unit& known) { return known.text == unit && !unit.empty(); });
  std::string problem = fmt::format("unknown unit `{}`", unit);
  if (!time.empty()) {
    help.push_back(time);
  } else if (elsewhere != unit_table().end()) {
    problem = fmt::format("wrong unit `{}` ({}, not {})", unit, what_it_measures(elsewhere->kind),
                          what_it_measures(kind));
  } else if (!near_name.empty() && is_near(unit, near_name)) {
    help.push_back(fmt::format("did you mean `{}`?", near_name));
  }
  help.push_back(units_help(kind));
  return refuse(std::move(problem), offset, unit.size(), std::move(help));
}

ParsedQuantity not_a_number(std::string_view text, std::size_t offset, UnitKind kind) {
  std::string lower(trimmed_end(text));
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const std::size_t sign = lower.starts_with('-') || lower.starts_with('+') ? 1 : 0;
  if (lower.substr(sign).starts_with("nan") || lower.substr(sign).starts_with("inf")) {
    return refuse("not a finite number", offset, lower.size(), {"a finite number is needed"});
  }
  return refuse("expected a number with its unit", offset, lower.size(), {units_help(kind)});
}

}  // namespace

ParsedQuantity parse_quantity(std::string_view whole, UnitKind kind) {
  Cursor cursor{.text = trimmed_end(whole)};
  cursor.skip_spaces();
  const bool dollar_sign = kind == UnitKind::usd && cursor.rest().starts_with('$');
  if (dollar_sign) ++cursor.at;
  const std::size_t begin = cursor.at;
  const std::size_t length = number_length(cursor.rest());
  if (length == 0) return not_a_number(cursor.rest(), begin, kind);
  const std::optional<double> number = number_value(cursor.rest().substr(0, length));
  if (!number) return refuse("number out of range", begin, length, {"at most about 1e308"});
  cursor.at += length;
  if (cursor.rest().starts_with(',') || cursor.rest().starts_with('_')) {
    return refuse("unreadable digits", begin, cursor.text.size() - begin,
                  {"group digits with `_` between them: `400_000`"});
  }
  double factor = counts_things(kind) ? take_magnitude(cursor) : 1;
  const std::string_view number_text = whole.substr(begin, length);
  const bool comes_in_thousands = counts_things(kind) && kind != UnitKind::count;
  if (comes_in_thousands && factor == 1 && has_thousands_point(number_text)) {
    return refuse(fmt::format("`{}` may be read as a number of thousands", number_text), begin,
                  length, thousands_help(number_text));
  }
  cursor.skip_spaces();
  const std::string_view unit_text = cursor.rest();
  std::string_view known_unit = "USD";
  if (!(dollar_sign && unit_text.empty())) {
    const Unit* unit = find_unit(kind, unit_text);
    if (unit == nullptr && unit_text.empty()) {
      return refuse("missing unit", begin, cursor.text.size() - begin, {units_help(kind)});
    }
    if (unit == nullptr) return wrong_unit(cursor.text, cursor.at, kind);
    factor *= unit->factor;
    known_unit = unit->text;
  }
  const std::string_view digits = number_text;
  const std::string_view exponent = exponent_text(factor);
  const bool one_rounding = !exponent.empty() && digits.find_first_of("eE") == digits.npos;
  const double value =
      one_rounding ? number_value(digits, exponent).value_or(HUGE_VAL) : *number * factor;
  if (!std::isfinite(value)) {
    return refuse("number out of range", begin, length, {"at most about 1e308 in base units"});
  }
  return {.value = value, .unit = known_unit, .problem = {}};
}

bool has_thousands_point(std::string_view number) {
  const std::size_t point = number.find('.');
  const std::size_t first = number.starts_with('-') || number.starts_with('+') ? 1 : 0;
  constexpr std::size_t group = 3;
  return point != std::string_view::npos && point > first && point <= first + group &&
         number[first] != '0' && number.size() == point + 1 + group &&
         std::all_of(number.begin() + static_cast<std::ptrdiff_t>(point) + 1, number.end(),
                     is_digit);
}

std::vector<std::string> thousands_help(std::string_view number) {
  const std::size_t point = number.find('.');
  return {fmt::format("for thousands write `{}_{}`; for a number with a fraction write `{}0`",
                      number.substr(0, point), number.substr(point + 1), number)};
}

bool is_range_text(std::string_view text) { return text.find(" to ") != std::string_view::npos; }

ParsedRange parse_quantity_range(std::string_view text, UnitKind kind) {
  constexpr std::string_view between = " to ";
  const std::size_t split = text.find(between);
  if (split == std::string_view::npos) {
    return {.low = {},
            .high = {},
            .unit = {},
            .problem = {.problem = "expected a range",
                        .offset = 0,
                        .length = text.size(),
                        .help = {"write the 5 % and the 95 % value: `300k to 500k`"}}};
  }
  const std::string_view right_text = text.substr(split + between.size());
  ParsedQuantity right = parse_quantity(right_text, kind);
  if (!right) {
    right.problem.offset += split + between.size();
    return {.low = {}, .high = {}, .unit = {}, .problem = std::move(right.problem)};
  }
  const std::string_view left_text = trimmed_end(text.substr(0, split));
  const std::size_t start = std::min(left_text.find_first_not_of(spaces), left_text.size());
  Cursor after_left{.text = left_text, .at = start};
  after_left.at += number_length(after_left.rest());
  const bool has_magnitude = counts_things(kind) && take_magnitude(after_left) != 1;
  if (start < left_text.size() && after_left.done()) {
    // "300 to 500 MW", "20 to 30 k USD": the text after the second number applies to both; of "20k
    // to 25k USD" only the unit does.
    Cursor after_right{
        .text = right_text,
        .at = std::min(right_text.find_first_of("+-.0123456789"), right_text.size())};
    after_right.at += number_length(after_right.rest());
    if (has_magnitude) take_magnitude(after_right);
    const std::string with_unit = std::string(left_text) + std::string(after_right.rest());
    const std::string dollar = right_text.find('$') == std::string_view::npos ? "" : "$";
    const ParsedQuantity left = parse_quantity(dollar + with_unit.substr(start), kind);
    if (left) return {.low = left.value, .high = right.value, .unit = right.unit, .problem = {}};
  }
  ParsedQuantity left = parse_quantity(left_text, kind);
  if (!left) return {.low = {}, .high = {}, .unit = {}, .problem = std::move(left.problem)};
  return {.low = left.value, .high = right.value, .unit = right.unit, .problem = {}};
}

}  // namespace tranche
