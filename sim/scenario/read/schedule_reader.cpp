// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/schedule_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/input/unit_table.hpp"
#include "sim/input/year_month.hpp"
#include "sim/scenario/read/schedule_frame.hpp"
#include "sim/scenario/read/uncertain_value_reader.hpp"

namespace tranche {
namespace {

constexpr int months_per_year = 12;

// Keys of a number that hold for every point of a schedule.
const std::vector<std::string>& shared_keys() {
  static const std::vector<std::string> keys = {"unit",  "each",       "source",
                                                "as_of", "confidence", "note"};
  return keys;
}

// The number of one point, with what the schedule says for all of them.
struct PointRules {
  FieldInfo field;
  Provenance provenance;
  Each each;
};

std::optional<Input> read_point(const Node& node, const std::string& path, const PointRules& rules,
                                ReadContext& context) {
  std::optional<Input> input =
      read_number(node, {.field = rules.field, .path = path, .outer = rules.provenance}, context);
  if (!input) {
    if (is_none(node))
      context.problems.error(node.where,
                             fmt::format("a date of `{}` cannot be \"none\"", rules.field.key));
    return std::nullopt;
  }
  if (node.is_table() && node.find("each") != nullptr) {
    context.problems.error(node.find("each")->key_where,
                           fmt::format("`each` at one date of `{}`", rules.field.key),
                           {"write it beside `at`: it holds for all dates"});
    return std::nullopt;
  }
  if (input->variable == path) input->each = rules.each;
  return input;
}

std::int32_t period_of(std::string_view unit) {
  if (unit.ends_with("month")) return 1;
  if (unit.ends_with("year")) return months_per_year;
  return 0;
}

// Growth per second with its period: a year or a month.
bool read_growth(const Node& node, const std::string& path, const Provenance& provenance,
                 Schedule& schedule, ReadContext& context) {
  static const FieldInfo field{.key = "growth",
                               .doc = "growth from the last date on, compounded",
                               .unit = UnitKind::per_second,
                               .minimum = any_number};
  std::optional<Input> growth =
      read_number(node, {.field = field, .path = path + ".growth", .outer = provenance}, context);
  if (!growth) return false;
  schedule.growth_period_months = period_of(growth->unit);
  const double period_s = schedule.growth_period_months * seconds_per_month;
  if (schedule.growth_period_months == 0 && !is_always(*growth, 0.0)) {
    context.problems.error(node.where, "growth is per year or per month",
                           {"`growth = \"30 %/year\"` compounds yearly, `\"2 %/month\"` monthly"});
    return false;
  }
  if (growth->distribution.is_constant()
          ? growth->distribution.parameters.at(0) * period_s <= -1.0
          : quantile(growth->distribution, 1e-6) * period_s <= -1.0) {
    context.problems.error(node.where, "growth must be above -100 % per period",
                           {"at -100 % nothing is left"});
    return false;
  }
  schedule.growth = std::make_shared<const Input>(std::move(*growth));
  return true;
}

bool read_shift(const Node& node, const std::string& path, const Provenance& provenance,
                Schedule& schedule, ReadContext& context) {
  static const FieldInfo field{
      .key = "delay", .doc = "time by which every date comes later", .unit = UnitKind::seconds};
  std::optional<Input> delay =
      read_number(node, {.field = field, .path = path + ".delay", .outer = provenance}, context);
  if (!delay) return false;
  schedule.delay = std::make_shared<const Input>(std::move(*delay));
  return true;
}

std::string text_of_points(const Schedule& schedule) {
  std::vector<std::string> parts;
  for (const Schedule::Point& point : schedule.points)
    parts.push_back(fmt::format("{}: {}", point.label, point.value.text));
  constexpr std::size_t most = 4;
  if (parts.size() > most) {
    parts[1] = "...";
    parts.erase(parts.begin() + 2, parts.end() - 2);
  }
  const bool holds = !schedule.are_amounts && !schedule.growth;
  return fmt::format("{}{}", fmt::join(parts, ", "), holds ? ", then held" : "");
}

// `{ value = "80 MW", growth = "30 %/year" }`: one point at the start.
std::optional<Input> read_growing(const SchedulePlace& place, Schedule& schedule,
                                  ReadContext& context) {
  const Node& table = *place.definition.node;
  Node number = table;
  std::erase_if(number.children, [](const Node& child) { return child.key == "growth"; });
  for (const char* key : {"between", "together", "delay"}) {
    const Node* const found = table.find(key);
    if (found == nullptr) continue;
    context.problems.error(found->key_where,
                           fmt::format("`{}` without `at` for `{}`", key, place.number.field.key),
                           {"it belongs to a list of dates: `at = { \"2027-01\" = … }`"});
    return std::nullopt;
  }
  std::optional<Input> value = read_number(number, place.number, context);
  if (!value) return std::nullopt;
  value->variable = place.definition.variable;
  value->role = place.definition.role;
  if (value->each.month) {
    context.problems.error(
        table.where,
        fmt::format("`{}` is drawn anew for each month and grows", place.number.field.key),
        {"give it one of the two"});
    return std::nullopt;
  }
  schedule.points.push_back({0, "start", *value});
  return value;
}

}  // namespace

const std::vector<std::string>& schedule_keys() {
  static const std::vector<std::string> keys = {"at",       "adds",   "between",
                                                "together", "growth", "delay"};
  return keys;
}

bool is_schedule(const Node& node) {
  if (!node.is_table()) return false;
  return std::ranges::any_of(schedule_keys(),
                             [&](const std::string& key) { return node.find(key) != nullptr; });
}

std::optional<Input> read_schedule(const SchedulePlace& place, ReadContext& context) {
  const Node& table = *place.definition.node;
  const FieldInfo& field = place.number.field;
  const std::string& path = place.definition.variable;
  const std::size_t errors_before = context.problems.error_count();
  if (field.over_time == OverTime::no) {
    context.problems.error(table.where, fmt::format("`{}` cannot change over time", field.key),
                           {"docs/formats/scenario.md lists the keys that can"});
    return std::nullopt;
  }
  Schedule schedule;
  const Provenance provenance = read_provenance(
      table, place.definition.is_reference ? Provenance{} : place.number.outer, context);
  if (const Node* const growth = table.find("growth")) {
    if (field.over_time == OverTime::amounts) {
      context.problems.error(growth->key_where, fmt::format("`growth` of `{}`", field.key),
                             schedule_help(field));
      return std::nullopt;
    }
    read_growth(*growth, path, provenance, schedule, context);
  }
  Input whole;
  if (table.find("at") == nullptr && table.find("adds") == nullptr &&
      table.find("growth") != nullptr) {
    std::optional<Input> value = read_growing(place, schedule, context);
    if (!value) return std::nullopt;
    whole = std::move(*value);
    if (schedule.growth) whole.text += " growing " + schedule.growth->text;
  } else {
    std::vector<std::string> known = schedule_keys();
    known.insert(known.end(), shared_keys().begin(), shared_keys().end());
    check_keys(table, known, fmt::format("of a schedule of `{}`", field.key), context.problems);
    PointRules rules{field, provenance, each_of(table, field, context)};
    rules.field.over_time = OverTime::no;
    rules.field.each = {};
    rules.field.role = place.definition.role;
    if (rules.each.month)
      context.problems.error(
          table.find("each")->where,
          fmt::format("`{}` has dates and is drawn anew for each month", field.key),
          {"give it one of the two"});
    if (const Node* const unit = table.find("unit")) {
      rules.field.bare_unit = unit->is_string() ? unit->text : "";
      if (find_unit(field.unit, rules.field.bare_unit) == nullptr)
        context.problems.error(unit->where, fmt::format("unknown unit for `{}`", field.key),
                               {units_help(field.unit)});
    }
    if (const Node* const delay = table.find("delay"))
      read_shift(*delay, path, provenance, schedule, context);
    const std::optional<ScheduleFrame> frame = read_frame(table, field, context);
    if (!frame || context.problems.error_count() > errors_before) return std::nullopt;
    schedule.is_linear = frame->is_linear;
    schedule.moves_together = frame->moves_together;
    schedule.are_amounts = frame->are_amounts;
    for (const ScheduleFrame::Point& point : frame->points) {
      const std::string place_of_point =
          fmt::format("{}.{}.{}", path, frame->are_amounts ? "adds" : "at", point.label);
      std::optional<Input> value = read_point(*point.value, place_of_point, rules, context);
      if (!value) continue;
      value->path = fmt::format("{}.{}.{}", place.number.path, frame->are_amounts ? "adds" : "at",
                                point.label);
      if (frame->moves_together && value->variable == place_of_point &&
          !value->distribution.is_constant())
        value->variable = path;
      schedule.points.push_back({point.month, point.label, std::move(*value)});
    }
    if (context.problems.error_count() > errors_before) return std::nullopt;
    whole = schedule.points.front().value;
    whole.variable = path;
    whole.path = place.number.path;
    whole.where = table.where;
    whole.text = text_of_points(schedule);
  }
  if (context.problems.error_count() > errors_before) return std::nullopt;
  whole.schedule = std::make_shared<const Schedule>(std::move(schedule));
  return whole;
}

}  // namespace tranche
