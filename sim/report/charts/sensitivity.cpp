// SPDX-License-Identifier: Apache-2.0

// Charts of sensitivity and discovery: influential inputs of an outcome, and boxes of the inputs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/charts/table_charts.hpp"
#include "sim/report/document/run_document.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t max_inputs = 15;  // smaller ones are noise in a picture

// Rows of the first output, largest first as in the table.
std::vector<std::size_t> first_output(const CsvTable& table) {
  std::vector<std::size_t> out;
  const auto key = [&](std::size_t row) {
    std::string text;
    for (const char* const column : {"what_if", "firm", "month", "metric"})
      text += table.field(row, column) + "\n";
    return text;
  };
  for (std::size_t row = 0; row < table.rows.size() && out.size() < max_inputs; ++row)
    if (key(row) == key(0)) out.push_back(row);
  return out;
}

std::string output_name(const CsvTable& table) {
  const std::string what_if = table.field(0, "what_if");
  return fmt::format("{} of {} in {}{}", table.field(0, "metric"), table.field(0, "firm"),
                     table.field(0, "month"),
                     what_if.empty() || what_if == "base" ? "" : ", what-if " + what_if);
}

std::vector<std::string> input_labels(const CsvTable& table, const std::vector<std::size_t>& rows) {
  std::vector<std::string> names;
  for (const std::size_t row : rows) names.push_back(table.field(row, "input"));
  return distinct_labels(names, 44);
}

}  // namespace

std::vector<Chart> tornado_charts(const CsvTable& tornado) {
  const std::vector<std::size_t> rows = first_output(tornado);
  if (rows.empty()) return {};
  const std::vector<std::string> labels = input_labels(tornado, rows);
  double largest = 0;
  for (const std::size_t row : rows)
    for (const char* const column : {"mean_when_low", "mean_when_high"})
      largest = std::max(largest, std::fabs(tornado.number(row, column).value_or(0)));
  const DisplayUnit unit = display_unit(tornado.field(0, "unit"), largest);
  Json bars = Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i)
    bars.push_back({{"input", labels[i]},
                    {"role", tornado.field(rows[i], "role")},
                    {"low", table_number(tornado, rows[i], "mean_when_low", unit.one)},
                    {"high", table_number(tornado, rows[i], "mean_when_high", unit.one)},
                    {"rank", table_number(tornado, rows[i], "rank_correlation")},
                    {"confidence", tornado.field(rows[i], "confidence")}});
  const std::string axis =
      tornado.field(0, "metric") + (unit.name.empty() ? "" : ", " + unit.name) + " (mean)";
  const Json tooltip = {tooltip_text("input", "input"),
                        tooltip_text("role", "role"),
                        tooltip_text("confidence", "confidence"),
                        tooltip_number("low", "mean where it is low"),
                        tooltip_number("high", "mean where it is high"),
                        tooltip_number("rank", "rank correlation")};
  const auto scale = [&](const char* field) {
    Json out = number_axis(field, axis);
    out["scale"] = {{"zero", false}};
    return out;
  };
  const auto end = [&](const char* field, std::size_t colour) {
    return Json{{"mark",
                 {{"type", "point"},
                  {"filled", true},
                  {"size", 70},
                  {"opacity", 1},
                  {"color", series_colour(colour)}}},
                {"encoding", {{"x", scale(field)}, {"tooltip", tooltip}}}};
  };
  Json bar = {
      {"mark", {{"type", "bar"}, {"size", 12}, {"opacity", 0.8}}},
      {"encoding",
       {{"x", scale("low")},
        {"x2", {{"field", "high"}}},
        {"color", colour_by("role", {{"lever", series_colour(3)}, {"assumption", pale_colour}})},
        {"tooltip", tooltip}}}};
  const std::string read =
      "Blue: the mean outcome in the draws where the input is low; orange: where it is high. A "
      "long "
      "bar is an input that matters.";
  return {{.name = "tornado",
           .title = "What moves " + output_name(tornado),
           .text = read,
           .footer = {read},
           .body = bars_beside_names(24, std::move(bars), name_axis("input", labels),
                                     {std::move(bar), end("low", 1), end("high", 2)})}};
}

std::vector<Chart> sobol_charts(const CsvTable& sobol) {
  const std::vector<std::size_t> rows = first_output(sobol);
  if (rows.empty()) return {};
  const std::vector<std::string> labels = input_labels(sobol, rows);
  Json bars = Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (const char* const kind : {"first", "total"})
      bars.push_back({{"input", labels[i]},
                      {"index", kind == std::string("first") ? "alone" : "with interactions"},
                      {"value", table_number(sobol, rows[i], kind)},
                      {"low", table_number(sobol, rows[i], std::string(kind) + "_low")},
                      {"high", table_number(sobol, rows[i], std::string(kind) + "_high")}});
  const Json offset = {
      {"field", "index"}, {"type", "nominal"}, {"sort", {"alone", "with interactions"}}};
  Json bar = {{"mark", {{"type", "bar"}}},
              {"encoding",
               {{"x", number_axis("value", "share of the variance")},
                {"yOffset", offset},
                {"color",
                 {{"field", "index"},
                  {"type", "nominal"},
                  {"sort", {"alone", "with interactions"}},
                  {"scale",
                   {{"domain", {"alone", "with interactions"}},
                    {"range", {series_colour(1), series_colour(6)}}}},
                  {"legend", {{"title", nullptr}, {"orient", "bottom"}}}}},
                {"tooltip",
                 {tooltip_text("input", "input"), tooltip_text("index", "index"),
                  tooltip_number("value", "share of the variance"),
                  tooltip_number("low", "low end"), tooltip_number("high", "high end")}}}}};
  Json error = {{"mark", {{"type", "rule"}, {"color", ink_colour}}},
                {"encoding",
                 {{"x", number_axis("low", "share of the variance")},
                  {"x2", {{"field", "high"}}},
                  {"yOffset", offset}}}};
  const std::string read =
      "Sobol' indices: the share of the variance that goes when the input alone is known, and the "
      "share "
      "that it has a part in. Lines: 95 % intervals of the estimates.";
  return {{.name = "sobol",
           .title = "Shares of the variance of " + output_name(sobol),
           .text = read,
           .footer = {read},
           .body = bars_beside_names(13, std::move(bars), name_axis("input", labels),
                                     {std::move(bar), std::move(error)})}};
}

std::vector<Chart> discovery_charts(const CsvTable& trajectory) {
  Json points = Json::array();
  for (std::size_t row = 0; row < trajectory.rows.size(); ++row)
    points.push_back(
        {{"box", table_number(trajectory, row, "box")},
         {"coverage", table_number(trajectory, row, "coverage")},
         {"density", table_number(trajectory, row, "density")},
         {"inputs", table_number(trajectory, row, "restricted_inputs")},
         {"chosen", trajectory.number(row, "chosen").value_or(0) > 0 ? "chosen" : "other"}});
  if (points.empty()) return {};
  const auto share = [](const char* field, const char* title) {
    Json out = number_axis(field, title);
    out["axis"]["format"] = "%";
    out["scale"] = {{"domain", {0, 1}}};
    return out;
  };
  const Json x = share("coverage", "coverage: share of the outcome held");
  const Json y = share("density", "density: outcome in the box");
  Json line = {
      {"mark", {{"type", "line"}, {"color", muted_colour}, {"strokeWidth", 1}}},
      {"encoding", {{"x", x}, {"y", y}, {"order", {{"field", "box"}, {"type", "quantitative"}}}}}};
  Json marks = {
      {"mark", {{"type", "point"}, {"filled", true}, {"opacity", 0.9}}},
      {"encoding",
       {{"x", x},
        {"y", y},
        {"size",
         {{"condition", {{"test", "datum.chosen === 'chosen'"}, {"value", 220}}}, {"value", 50}}},
        {"color",
         {{"field", "inputs"},
          {"type", "quantitative"},
          {"title", "inputs restricted"},
          {"scale", {{"scheme", "viridis"}}},
          {"legend", {{"orient", "bottom"}}}}},
        {"tooltip",
         {tooltip_text("chosen", "box"), tooltip_number("coverage", "coverage"),
          tooltip_number("density", "density"), tooltip_number("inputs", "inputs restricted")}}}}};
  const std::string read =
      "From all draws (right) the box is peeled: it holds less of the outcome and is surer of it. "
      "The "
      "large point is the box that was chosen.";
  return {{.name = "prim",
           .title = "Where the outcome happens: boxes of the inputs",
           .text = read,
           .footer = {read},
           .body = {{"width", 460},
                    {"height", 320},
                    {"data", chart_data(std::move(points))},
                    {"layer", {std::move(line), std::move(marks)}}}}};
}

}  // namespace tranche
