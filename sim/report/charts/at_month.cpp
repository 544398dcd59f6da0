// SPDX-License-Identifier: Apache-2.0

// Charts at one month: value of each what-if, and its probability of exceeding a value.
#include <fmt/format.h>

#include "sim/report/charts/run_charts.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

Json layer(Json mark, Json encoding) {
  return {{"mark", std::move(mark)}, {"encoding", std::move(encoding)}};
}

Json answer_rows(const RunDocument& document, const ChartChoice& choice, const DisplayUnit& unit) {
  Json rows = Json::array();
  for (std::size_t variant = 0; variant < document.variants.size(); ++variant) {
    const DocumentSeries& s = document.value(variant, choice.firm, choice.metric);
    const auto at = [&](const std::vector<double>& values) {
      return chart_number(values[choice.month] / unit.one);
    };
    rows.push_back({{"what_if", document.variants[variant].label},
                    {"p05", at(s.p05)},
                    {"p25", at(s.p25)},
                    {"p50", at(s.p50)},
                    {"p75", at(s.p75)},
                    {"p95", at(s.p95)},
                    {"text", unit.number(s.p50[choice.month])}});
  }
  return rows;
}

}  // namespace

Chart answer_chart(const RunDocument& document, const ChartChoice& choice) {
  const DisplayUnit unit = unit_at_month(document, choice);
  const DocumentMetric& metric = document.metrics[choice.metric];
  const std::string axis = value_title(metric, unit);
  const std::vector<std::string> labels = labels_of(document.variants);
  const std::string read =
      "Point: median; thick bar: middle half of the draws; thin bar: 5 % to 95 %.";
  const Json colour = [&] {
    Json out = colour_by("what_if", labels);
    out["legend"] = nullptr;
    return out;
  }();
  Json body = {{"width", 560},
               {"height", {{"step", 30}}},
               {"data", chart_data(answer_rows(document, choice, unit))},
               {"encoding",
                {{"y",
                  {{"field", "what_if"},
                   {"type", "nominal"},
                   {"sort", labels},
                   {"axis",
                    {{"title", nullptr},
                     {"ticks", false},
                     {"domain", false},
                     {"labelLimit", 220},
                     {"labelColor", ink_colour},
                     {"labelFontSize", 12}}}}},
                 {"color", colour},
                 {"tooltip",
                  {{{"field", "what_if"}, {"type", "nominal"}, {"title", "what if"}},
                   tooltip_number("p95", "95 %"),
                   tooltip_number("p75", "75 %"),
                   tooltip_number("p50", "median"),
                   tooltip_number("p25", "25 %"),
                   tooltip_number("p05", "5 %")}}}},
               {"layer",
                {layer({{"type", "rule"}, {"strokeWidth", 2}},
                       {{"x", number_axis("p05", axis)}, {"x2", {{"field", "p95"}}}}),
                 layer({{"type", "bar"}, {"size", 9}, {"opacity", 0.75}},
                       {{"x", number_axis("p25", axis)}, {"x2", {{"field", "p75"}}}}),
                 layer({{"type", "point"},
                        {"filled", true},
                        {"size", 90},
                        {"opacity", 1},
                        {"stroke", "white"}},
                       {{"x", number_axis("p50", axis)}}),
                 layer({{"type", "text"}, {"dy", -11}, {"fontSize", 11}, {"fontWeight", "bold"}},
                       {{"x", number_axis("p50", axis)}, {"text", {{"field", "text"}}}})}}};
  return {.name = "answer",
          .title = fmt::format("{} in {}, {}", metric.short_title(), document.months[choice.month],
                               document.firms[choice.firm].label),
          .text = "One line for each what-if, the base case first. " + read,
          .footer = footer_of(document, choice, read),
          .body = std::move(body),
          .rows = "answer",
          .value_title = axis};
}

Chart exceedance_chart(const RunDocument& document, const ChartChoice& choice) {
  const DisplayUnit unit = unit_at_month(document, choice);
  const DocumentMetric& metric = document.metrics[choice.metric];
  const std::string axis = value_title(metric, unit);
  const std::vector<std::string> labels = labels_of(document.variants);
  Json rows = Json::array();
  for (std::size_t variant = 0; variant < document.variants.size(); ++variant) {
    const ExceedanceCurve& curve = document.exceedance(variant, choice.firm);
    for (std::size_t i = 0; i < curve.value.size(); ++i)
      rows.push_back({{"what_if", document.variants[variant].label},
                      {"value", chart_number(curve.value[i] / unit.one)},
                      {"probability", curve.probability[i]}});
  }
  Json chance = number_axis("probability", "share of draws that pass it");
  chance["axis"]["format"] = "%";
  chance["scale"] = {{"domain", {0, 1}}};
  Json body = {{"width", 560},
               {"height", 260},
               {"data", chart_data(std::move(rows))},
               {"mark", {{"type", "line"}, {"strokeWidth", 2}}},
               {"encoding",
                {{"x", number_axis("value", axis)},
                 {"y", std::move(chance)},
                 {"order", {{"field", "probability"}, {"type", "quantitative"}}},
                 {"color", colour_by("what_if", labels)},
                 {"strokeDash", dash_by("what_if", labels)},
                 {"tooltip",
                  {{{"field", "what_if"}, {"type", "nominal"}, {"title", "what if"}},
                   tooltip_number("value", "value"),
                   {{"field", "probability"},
                    {"type", "quantitative"},
                    {"title", "share of draws above"},
                    {"format", ".1~%"}}}}}}};
  const std::string read =
      "How many of the draws are above each value: read up from a value to the chance of passing "
      "it.";
  return {.name = "exceedance",
          .title = fmt::format("Chance of passing a value in {}", document.months[choice.month]),
          .text = "One falling line for each what-if. " + read,
          .footer = footer_of(document, choice, read),
          .body = std::move(body),
          .rows = "exceedance",
          .value_title = axis};
}

}  // namespace tranche
