// SPDX-License-Identifier: Apache-2.0

// Chart of the contributions to the changes of what-ifs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/charts/run_charts.hpp"
#include "sim/report/charts/table_charts.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t label_columns = 44;

// The hidden part of a label before it distinguishes equal labels of several what-ifs.
constexpr char separator = '|';

bool is_shown(const RunDocument& document, const ChartChoice& choice, const Json& row) {
  return row.at("firm") == document.firms[choice.firm].name &&
         row.at("metric") == document.metrics[choice.metric].name;
}

// The change of a what-if, then its contributions, the largest first.
std::vector<const Json*> shown_rows(const RunDocument& document, const ChartChoice& choice,
                                    const Json& decomposition) {
  std::vector<const Json*> out;
  const std::string part = decomposition.at("method");
  for (const Json& row : decomposition.at("rows")) {
    if (!is_shown(document, choice, row)) continue;
    if (row.at("measure") == "total") out.insert(out.begin(), &row);
    if (row.at("measure") == part && row.at("path") != "") out.push_back(&row);
  }
  if (out.size() < 2) return {};
  std::stable_sort(out.begin() + 1, out.end(), [](const Json* a, const Json* b) {
    return std::fabs(a->at("mean").get<double>()) > std::fabs(b->at("mean").get<double>());
  });
  return out;
}

std::string label_of(const RunDocument& document, const std::string& what_if) {
  for (const NamedItem& variant : document.variants)
    if (variant.name == what_if) return variant.label;
  return what_if;
}

struct Parts {
  Json rows = Json::array();
  std::vector<std::string> order;  // of the labels
  bool in_order = false;  // some are sequential contributions, in the order of the scenario
};

Parts parts_of(const RunDocument& document, const ChartChoice& choice, const DisplayUnit& unit,
               const Json& decompositions) {
  Parts out;
  for (std::size_t d = 0; d < decompositions.size(); ++d) {
    const Json& one = decompositions[d];
    const std::vector<const Json*> shown = shown_rows(document, choice, one);
    const std::string what_if = label_of(document, one.at("what_if"));
    std::vector<std::string> names = {what_if};
    for (std::size_t i = 1; i < shown.size(); ++i) names.push_back(shown[i]->at("path"));
    const std::vector<std::string> labels = distinct_labels(names, label_columns);
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const auto at = [&](const char* key) {
        return chart_number(shown[i]->at(key).get<double>() / unit.one);
      };
      out.order.push_back(fmt::format("{}{}{}{}", d, i == 0 ? "" : "p", separator, labels[i]));
      out.rows.push_back({{"label", out.order.back()},
                          {"what_if", what_if},
                          {"part", i == 0 ? Json("the whole change") : shown[i]->at("path")},
                          {"group", i == 0 ? Json("whole change") : shown[i]->at("group")},
                          {"mean", at("mean")},
                          {"p05", at("p05")},
                          {"p95", at("p95")}});
    }
    out.in_order = out.in_order || (!shown.empty() && one.at("method") == "sequential");
  }
  return out;
}

DisplayUnit unit_of(const RunDocument& document, const ChartChoice& choice,
                    const Json& decompositions) {
  double largest = 0;
  for (const Json& one : decompositions)
    for (const Json* const row : shown_rows(document, choice, one))
      for (const char* const key : {"mean", "p05", "p95"})
        largest = std::max(largest, std::fabs(row->at(key).get<double>()));
  return display_unit(document.metrics[choice.metric].unit, largest);
}

Json label_axis(const std::vector<std::string>& order) {
  const std::string shown =
      fmt::format("slice(datum.value, indexof(datum.value, '{}') + 1)", separator);
  const std::string is_part = fmt::format("indexof(datum.value, 'p{}') > 0", separator);
  Json out = name_axis("label", order);
  out["axis"]["labelExpr"] = shown;
  out["axis"]["labelFontWeight"] = {{"condition", {{"test", is_part}, {"value", "normal"}}},
                                    {"value", "bold"}};
  return out;
}

}  // namespace

std::optional<Chart> decomposition_chart(const RunDocument& document, const ChartChoice& choice) {
  const Json decompositions = document.json.value("decompositions", Json::array());
  const DisplayUnit unit = unit_of(document, choice, decompositions);
  Parts parts = parts_of(document, choice, unit, decompositions);
  if (parts.rows.empty()) return std::nullopt;
  const DocumentMetric& metric = document.metrics[choice.metric];
  const std::string axis = "change of " + value_title(metric, unit);
  const Json tooltip = {tooltip_text("what_if", "what if"), tooltip_text("part", "part"),
                        tooltip_text("group", "kind"),      tooltip_number("mean", "mean"),
                        tooltip_number("p05", "5 %"),       tooltip_number("p95", "95 %")};
  Json bars = {{"mark", {{"type", "bar"}, {"size", 12}}},
               {"encoding",
                {{"x", number_axis("mean", axis)},
                 {"color", colour_by("group", {{"whole change", ink_colour},
                                               {"lever", series_colour(3)},
                                               {"assumption", pale_colour},
                                               {"other", series_colour(6)}})},
                 {"tooltip", tooltip}}}};
  Json bands = {{"mark", {{"type", "rule"}, {"color", muted_colour}}},
                {"encoding", {{"x", number_axis("p05", axis)}, {"x2", {{"field", "p95"}}}}}};
  const std::string read = fmt::format(
      "Bars: means, the change of a what-if in bold and its parts below, {}. The parts add up to "
      "the "
      "whole. Lines: 5 % to 95 % of the draws.",
      parts.in_order ? "in the order of the scenario where there are many"
                     : "shared out fairly (Shapley)");
  return Chart{
      .name = "decomposition",
      .title = fmt::format("What each change is made of in {}, {}", document.months[choice.month],
                           document.firms[choice.firm].label),
      .text = "One bar for each path that a what-if sets. " + read,
      .footer = footer_of(document, choice, read),
      .body = bars_beside_names(22, std::move(parts.rows), label_axis(parts.order),
                                {std::move(bars), std::move(bands)})};
}

}  // namespace tranche
