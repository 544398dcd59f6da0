// SPDX-License-Identifier: Apache-2.0

// Cumulative training compared with published runs and thresholds.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/charts/run_charts.hpp"
#include "sim/results/known_run.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

// 1e26: reporting threshold of US Executive Order 14110 (2023). 1e27: a round number
// ten times that.
Json references() {
  return {{{"flop", llama_405b_training_flop}, {"name", "Llama 3.1 405B, 3.8e25"}},
          {{"flop", 1e26}, {"name", "1e26"}},
          {{"flop", 1e27}, {"name", "1e27"}}};
}

// Whole powers of ten around the medians and the references.
std::pair<double, double> powers_around(const RunDocument& document, const ChartChoice& choice) {
  double low = llama_405b_training_flop, high = 1e27;
  for (std::size_t variant = 0; variant < document.variants.size(); ++variant) {
    const DocumentSeries& s = document.value(variant, choice.firm, choice.metric);
    for (const double value : s.p50)
      if (value > 0) low = std::min(low, value);
    for (const double value : s.p95) high = std::max(high, value);
  }
  low = std::max(low, high * 1e-6);
  return {std::pow(10.0, std::floor(std::log10(low))), std::pow(10.0, std::ceil(std::log10(high)))};
}

}  // namespace

Chart training_flop_chart(const RunDocument& document, const ChartChoice& choice) {
  const std::string axis = document.metrics[choice.metric].title + ", FLOP";
  const std::vector<std::string> labels = labels_of(document.variants);
  const auto [low, high] = powers_around(document, choice);
  Json rows = Json::array();
  // Zero is drawn at the lower end of the logarithmic scale.
  const auto at = [low = low](double value) { return chart_number(std::max(value, low)); };
  for (std::size_t variant = 0; variant < document.variants.size(); ++variant) {
    const DocumentSeries& s = document.value(variant, choice.firm, choice.metric);
    for (std::size_t month = 0; month < document.months.size(); ++month)
      rows.push_back({{"month", document.months[month]},
                      {"what_if", labels[variant]},
                      {"p05", at(s.p05[month])},
                      {"p50", at(s.p50[month])},
                      {"p95", at(s.p95[month])}});
  }
  Json powers = Json::array();
  for (double power = low; power <= high * 1.5; power *= 10) powers.push_back(chart_number(power));
  const auto log_axis = [&axis, &powers, low = low, high = high](const std::string& field) {
    Json out = number_axis(field, axis);
    out["scale"] = {{"type", "log"}, {"domain", {low, high}}, {"clamp", true}};
    out["axis"] = {{"labelExpr", "replace(format(datum.value, '.0e'), '+', '')"},
                   {"values", powers}};
    return out;
  };
  Json band = {
      {"transform", {{{"filter", {{"field", "what_if"}, {"equal", labels.front()}}}}}},
      {"mark", {{"type", "area"}, {"opacity", 0.14}, {"color", ink_colour}}},
      {"encoding", {{"x", month_axis()}, {"y", log_axis("p05")}, {"y2", {{"field", "p95"}}}}}};
  Json rule = {{"data", {{"values", references()}}},
               {"mark", {{"type", "rule"}, {"color", muted_colour}, {"strokeDash", {2, 2}}}},
               {"encoding", {{"y", log_axis("flop")}}}};
  Json name = {
      {"data", {{"values", references()}}},
      {"mark",
       {{"type", "text"},
        {"align", "right"},
        {"dy", -5},
        {"color", muted_colour},
        {"fontSize", 10}}},
      {"encoding",
       {{"y", log_axis("flop")}, {"x", {{"value", "width"}}}, {"text", {{"field", "name"}}}}}};
  Json line = {{"mark", {{"type", "line"}, {"strokeWidth", 2}}},
               {"encoding",
                {{"x", month_axis()},
                 {"y", log_axis("p50")},
                 {"color", colour_by("what_if", labels)},
                 {"strokeDash", dash_by("what_if", labels)}}}};
  Json hover = {
      {"mark", {{"type", "point"}, {"opacity", 0}, {"size", 140}}},
      {"encoding",
       {{"x", month_axis()},
        {"y", log_axis("p50")},
        {"tooltip",
         {{{"field", "what_if"}, {"type", "nominal"}, {"title", "what if"}},
          {{"field", "month"},
           {"type", "temporal"},
           {"timeUnit", "utcyearmonth"},
           {"format", "%b %Y"},
           {"title", "month"}},
          {{"field", "p95"}, {"type", "quantitative"}, {"format", ".2e"}, {"title", "95 %"}},
          {{"field", "p50"}, {"type", "quantitative"}, {"format", ".2e"}, {"title", "median"}},
          {{"field", "p05"}, {"type", "quantitative"}, {"format", ".2e"}, {"title", "5 %"}}}}}}};
  Json body = {
      {"width", 560},
      {"height", 280},
      {"data", chart_data(std::move(rows))},
      {"layer",
       {std::move(band), std::move(rule), std::move(name), std::move(line), std::move(hover)}}};
  const std::string read =
      "Lines: medians; grey: 5 % to 95 % of the base case. Dotted: Llama 3.1 405B took 3.8e25 FLOP "
      "(Meta 2024); 1e26 was the reporting threshold of US Executive Order 14110 (2023).";
  return {
      .name = "training-flop",
      .title = fmt::format("Cumulative training compute, {}", document.firms[choice.firm].label),
      .text = "On a logarithmic scale. " + read,
      .footer = footer_of(document, choice, read),
      .body = std::move(body),
      .rows = "training_flop",
      .value_title = axis};
}

}  // namespace tranche
