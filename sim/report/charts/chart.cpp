// SPDX-License-Identifier: Apache-2.0
#include "sim/report/charts/chart.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "https://vega.github.io/schema/vega-lite/v5.json";
constexpr std::size_t footer_columns = 100;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  const std::string broken = wrapped(printable(text), footer_columns);
  for (std::size_t at = 0, end; (end = broken.find('\n', at)) != std::string::npos; at = end + 1)
    out.push_back(broken.substr(at, end - at));
  return out;
}

}  // namespace

Json chart_theme() {
  return {{"background", "white"},
          {"font", "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"},
          {"view", {{"stroke", nullptr}}},
          {"axis",
           {{"domainColor", muted_colour},
            {"tickColor", muted_colour},
            {"gridColor", grid_colour},
            {"labelColor", muted_colour},
            {"titleColor", muted_colour},
            {"titleFontWeight", "normal"},
            {"labelFontSize", 11},
            {"titleFontSize", 11},
            {"titleLimit", 600}}},
          {"axisX", {{"grid", false}}},
          {"header",
           {{"labelColor", ink_colour},
            {"labelFontSize", 12},
            {"labelFontWeight", "bold"},
            {"labelAnchor", "start"},
            {"labelLimit", 280},
            {"title", nullptr}}},
          {"legend",
           {{"labelColor", ink_colour},
            {"titleColor", muted_colour},
            {"titleFontWeight", "normal"},
            {"labelFontSize", 11},
            {"labelLimit", 280},
            {"symbolStrokeWidth", 2.5}}},
          {"title",
           {{"color", ink_colour},
            {"anchor", "start"},
            {"fontSize", 15},
            {"subtitleColor", muted_colour},
            {"limit", 900}}}};
}

std::string specification_text(const Chart& chart) {
  Json inner = chart.body;
  inner["title"] = {{"text", lines_of(chart.title)}};
  std::vector<std::string> footer;
  for (const std::string& text : chart.footer)
    for (const std::string& line : lines_of(text)) footer.push_back(line);
  Json out = {
      {"$schema", schema},
      {"description", printable(chart.title + ". " + chart.text)},
      {"usermeta",
       {{"tranche",
         {{"chart", chart.name}, {"rows", chart.rows}, {"value_title", chart.value_title}}}}},
      {"title",
       {{"text", footer},
        {"orient", "bottom"},
        {"fontSize", 10},
        {"fontWeight", "normal"},
        {"color", muted_colour},
        {"offset", 10}}},
      {"vconcat", Json::array({std::move(inner)})},
      {"config", chart_theme()}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string series_colour(std::size_t index) {
  // Okabe and Ito, "Color universal design", 2008, without black and yellow; then Paul Tol's
  // muted scheme (2021).
  constexpr std::array<const char*, 14> others = {
      "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#999933",
      "#882255", "#44aa99", "#aa4499", "#117733", "#ddcc77", "#cc6677", "#6699cc"};
  return index == 0 ? ink_colour : others[(index - 1) % others.size()];
}

Json series_dash(std::size_t index) {
  if (index == 0) return Json::array({1, 0});
  constexpr std::array<std::array<int, 2>, 4> dashes = {{{7, 3}, {3, 3}, {10, 4}, {5, 2}}};
  const auto& dash = dashes[(index - 1) % dashes.size()];
  return Json::array({dash[0], dash[1]});
}

Json colour_by(const std::string& field, const std::vector<std::string>& labels) {
  Json colours = Json::array();
  for (std::size_t i = 0; i < labels.size(); ++i) colours.push_back(series_colour(i));
  return {{"field", field},
          {"type", "nominal"},
          {"sort", labels},
          {"scale", {{"domain", labels}, {"range", std::move(colours)}}},
          {"legend", {{"title", nullptr}, {"orient", "bottom"}, {"columns", 4}}}};
}

Json colour_by(const std::string& field, const std::vector<LabelColour>& labels) {
  Json names = Json::array(), colours = Json::array();
  for (const LabelColour& each : labels) {
    names.push_back(each.label);
    colours.push_back(each.colour);
  }
  return {{"field", field},
          {"type", "nominal"},
          {"scale", {{"domain", std::move(names)}, {"range", std::move(colours)}}},
          {"legend", {{"title", nullptr}, {"orient", "bottom"}}}};
}

Json dash_by(const std::string& field, const std::vector<std::string>& labels) {
  Json dashes = Json::array();
  for (std::size_t i = 0; i < labels.size(); ++i) dashes.push_back(series_dash(i));
  return {{"field", field},
          {"type", "nominal"},
          {"sort", labels},
          {"scale", {{"domain", labels}, {"range", std::move(dashes)}}}};
}

Json chart_data(Json rows) {
  // Parsed and shown in UTC; otherwise January is December in American time zones.
  return {{"values", std::move(rows)}, {"format", {{"parse", {{"month", "utc:'%Y-%m'"}}}}}};
}

Json month_axis() {
  return {{"field", "month"},
          {"type", "temporal"},
          {"scale", {{"type", "utc"}}},
          {"axis",
           {{"title", "month"}, {"format", "%b %Y"}, {"labelOverlap", true}, {"tickCount", 6}}}};
}

Json number_axis(const std::string& field, const std::string& title) {
  return {
      {"field", field}, {"type", "quantitative"}, {"title", title}, {"axis", {{"tickCount", 5}}}};
}

Json tooltip_number(const std::string& field, const std::string& title) {
  return {{"field", field}, {"type", "quantitative"}, {"title", title}, {"format", ".4~g"}};
}

Json chart_number(double value) {
  if (!std::isfinite(value)) return nullptr;
  std::array<char, 32> digits{};
  const auto written = fmt::format_to_n(digits.data(), digits.size(), "{:.4g}", value);
  double rounded = 0;
  std::from_chars(digits.data(), written.out, rounded);
  if (std::fabs(rounded) < 1e6 && rounded == std::floor(rounded))
    return static_cast<std::int64_t>(rounded);
  return rounded;
}

}  // namespace tranche
