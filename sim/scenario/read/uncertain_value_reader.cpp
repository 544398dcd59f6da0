// SPDX-License-Identifier: Apache-2.0

// Certain values, intervals and truncation; families are in uncertain_value_families.cpp.
#include "sim/scenario/read/uncertain_value_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/input/calendar.hpp"
#include "sim/input/unit_table.hpp"
#include "sim/scenario/read/schedule_frame.hpp"

namespace tranche {
namespace {

bool is_pure(UnitKind kind) {
  return kind == UnitKind::count || kind == UnitKind::fraction || kind == UnitKind::chips ||
         kind == UnitKind::tokens;
}

// True for kinds that are counted in thousands and rarely have decimals.
bool comes_in_thousands(UnitKind kind) {
  return kind == UnitKind::usd || kind == UnitKind::chips || kind == UnitKind::tokens;
}

}  // namespace

const std::vector<std::string>& uncertain_value_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> list = {"value"};
    list.insert(list.end(), family_names().begin(), family_names().end());
    list.insert(list.end(), {"min", "max"});
    return list;
  }();
  return keys;
}

bool is_uncertain_table(const Node& node) {
  return node.is_table() &&
         std::any_of(uncertain_value_keys().begin(), uncertain_value_keys().end(),
                     [&](const std::string& key) { return node.find(key); });
}

BeliefReader::BeliefReader(const FieldInfo& field, std::string unit, ReadContext& context)
    : field_(field), unit_(std::move(unit)), context_(context) {}

std::string BeliefReader::key() const { return field_.key; }

void BeliefReader::error(const Node& node, const std::string& problem,
                         std::vector<std::string> help) {
  context_.problems.error(node.where, problem, std::move(help));
}

void BeliefReader::report(const Node& node, const QuantityProblem& problem) {
  if (field_.form == Form::moment && is_meant_as_date(node.text)) {
    error(node, fmt::format("`{}` is not a date for `{}`", node.text, key()),
          {"a date `\"2026-01-28\"` or a month `\"2026-01\"`; a quarter begins with its first "
           "month"});
    return;
  }
  context_.problems.error(span_in_string(node, problem.offset, problem.length),
                          fmt::format("{} for `{}`", problem.problem, key()), problem.help);
}

std::optional<double> BeliefReader::bare_factor() const {
  const std::string& unit = unit_.empty() ? field_.bare_unit : unit_;
  if (unit.empty()) return is_pure(field_.unit) ? std::optional(1.0) : std::nullopt;
  return parse_quantity("1 " + unit, field_.unit).value;
}

std::optional<double> BeliefReader::scalar(const Node& node) {
  const bool moment = field_.form == Form::moment;
  if (node.is_string() || (moment && node.kind == Node::Kind::date)) return scalar_text(node);
  if (!node.is_number()) {
    std::vector<std::string> help = schedule_help(field_);
    if (help.empty() || !node.is_array())
      help.insert(help.begin(), moment ? "a date `\"2026-02-15\"` or a time after the start, "
                                         "`\"3 months\"`"
                                       : units_help(field_.unit));
    error(node, fmt::format("expected a number for `{}`, found {}", key(), kind_text(node)),
          std::move(help));
    return std::nullopt;
  }
  if (!std::isfinite(node.number)) {
    error(node, fmt::format("not a finite number for `{}`", key()));
    return std::nullopt;
  }
  const std::optional<double> factor = bare_factor();
  table_unit_is_used_ = true;
  // Zero is zero in every unit.
  if (node.number == 0) return 0;
  if (!factor) {
    error(node, fmt::format("missing unit for `{}`", key()), {units_help(field_.unit)});
    return std::nullopt;
  }
  if (comes_in_thousands(field_.unit) && has_thousands_point(node.text)) {
    error(node, fmt::format("`{}` may be read as a number of thousands for `{}`", node.text, key()),
          thousands_help(node.text));
    return std::nullopt;
  }
  const double value = node.number * *factor;
  if (!std::isfinite(value)) {
    error(node, fmt::format("number out of range for `{}`", key()));
    return std::nullopt;
  }
  return value;
}

bool BeliefReader::takes_unit(const Node& node, std::string_view written) {
  const Unit* const beside = unit_.empty() ? nullptr : find_unit(field_.unit, unit_);
  const Unit* const own = find_unit(field_.unit, written);
  if (beside != nullptr && own != nullptr && !written.empty() && own->factor != beside->factor) {
    error(node, fmt::format("`{}` beside `unit = \"{}\"` for `{}`", written, unit_, key()),
          {"write the unit once: with the number, or as `unit` beside a plain number"});
    return false;
  }
  table_unit_is_used_ = true;
  if (!written.empty() && !first_unit_) first_unit_ = std::string(written);
  return true;
}

bool BeliefReader::takes_date(const Node& node) {
  if (!first_unit_) first_unit_ = "";
  if (unit_.empty()) return true;
  error(node, fmt::format("a date beside `unit = \"{}\"` for `{}`", unit_, key()),
        {"a date has no unit"});
  return false;
}

std::optional<double> BeliefReader::scalar_text(const Node& node) {
  if (field_.form == Form::moment && looks_like_date(node.text)) {
    if (!takes_date(node)) return std::nullopt;
    const std::optional<double> date = parse_date(node.text, context_.start);
    if (!date) {
      error(node, fmt::format("no such date for `{}`", key()),
            {"a date `2026-02-15` or a month `2026-02`, from 1970 to 2199"});
    }
    return date;
  }
  const std::string& unit = unit_.empty() ? field_.bare_unit : unit_;
  if (!unit.empty()) {
    if (const ParsedQuantity with_unit = parse_quantity(node.text + " " + unit, field_.unit)) {
      takes_unit(node, with_unit.unit);
      return with_unit.value;
    }
  }
  const ParsedQuantity parsed = parse_quantity(node.text, field_.unit);
  if (!parsed) report(node, parsed.problem);
  if (parsed && !takes_unit(node, parsed.unit)) return std::nullopt;
  return parsed.value;
}

std::optional<double> BeliefReader::plain_number(const Node& node, std::string_view name) {
  if (node.is_string()) {
    const ParsedQuantity parsed = parse_quantity(node.text, UnitKind::fraction);
    if (parsed) return parsed.value;
  }
  if (!node.is_number()) {
    error(node, fmt::format("expected a plain number for `{}`", name));
    return std::nullopt;
  }
  if (!std::isfinite(node.number)) {
    error(node, fmt::format("not a finite number for `{}`", name));
    return std::nullopt;
  }
  return node.number;
}

std::optional<Distribution> BeliefReader::interval(const Node& node) {
  constexpr std::string_view between = " to ";
  const std::size_t split = node.text.find(between);
  const std::string first = node.text.substr(0, split);
  const std::string second = node.text.substr(split + between.size());
  std::optional<double> low, high;
  const bool dates = field_.form == Form::moment && looks_like_date(first);
  if (dates) {
    if (!takes_date(node)) return std::nullopt;
    low = parse_date(first, context_.start);
    high = parse_date(second, context_.start);
    if (!low || !high) {
      error(node, fmt::format("no such date for `{}`", key()),
            {"two dates or months: `\"2026-03 to 2026-09\"`"});
      return std::nullopt;
    }
  } else {
    const std::string& unit = unit_.empty() ? field_.bare_unit : unit_;
    ParsedRange range =
        unit.empty() ? ParsedRange{} : parse_quantity_range(node.text + " " + unit, field_.unit);
    if (!range) range = parse_quantity_range(node.text, field_.unit);
    if (!range) {
      report(node, range.problem);
      return std::nullopt;
    }
    if (!takes_unit(node, range.unit)) return std::nullopt;
    low = range.low;
    high = range.high;
  }
  if (*low > *high) {
    error(node, fmt::format("the 5 % value is above the 95 % value for `{}`", key()),
          {"write the smaller end first: `\"300k to 500k\"`"});
    return std::nullopt;
  }
  if (*low == *high) return constant(*low);
  // Dates have no zero, so their sign does not select the family.
  if (dates) return checked(normal_from_percentiles(*low, *high).distribution, node);
  return checked(from_interval_90(*low, *high), node);
}

std::optional<Distribution> BeliefReader::belief(const Node& node) {
  if (node.is_string() && is_range_text(node.text)) return interval(node);
  if (!node.is_table()) {
    const std::optional<double> value = scalar(node);
    return value ? std::optional(constant(*value)) : std::nullopt;
  }
  const std::size_t errors_before = context_.problems.error_count();
  check_keys(node, uncertain_value_keys(), fmt::format("of a value of `{}`", key()),
             context_.problems);
  if (context_.problems.error_count() > errors_before) return std::nullopt;
  return uncertain_value_of_table(node);
}

std::optional<Distribution> BeliefReader::uncertain_value_of_table(const Node& table) {
  const Node* chosen = nullptr;
  for (const Node& child : table.children) {
    const bool is_family =
        std::find(family_names().begin(), family_names().end(), child.key) != family_names().end();
    if (child.key != "value" && !is_family) continue;
    if (chosen != nullptr) {
      context_.problems.error(
          child.key_where, fmt::format("`{}` beside `{}` for `{}`", child.key, chosen->key, key()),
          {"a value is one number, one interval or one distribution"});
      return std::nullopt;
    }
    chosen = &child;
  }
  if (chosen == nullptr) {
    std::vector<std::string> help = schedule_help(field_);
    help.insert(help.begin(),
                fmt::format("`value` or one of `{}`", fmt::join(family_names(), "`, `")));
    error(table, fmt::format("no value for `{}`", key()), std::move(help));
    return std::nullopt;
  }
  std::optional<Distribution> distribution =
      chosen->key == "value" ? belief(*chosen) : family(*chosen);
  return distribution ? truncated(std::move(*distribution), table) : std::nullopt;
}

std::optional<Distribution> BeliefReader::truncated(Distribution distribution, const Node& table) {
  const Node* minimum = table.find("min");
  const Node* maximum = table.find("max");
  if (minimum == nullptr && maximum == nullptr) return distribution;
  if (distribution.is_constant()) {
    error(table, fmt::format("`min` and `max` cut off nothing of a certain `{}`", key()));
    return std::nullopt;
  }
  if (minimum != nullptr && !(distribution.minimum = scalar(*minimum))) return std::nullopt;
  if (maximum != nullptr && !(distribution.maximum = scalar(*maximum))) return std::nullopt;
  if (minimum != nullptr && maximum != nullptr && *distribution.minimum >= *distribution.maximum) {
    error(*minimum, fmt::format("`min` must be below `max` for `{}`", key()));
    return std::nullopt;
  }
  return checked(std::move(distribution), table);
}

std::optional<Distribution> BeliefReader::checked(Distribution distribution, const Node& node) {
  const std::string problem = problem_of(distribution);
  if (problem.empty()) return distribution;
  error(node, fmt::format("{} for `{}`", problem, key()));
  return std::nullopt;
}

}  // namespace tranche
