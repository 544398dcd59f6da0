// SPDX-License-Identifier: Apache-2.0

// Reads [sweep].
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "sim/input/quantity_text.hpp"
#include "sim/input/toml_load.hpp"
#include "sim/input/unit_table.hpp"
#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/read/former_keys.hpp"
#include "sim/scenario/read/inner_table.hpp"
#include "sim/scenario/read/name_check.hpp"
#include "sim/scenario/read/study_reader.hpp"

namespace tranche {
namespace {

// Longer lists are not built before the sweep is refused.
constexpr std::int64_t max_levels = 1'000'000;

std::string label_of(const Node& value) {
  if (value.is_number()) return fmt::format("{:.12g}", value.number);
  return value.is_string() ? value.text : toml_text(value);
}

Assignment assignment_to(const SweepAxis& axis, Node value) {
  return {.path = axis.path, .path_where = axis.where, .value = std::move(value)};
}

void read_values(const Node& list, SweepAxis& axis, ReadContext& context) {
  if (!list.is_array() || list.children.empty()) {
    context.problems.error(list.where,
                           fmt::format("expected a list of values for `values`, found {}",
                                       list.is_array() ? "an empty list" : kind_text(list)));
    return;
  }
  for (const Node& value : list.children) {
    const std::string label = label_of(value);
    const bool twice = std::any_of(axis.levels.begin(), axis.levels.end(),
                                   [&](const SweepLevel& other) { return other.label == label; });
    if (twice)
      context.problems.error(value.where, fmt::format("`{}` stands twice in `values`", label));
    axis.levels.push_back({label, {assignment_to(axis, value)}});
  }
}

// An end of a range: a number, and its unit if it has one. The unit of the path is unknown here, so
// any unit is read; the path refuses a wrong one.
struct RangeEnd {
  double number = 0;
  std::string unit;
};
std::optional<RangeEnd> read_end(const InnerTable& table, const std::string& key) {
  const Node* const node = table.place.table.find(key);
  if (node != nullptr && node->is_string() && !parse_quantity(node->text, UnitKind::count)) {
    for (const Unit& unit : unit_table()) {
      const ParsedQuantity parsed = parse_quantity(node->text, unit.kind);
      if (!parsed || parsed.unit != unit.text || unit.text.empty()) continue;
      return RangeEnd{*parsed.value / unit.factor, std::string(unit.text)};
    }
  }
  const auto number = table.scalar(key, UnitKind::count);
  return number ? std::optional(RangeEnd{*number, ""}) : std::nullopt;
}

// Checks that both ends and `unit` have one unit; reports others. Zero takes any unit.
bool share_unit(const InnerTable& table, const RangeEnd& from, const RangeEnd& to,
                SweepAxis& axis) {
  for (const auto& [end, key] : {std::pair(&from, "from"), std::pair(&to, "to")}) {
    if (end->unit.empty()) continue;
    if (axis.unit.empty()) axis.unit = end->unit;
    if (axis.unit == end->unit) continue;
    table.context.problems.error(
        table.place.table.find(key)->where,
        fmt::format("`{}` beside `{}` for the axis of `{}`", end->unit, axis.unit, axis.path),
        {"write `from`, `to` and `unit` in one unit"});
    return false;
  }
  const bool is_named = table.place.table.find("unit") != nullptr;
  for (const auto& [end, other, key] :
       {std::tuple(&from, &to, "from"), std::tuple(&to, &from, "to")}) {
    if (is_named || !end->unit.empty() || other->unit.empty() || end->number == 0) continue;
    table.context.problems.error(table.place.table.find(key)->where,
                                 fmt::format("missing unit for `{}`", key),
                                 {fmt::format("the other end is in `{}`", other->unit)});
    return false;
  }
  return true;
}

void read_range(const InnerTable& table, bool is_grid, SweepAxis& axis) {
  const auto from_end = read_end(table, "from");
  const auto to_end = read_end(table, "to");
  const auto from = from_end ? std::optional(from_end->number) : std::nullopt;
  const auto to = to_end ? std::optional(to_end->number) : std::nullopt;
  const auto scale = table.text("scale");
  const auto steps = table.integer("steps");
  Problems& problems = table.context.problems;
  if (table.place.table.find("from") == nullptr || table.place.table.find("to") == nullptr) {
    problems.error(axis.where,
                   fmt::format("an axis of `{}` needs `from` and `to`, or `values`", axis.path));
    return;
  }
  if (!from || !to || !scale || !share_unit(table, *from_end, *to_end, axis)) return;
  axis.range = {.from = *from, .to = *to, .is_log = *scale == "log"};
  if (axis.range->is_log && !(*from > 0 && *to > 0)) {
    problems.error(table.place.table.find("from")->where,
                   "a log scale needs `from` and `to` above 0");
    return;
  }
  if (is_grid && !steps) {
    if (table.place.table.find("steps") == nullptr)
      problems.error(axis.where, fmt::format("the axis of `{}` needs `steps`", axis.path),
                     {"how many values between `from` and `to`, ends included"});
    return;
  }
  if (!is_grid) return;
  if (*steps > max_levels) {
    // The count alone suffices to refuse the sweep.
    axis.steps = static_cast<std::uint64_t>(*steps);
    return;
  }
  for (std::int64_t k = 0; k < *steps; ++k)
    axis.levels.push_back(
        range_level(axis, static_cast<double>(k) / static_cast<double>(*steps - 1)));
}

void read_what_if_levels(const InnerTable& table, const std::vector<Change>& what_ifs,
                         SweepAxis& axis) {
  std::vector<std::string> known = {"base"};
  for (const Change& what_if : what_ifs) known.push_back(what_if.name);
  for (const std::string& name : table.names("what_ifs")) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      table.context.problems.error(table.place.table.find("what_ifs")->where,
                                   fmt::format("unknown what-if `{}`", name),
                                   name_help(name, known, "what-ifs of this scenario"));
      continue;
    }
    SweepLevel level{name, {}};
    if (found != known.begin())
      level.assignments = what_ifs[static_cast<std::size_t>(found - known.begin()) - 1].assignments;
    axis.levels.push_back(std::move(level));
  }
}

// Checks the path with the first value.
void check_path(const SweepAxis& axis, ReadContext& context) {
  if (axis.path.empty() || axis.levels.empty() || axis.levels.front().assignments.empty()) return;
  Node root = context.root;
  assign(root, axis.levels.front().assignments.front(), SetBy::what_if, context.problems);
}

SweepAxis read_axis(const Node& node, bool is_grid, const std::vector<Change>& what_ifs,
                    ReadContext& context) {
  const InnerTable table{{.table = node, .path = "sweep.axis"}, sweep_axis_fields(), context};
  check_section_keys(table.place, table.fields, false, context);
  SweepAxis axis;
  axis.where = node.key_where.line > 0 ? node.key_where : node.where;
  axis.path = table.text("path").value_or("");
  axis.unit = table.text("unit").value_or("");
  if (const Node* path = node.find("path")) {
    axis.where = path->where;
    axis.path = current_path(axis.path, axis.where, context.problems);
  }
  const bool has_values = node.find("values") != nullptr;
  const bool has_range =
      node.find("from") != nullptr || node.find("to") != nullptr || node.find("steps") != nullptr;
  const bool has_what_ifs = node.find("what_ifs") != nullptr;
  axis.name = table.text("name").value_or(has_what_ifs ? "what_if" : axis.path);
  if (int{has_values} + int{has_range} + int{has_what_ifs} != 1 ||
      has_what_ifs != axis.path.empty()) {
    context.problems.error(axis.where, "an axis needs one thing to vary",
                           {"`path` with `values`; `path` with `from`, `to` and `steps`; or "
                            "`what_ifs`"});
    return axis;
  }
  if (has_values) {
    read_values(*node.find("values"), axis, context);
  } else if (has_range) {
    read_range(table, is_grid, axis);
    if (!is_grid && axis.range) {
      SweepAxis one = axis;
      one.levels = {range_level(axis, 0)};
      check_path(one, context);
    }
  } else {
    read_what_if_levels(table, what_ifs, axis);
  }
  check_path(axis, context);
  return axis;
}

void check_axes(const std::vector<SweepAxis>& axes, ReadContext& context) {
  static const std::vector<std::string> reserved = {
      "point", "firm", "month", "metric", "unit", "mean",        "sd",
      "p05",   "p25",  "p50",   "p75",    "p95",  "mc_error_p50"};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (std::count(reserved.begin(), reserved.end(), axes[i].name) > 0)
      context.problems.error(axes[i].where,
                             fmt::format("`{}` is another column of the results", axes[i].name));
    for (std::size_t k = 0; k < i; ++k) {
      const bool same_path = !axes[i].path.empty() && axes[i].path == axes[k].path;
      if (same_path || axes[i].name == axes[k].name)
        context.problems.error(axes[i].where, fmt::format("two axes are called `{}`", axes[i].name),
                               {"give one of them another `name`, or keep one"});
    }
  }
}

void check_months(const std::vector<std::string>& months, const Scenario& scenario,
                  const Node& section, ReadContext& context) {
  for (const std::string& month : months) {
    if (month == "all" || month == "last" || !month_label(scenario, month).empty()) continue;
    context.problems.error(section.find("months")->where,
                           fmt::format("`{}` is no month of the scenario", month),
                           {fmt::format("`all`, `last`, or from {} to {}", step_label(scenario, 0),
                                        step_label(scenario, scenario.steps - 1))});
  }
}

}  // namespace

SweepLevel range_level(const SweepAxis& axis, double share) {
  const SweepRange& range = *axis.range;
  // The ends are reproduced exactly.
  const double value = share <= 0     ? range.from
                       : share >= 1   ? range.to
                       : range.is_log ? range.from * std::pow(range.to / range.from, share)
                                      : range.from + share * (range.to - range.from);
  const std::string number = fmt::format("{:.12g}", value);
  // One more digit if three decimals could be read as thousands.
  const std::string digits = has_thousands_point(number) ? number + "0" : number;
  Node node = axis.unit.empty() ? parse_toml_value(digits, axis.where)
                                : string_node(fmt::format("{} {}", digits, axis.unit), axis.where);
  node.where = axis.where;
  return {number, {assignment_to(axis, std::move(node))}};
}

std::optional<SweepSpec> read_sweep(const Scenario& scenario, const std::vector<Change>& what_ifs,
                                    ReadContext& context) {
  const Node* const section = context.root.find("sweep");
  if (section == nullptr || !section->is_table()) return std::nullopt;
  const InnerTable table{{.table = *section, .path = "sweep"}, sweep_fields(), context};
  check_section_keys(table.place, table.fields, false, context);
  SweepSpec spec;
  spec.where = section->key_where;
  const std::string design = table.text("design").value_or("grid");
  spec.design = design == "grid"    ? SweepDesign::grid
                : design == "sobol" ? SweepDesign::sobol
                                    : SweepDesign::latin_hypercube;
  const bool is_grid = spec.design == SweepDesign::grid;
  const auto points = table.integer("points");
  if (is_grid && section->find("points") != nullptr)
    context.problems.error(section->find("points")->key_where, "`points` beside a grid",
                           {"a grid has a point for each combination; or name a `design`"});
  if (!is_grid && section->find("points") == nullptr)
    context.problems.error(spec.where, fmt::format("a {} design needs `points`", design));
  spec.points = static_cast<std::uint64_t>(points.value_or(0));
  spec.metrics = table.names("metrics");
  spec.months = table.names("months");
  spec.firms = table.names("firms");
  check_months(spec.months, scenario, *section, context);
  for (const Node* node : table.tables("axis"))
    spec.axes.push_back(read_axis(*node, is_grid, what_ifs, context));
  check_axes(spec.axes, context);
  return spec;
}

}  // namespace tranche
