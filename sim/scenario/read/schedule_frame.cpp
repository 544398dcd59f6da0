// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/schedule_frame.hpp"

#include <fmt/format.h>

#include "sim/input/calendar.hpp"

namespace tranche {
namespace {

constexpr int year_months = 12;

struct Month {
  std::int32_t from_start = 0;
  bool is_year = false;
};

// "2026-02", "2026-02-15" or "2026", which is its January.
std::optional<Month> month_of(const std::string& text, const YearMonth& start) {
  const bool is_year = text.size() == 4;
  const std::string date = is_year ? text + "-01" : text;
  if (!parse_date(date, start)) return std::nullopt;
  return Month{months_between(start, *parse_year_month(date.substr(0, 7))), is_year};
}

std::int32_t step_of(std::int32_t month, std::int32_t months_per_step) {
  const std::int32_t whole = month / months_per_step;
  return month % months_per_step < 0 ? whole - 1 : whole;
}

bool add_point(const Node& child, const Node* before, ScheduleFrame& frame, const FieldInfo& field,
               ReadContext& context) {
  const std::optional<Month> month = month_of(child.key, context.start);
  if (!month) {
    context.problems.error(child.key_where,
                           fmt::format("`{}` is not a date for `{}`", child.key, field.key),
                           {"a month `\"2027-08\"`, a day `\"2027-08-15\"` or a year `\"2027\"`"});
    return false;
  }
  std::int32_t at = month->from_start;
  const std::int32_t last = context.steps * context.months_per_step - 1;
  if (at > last) {
    context.problems.error(
        child.key_where,
        fmt::format("`{}` of `{}` is after the scenario's last month", child.key, field.key),
        {"leave it out, or give the scenario more `months`"});
    return false;
  }
  if (frame.are_amounts && at < 0) {
    if (!month->is_year || at <= -year_months) {
      context.problems.error(
          child.key_where,
          fmt::format("`{}` of `{}` is before the scenario's first month", child.key, field.key),
          {"what is left of it belongs to the first date"});
      return false;
    }
    at = 0;
  }
  if (!frame.points.empty()) {
    const std::int32_t step = step_of(at, context.months_per_step);
    const std::int32_t step_before = step_of(frame.points.back().month, context.months_per_step);
    if (at < frame.points.back().month) {
      context.problems.error(
          child.key_where,
          fmt::format("`{}` is written after `{}` in `{}`", child.key, before->key, field.key),
          {"write the earlier date first"});
      return false;
    }
    if (step == step_before) {
      context.problems.error(
          child.key_where,
          fmt::format("`{}` and `{}` of `{}` are in the same {}", before->key, child.key, field.key,
                      context.months_per_step == 1 ? "month" : "quarter"),
          {"a value holds for a whole step of the scenario"});
      return false;
    }
  }
  frame.points.push_back({at, child.key, &child});
  return true;
}

// A line that ends before the horizon surprises; a value that holds until the next date does not,
// and its text says that the last one holds.
void warn_of_end(const Node& table, const ScheduleFrame& frame, const FieldInfo& field,
                 ReadContext& context) {
  if (!frame.is_linear || table.find("growth") != nullptr || frame.points.size() < 2) return;
  const std::int32_t last = step_of(frame.points.back().month, context.months_per_step);
  if (last >= context.steps - 1) return;
  context.problems.warning(
      frame.points.back().value->key_where,
      fmt::format("`{}` has no date after `{}`; that value holds to the end", field.key,
                  frame.points.back().label),
      {field.form == Form::shares
           ? "give shares for the scenario's last month"
           : "give a value for the scenario's last month, or `growth = \"10 %/year\"`"});
}

}  // namespace

std::vector<std::string> schedule_help(const FieldInfo& field) {
  if (field.over_time == OverTime::level)
    return {fmt::format("over time: `{} = {{ at = {{ \"2026-02\" = …, \"2027-08\" = … }} }}`",
                        field.key)};
  if (field.over_time == OverTime::amounts)
    return {
        fmt::format("over time: `{} = {{ adds = {{ \"2026\" = …, \"2027\" = … }} }}`, what is "
                    "added at each date",
                    field.key)};
  return {};
}

std::optional<ScheduleFrame> read_frame(const Node& table, const FieldInfo& field,
                                        ReadContext& context) {
  ScheduleFrame frame;
  const std::size_t errors_before = context.problems.error_count();
  frame.are_amounts = field.over_time == OverTime::amounts;
  const char* const own = frame.are_amounts ? "adds" : "at";
  const char* const other = frame.are_amounts ? "at" : "adds";
  if (const Node* const wrong = table.find(other)) {
    context.problems.error(
        wrong->key_where,
        frame.are_amounts
            ? fmt::format("`{}` is a total: `at` cannot say whether a value is the total by then "
                          "or what is added",
                          field.key)
            : fmt::format("`adds` for `{}`, which is no total", field.key),
        schedule_help(field));
    return std::nullopt;
  }
  const Node* const points = table.find(own);
  if (points == nullptr || !points->is_table() || points->children.empty()) {
    context.problems.error(points == nullptr ? table.where : points->where,
                           fmt::format("no date for `{}`", field.key), schedule_help(field));
    return std::nullopt;
  }
  if (const Node* const between = table.find("between")) {
    const bool is_word =
        between->is_string() && (between->text == "linear" || between->text == "step");
    if (!is_word)
      context.problems.error(
          between->where, fmt::format("unknown word for `between` of `{}`", field.key),
          {"`\"step\"`: a value holds until the next date (the default); `\"linear\"`: the line "
           "between two dates"});
    else if (frame.are_amounts)
      context.problems.error(between->key_where,
                             fmt::format("`between` for amounts of `{}`", field.key),
                             {"an amount is added at its date"});
    frame.is_linear = is_word && between->text == "linear";
  }
  if (const Node* const together = table.find("together")) {
    if (together->kind != Node::Kind::boolean)
      context.problems.error(together->where, "expected true or false for `together`",
                             {"true (the default): all dates are high or low together; false: each "
                              "is drawn on its own"});
    frame.moves_together = together->boolean;
  }
  const Node* before = nullptr;
  for (const Node& child : points->children) {
    add_point(child, before, frame, field, context);
    before = &child;
  }
  if (context.problems.error_count() > errors_before) return std::nullopt;
  warn_of_end(table, frame, field, context);
  return frame;
}

}  // namespace tranche
