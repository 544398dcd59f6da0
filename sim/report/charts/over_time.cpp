// SPDX-License-Identifier: Apache-2.0

// Charts over the months: bands of one case by firm, and all what-ifs in one chart.
#include <fmt/format.h>

#include "sim/report/charts/run_charts.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

Json area(const std::string& low, const std::string& high, const std::string& axis, double opacity,
          const std::string& colour) {
  return {{"mark", {{"type", "area"}, {"opacity", opacity}, {"color", colour}}},
          {"encoding",
           {{"x", month_axis()}, {"y", number_axis(low, axis)}, {"y2", {{"field", high}}}}}};
}

Json band_tooltip(const std::string& field, const std::string& title) {
  return {{{"field", field}, {"type", "nominal"}, {"title", title}},
          {{"field", "month"},
           {"type", "temporal"},
           {"timeUnit", "utcyearmonth"},
           {"format", "%b %Y"},
           {"title", "month"}},
          tooltip_number("p95", "95 %"),
          tooltip_number("p75", "75 %"),
          tooltip_number("p50", "median"),
          tooltip_number("p25", "25 %"),
          tooltip_number("p05", "5 %")};
}

// Invisible marks one month wide: the tooltip opens at any pointer position.
Json month_strips(Json tooltip) {
  return {{"mark", {{"type", "rule"}, {"opacity", 0}, {"strokeWidth", 12}}},
          {"encoding", {{"x", month_axis()}, {"tooltip", std::move(tooltip)}}}};
}

Json band_row(const DocumentSeries& s, std::size_t month, const DisplayUnit& unit) {
  const auto at = [&](const std::vector<double>& values) {
    return chart_number(values[month] / unit.one);
  };
  return {{"p05", at(s.p05)},
          {"p25", at(s.p25)},
          {"p50", at(s.p50)},
          {"p75", at(s.p75)},
          {"p95", at(s.p95)}};
}

constexpr const char* bands_read =
    "Line: median; dark band: middle half of the draws; light band: 5 % to 95 %.";

}  // namespace

Chart fan_chart(const RunDocument& document, const ChartChoice& choice) {
  const DisplayUnit unit = unit_over_time(document, choice);
  const DocumentMetric& metric = document.metrics[choice.metric];
  // Short, as a panel is low; the heading has the rest.
  const std::string axis = unit.name.empty() ? metric.unit : unit.name;
  const std::vector<std::string> firms = labels_of(document.firms);
  Json rows = Json::array();
  // A single firm has no sum.
  const std::size_t first = document.firms.size() == 2 ? 1 : 0;
  for (std::size_t firm = first; firm < document.firms.size(); ++firm)
    for (std::size_t month = 0; month < document.months.size(); ++month) {
      Json row = {{"month", document.months[month]}, {"firm", firms[firm]}};
      row.update(band_row(document.value(0, firm, choice.metric), month, unit));
      rows.push_back(std::move(row));
    }
  const std::string colour = series_colour(1);
  Json body = {
      {"data", chart_data(std::move(rows))},
      {"facet",
       {{"field", "firm"}, {"type", "nominal"}, {"sort", firms}, {"header", {{"title", nullptr}}}}},
      {"columns", 2},
      {"spec",
       {{"width", 270},
        {"height", 150},
        {"layer",
         {area("p05", "p95", axis, 0.18, colour),
          area("p25", "p75", axis, 0.35, colour),
          {{"mark", {{"type", "line"}, {"color", colour}, {"strokeWidth", 2}}},
           {"encoding", {{"x", month_axis()}, {"y", number_axis("p50", axis)}}}},
          month_strips(band_tooltip("firm", "firm"))}}}},
      {"resolve", {{"scale", {{"y", "independent"}}}}}};
  return {.name = "fan",
          .title = fmt::format("{} over time, by firm", metric.short_title()),
          .text = fmt::format("One panel for each firm and one for all, each with its own scale, "
                              "in the base case. {}",
                              bands_read),
          .footer = footer_of(document, choice, bands_read),
          .body = std::move(body),
          .rows = "fan",
          .value_title = axis};
}

Chart what_ifs_chart(const RunDocument& document, const ChartChoice& choice) {
  const DisplayUnit unit = unit_over_time(document, choice);
  const DocumentMetric& metric = document.metrics[choice.metric];
  const std::string axis = value_title(metric, unit);
  const std::vector<std::string> labels = labels_of(document.variants);
  Json rows = Json::array();
  for (std::size_t variant = 0; variant < document.variants.size(); ++variant)
    for (std::size_t month = 0; month < document.months.size(); ++month) {
      Json row = {{"month", document.months[month]}, {"what_if", labels[variant]}};
      row.update(band_row(document.value(variant, choice.firm, choice.metric), month, unit));
      rows.push_back(std::move(row));
    }
  const Json base_only =
      Json::array({{{"filter", {{"field", "what_if"}, {"equal", labels.front()}}}}});
  Json outer = area("p05", "p95", axis, 0.12, ink_colour);
  Json inner = area("p25", "p75", axis, 0.16, ink_colour);
  outer["transform"] = inner["transform"] = base_only;
  Json body = {{"width", 560},
               {"height", 280},
               {"data", chart_data(std::move(rows))},
               {"layer",
                {std::move(outer),
                 std::move(inner),
                 {{"mark", {{"type", "line"}, {"strokeWidth", 2.2}}},
                  {"encoding",
                   {{"x", month_axis()},
                    {"y", number_axis("p50", axis)},
                    {"color", colour_by("what_if", labels)},
                    {"strokeDash", dash_by("what_if", labels)}}}},
                 {{"mark", {{"type", "point"}, {"opacity", 0}, {"size", 140}}},
                  {"encoding",
                   {{"x", month_axis()},
                    {"y", number_axis("p50", axis)},
                    {"tooltip", band_tooltip("what_if", "what if")}}}}}}};
  const std::string read =
      "Lines: median of each what-if; grey: the base case, middle half and 5 % to 95 % of the "
      "draws.";
  return {.name = "what-ifs",
          .title = fmt::format("{} over time, every what-if, {}", metric.short_title(),
                               document.firms[choice.firm].label),
          .text = read,
          .footer = footer_of(document, choice, read),
          .body = std::move(body),
          .rows = "what_ifs",
          .value_title = axis};
}

Chart differences_chart(const RunDocument& document, const ChartChoice& choice) {
  const DisplayUnit unit = unit_over_time(document, choice);
  const DocumentMetric& metric = document.metrics[choice.metric];
  const std::string axis = unit.name.empty() ? metric.unit : unit.name;
  const std::vector<std::string> labels = labels_of(document.variants);
  Json rows = Json::array();
  for (std::size_t variant = 1; variant < document.variants.size(); ++variant)
    for (std::size_t month = 0; month < document.months.size(); ++month) {
      const DocumentSeries& s = document.difference(variant, choice.firm, choice.metric);
      Json row = {{"month", document.months[month]}, {"what_if", labels[variant]}};
      row.update(band_row(s, month, unit));
      row["mean"] = chart_number(s.mean[month] / unit.one);
      rows.push_back(std::move(row));
    }
  const std::string colour = series_colour(4);
  Json tooltip = band_tooltip("what_if", "what if");
  tooltip.push_back(tooltip_number("mean", "mean"));
  Json body = {
      {"data", chart_data(std::move(rows))},
      {"facet",
       {{"field", "what_if"},
        {"type", "nominal"},
        {"sort", labels},
        {"header", {{"title", nullptr}}}}},
      {"columns", 3},
      {"spec",
       {{"width", 175},
        {"height", 120},
        {"layer",
         {area("p05", "p95", axis, 0.18, colour),
          area("p25", "p75", axis, 0.35, colour),
          {{"mark", {{"type", "rule"}, {"color", muted_colour}}},
           {"encoding", {{"y", {{"datum", 0}}}}}},
          {{"mark", {{"type", "line"}, {"color", colour}, {"strokeWidth", 2}}},
           {"encoding", {{"x", month_axis()}, {"y", number_axis("p50", axis)}}}},
          {{"mark",
            {{"type", "line"}, {"color", colour}, {"strokeWidth", 1.5}, {"strokeDash", {2, 3}}}},
           {"encoding", {{"x", month_axis()}, {"y", number_axis("mean", axis)}}}},
          month_strips(std::move(tooltip))}}}}};
  const std::string read = fmt::format(
      "What-if minus base case in the same draws, so that both share their luck. {} Dotted: mean.",
      bands_read);
  return {.name = "differences",
          .title = fmt::format("What each what-if changes, {}", document.firms[choice.firm].label),
          .text = "One panel for each what-if, all on one scale. " + read,
          .footer = footer_of(document, choice, read),
          .body = std::move(body),
          .rows = "differences",
          .value_title = axis};
}

}  // namespace tranche
