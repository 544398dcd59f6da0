// SPDX-License-Identifier: Apache-2.0

// Charts of sweeps and allocations.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "sim/report/charts/table_charts.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

std::optional<double> number_in(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return !text.empty() && end == text.c_str() + text.size() ? std::optional(value) : std::nullopt;
}

struct SweepTable {
  std::vector<std::string> axes;
  std::vector<bool> numeric;
  std::string title;  // of the value, "training_flop_per_s, EFLOP/s"
  Json rows = Json::array();
  std::vector<std::string> second;  // labels of the second axis
  bool has_changes = true;          // results of older versions have none
};

SweepTable sweep_table(const Json& sweep) {
  SweepTable out;
  for (const Json& axis : sweep.at("axes")) out.axes.push_back(axis.at("name"));
  out.numeric.assign(out.axes.size(), true);
  double largest = 0;
  for (const Json& point : sweep.at("points")) {
    if (point.at("p50").is_number())
      largest = std::max(largest, std::fabs(point.at("p50").get<double>()));
    for (std::size_t i = 0; i < out.axes.size(); ++i)
      out.numeric[i] = out.numeric[i] && number_in(point.at("values").at(i)).has_value();
  }
  const Json& shown = sweep.at("shown");
  const DisplayUnit unit = display_unit(shown.at("unit").get<std::string>(), largest);
  out.title = shown.at("metric").get<std::string>() + (unit.name.empty() ? "" : ", " + unit.name);
  for (const Json& point : sweep.at("points")) {
    Json row;
    for (std::size_t i = 0; i < out.axes.size(); ++i) {
      const std::string text = point.at("values").at(i);
      row["axis" + std::to_string(i)] = out.numeric[i] ? Json(*number_in(text)) : Json(text);
      if (i == 1 && std::find(out.second.begin(), out.second.end(), text) == out.second.end())
        out.second.push_back(text);
    }
    if (out.axes.size() > 1) row["line"] = point.at("values").at(1);
    const auto shown_number = [&](const Json& number) {
      return number.is_number() ? chart_number(number.get<double>() / unit.one) : Json();
    };
    for (const char* const key : {"p05", "p50", "p95", "mean"})
      row[key] = shown_number(point.at(key));
    out.has_changes = out.has_changes && point.contains("difference");
    if (out.has_changes) {
      const Json& change = point.at("difference");
      for (const char* const key : {"p05", "p50", "p95"})
        row[std::string("change_") + key] = shown_number(change.at(key));
      row["above"] = change.at("share_above").is_number()
                         ? percent(change.at("share_above").get<double>())
                         : std::string("unknown");
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

Json swept_axis(const SweepTable& table, std::size_t i, bool as_names) {
  const std::string field = "axis" + std::to_string(i);
  if (!table.numeric[i] || as_names)
    return {{"field", field},
            {"type", "ordinal"},
            {"title", table.axes[i]},
            {"sort", nullptr},
            {"axis", {{"labelAngle", 0}, {"labelLimit", 160}}}};
  Json out = number_axis(field, table.axes[i]);
  out["scale"] = {{"zero", false}};
  return out;
}

std::string place_of(const Json& sweep) {
  const Json& shown = sweep.at("shown");
  return fmt::format("{}, {}", shown.at("firm").get<std::string>(),
                     shown.at("month").get<std::string>());
}

// `prefix` of the columns: values, or changes.
Json sweep_tooltip(const SweepTable& table, const std::string& prefix = "") {
  Json out = Json::array();
  for (std::size_t i = 0; i < table.axes.size(); ++i)
    out.push_back(tooltip_text("axis" + std::to_string(i), table.axes[i]));
  for (const auto& [field, title] :
       {std::pair{"p95", "95 %"}, std::pair{"p50", "median"}, std::pair{"p05", "5 %"}})
    out.push_back(tooltip_number(prefix + field, title));
  return out;
}

// Bands and lines over the first axis, one colour per value of the second.
Json lines_of(const SweepTable& table, const std::string& prefix, const std::string& y_title) {
  const bool many = table.axes.size() > 1;
  const Json x = swept_axis(table, 0, false);
  Json area = {{"mark", {{"type", "area"}, {"opacity", 0.15}}},
               {"encoding",
                {{"x", x},
                 {"y", number_axis(prefix + "p05", y_title)},
                 {"y2", {{"field", prefix + "p95"}}}}}};
  Json line = {{"mark", {{"type", "line"}, {"strokeWidth", 2}, {"point", true}}},
               {"encoding",
                {{"x", x},
                 {"y", number_axis(prefix + "p50", y_title)},
                 {"tooltip", sweep_tooltip(table, prefix)}}}};
  if (many) {
    Json colour = colour_by("line", table.second);
    for (std::size_t i = 0; i < table.second.size(); ++i)
      colour["scale"]["range"][i] = series_colour(i + 1);
    colour["legend"]["title"] = table.axes[1];
    area["encoding"]["color"] = colour;
    line["encoding"]["color"] = std::move(colour);
  }
  return {{"width", 560},
          {"height", 300},
          {"data", chart_data(table.rows)},
          {"layer", {std::move(area), std::move(line)}}};
}

Chart sweep_lines(const Json& sweep, const SweepTable& table) {
  const std::string read =
      "Line: median; band: 5 % to 95 % of the draws. All points share their random numbers, so a "
      "difference between two is not sampling noise.";
  return {.name = "sweep",
          .title = fmt::format("{} over {}: {}", sweep.at("shown").at("metric").get<std::string>(),
                               table.axes[0], place_of(sweep)),
          .text = read,
          .footer = {read},
          .body = lines_of(table, "", table.title)};
}

Chart sweep_changes(const Json& sweep, const SweepTable& table) {
  const std::string read =
      "Change from the scenario as written in the same draws. Line: median; band: 5 % to 95 % of "
      "the "
      "draws. A band on one side of zero: the sign hardly depends on what is uncertain.";
  Json body = lines_of(table, "change_", "change of " + table.title);
  const Json zero = {{"mark", {{"type", "rule"}, {"color", muted_colour}, {"strokeDash", {4, 3}}}},
                     {"data", chart_data(Json::array({{{"zero", 0}}}))},
                     {"encoding", {{"y", {{"field", "zero"}, {"type", "quantitative"}}}}}};
  body["layer"].insert(body["layer"].begin(), zero);
  body["layer"][2]["encoding"]["tooltip"].push_back(tooltip_text("above", "draws with more"));
  return {.name = "sweep-change",
          .title = fmt::format("What each point changes in {}: {}",
                               sweep.at("shown").at("metric").get<std::string>(), place_of(sweep)),
          .text = read,
          .footer = {read},
          .body = std::move(body)};
}

Chart sweep_heat_map(const Json& sweep, const SweepTable& table) {
  const std::string read = "Colour and number: the median. Light is more.";
  const Json x = swept_axis(table, 0, true), y = swept_axis(table, 1, true);
  Json cells = {{"mark", {{"type", "rect"}}},
                {"encoding",
                 {{"x", x},
                  {"y", y},
                  {"color",
                   {{"field", "p50"},
                    {"type", "quantitative"},
                    {"title", table.title},
                    {"scale", {{"scheme", "viridis"}}},
                    {"legend", {{"orient", "bottom"}}}}},
                  {"tooltip", sweep_tooltip(table)}}}};
  double low = std::numeric_limits<double>::max(), high = -low;
  for (const Json& row : table.rows)
    if (row.at("p50").is_number()) {
      low = std::min(low, row.at("p50").get<double>());
      high = std::max(high, row.at("p50").get<double>());
    }
  // Viridis is light in its upper half.
  const std::string light = fmt::format("datum.p50 > {:.6g}", low + 0.55 * (high - low));
  Json numbers = {
      {"mark", {{"type", "text"}}},
      {"encoding",
       {{"x", x},
        {"y", y},
        {"color", {{"condition", {{"test", light}, {"value", "#000000"}}}, {"value", "#ffffff"}}},
        {"text", {{"field", "p50"}, {"type", "quantitative"}, {"format", ".3~g"}}}}}};
  return {.name = "sweep-map",
          .title = fmt::format("{} over both axes: {}",
                               sweep.at("shown").at("metric").get<std::string>(), place_of(sweep)),
          .text = read,
          .footer = {read},
          .body = {{"width", 560},
                   {"height", {{"step", 44}}},
                   {"data", chart_data(table.rows)},
                   {"layer", {std::move(cells), std::move(numbers)}}}};
}

// A sample of points, one chart per axis.
Chart sweep_points(const Json& sweep, const SweepTable& table, std::size_t axis) {
  const std::string read =
      "Each point is one setting of all inputs that vary; its height is the median.";
  return {
      .name = fmt::format("sweep-{}", axis + 1),
      .title = fmt::format("{} over {}: {}", sweep.at("shown").at("metric").get<std::string>(),
                           table.axes[axis], place_of(sweep)),
      .text = read,
      .footer = {read},
      .body = {
          {"width", 560},
          {"height", 260},
          {"data", chart_data(table.rows)},
          {"mark",
           {{"type", "point"}, {"filled", true}, {"color", series_colour(1)}, {"opacity", 0.6}}},
          {"encoding",
           {{"x", swept_axis(table, axis, false)},
            {"y", number_axis("p50", table.title)},
            {"tooltip", sweep_tooltip(table)}}}}};
}

}  // namespace

std::vector<Chart> sweep_charts(const Json& sweep) {
  const SweepTable table = sweep_table(sweep);
  if (table.rows.empty() || table.axes.empty()) return {};
  const bool grid = sweep.at("design") == "grid";
  std::vector<Chart> out;
  if (grid && table.axes.size() <= 2) {
    out.push_back(sweep_lines(sweep, table));
    if (table.has_changes) out.push_back(sweep_changes(sweep, table));
    if (table.axes.size() == 2) out.push_back(sweep_heat_map(sweep, table));
    return out;
  }
  for (std::size_t axis = 0; axis < std::min<std::size_t>(table.axes.size(), 8); ++axis)
    out.push_back(sweep_points(sweep, table, axis));
  return out;
}

std::vector<Chart> allocation_charts(const CsvTable& splits, const Json& allocation) {
  const Json& objectives = allocation.at("objectives");
  if (objectives.size() < 2) return {};
  const std::string first = objectives[0].at("name"), second = objectives[1].at("name");
  const auto unit_of = [&](const std::string& column, const Json& objective) {
    double largest = 0;
    for (std::size_t row = 0; row < splits.rows.size(); ++row)
      largest = std::max(largest, std::fabs(splits.number(row, column).value_or(0)));
    return display_unit(objective.at("unit").get<std::string>(), largest);
  };
  const DisplayUnit x_unit = unit_of(first, objectives[0]), y_unit = unit_of(second, objectives[1]);
  constexpr std::size_t max_points = 3000;
  Json rows = Json::array();
  for (std::size_t row = 0; row < splits.rows.size() && rows.size() < max_points; ++row) {
    if (splits.field(row, "feasible") != "1") continue;
    Json point = {{"x", table_number(splits, row, first, x_unit.one)},
                  {"y", table_number(splits, row, second, y_unit.one)},
                  {"front", splits.field(row, "pareto") == "1" ? "Pareto front" : "other splits"}};
    std::string shares;
    for (const std::string& column : splits.columns)
      if (column.starts_with("share_"))
        shares += fmt::format("{}{} {}", shares.empty() ? "" : ", ", column.substr(6),
                              percent(splits.number(row, column).value_or(0)));
    point["split"] = shares;
    rows.push_back(std::move(point));
  }
  if (rows.empty()) return {};
  const auto axis = [](const char* field, const Json& objective, const DisplayUnit& unit) {
    Json out = number_axis(field, objective.at("what").get<std::string>() +
                                      (unit.name.empty() ? "" : ", " + unit.name));
    out["scale"] = {{"zero", false}};
    return out;
  };
  const std::string read =
      "Each point is a split that keeps to the constraints. On the front, more of one objective "
      "costs "
      "some of the other; every other split is beaten in both.";
  return {{.name = "pareto",
           .title = "What one objective costs the other",
           .text = read,
           .footer = {read},
           .body = {{"width", 500},
                    {"height", 340},
                    {"data", chart_data(std::move(rows))},
                    {"mark", {{"type", "point"}, {"filled", true}, {"opacity", 0.8}}},
                    {"encoding",
                     {{"x", axis("x", objectives[0], x_unit)},
                      {"y", axis("y", objectives[1], y_unit)},
                      {"color", colour_by("front", {{"Pareto front", series_colour(4)},
                                                    {"other splits", pale_colour}})},
                      {"size",
                       {{"condition", {{"test", "datum.front === 'Pareto front'"}, {"value", 70}}},
                        {"value", 14}}},
                      {"tooltip",
                       {tooltip_text("split", "split"), tooltip_number("x", first),
                        tooltip_number("y", second)}}}}}}};
}

}  // namespace tranche
