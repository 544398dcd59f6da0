// SPDX-License-Identifier: Apache-2.0
#include "sim/report/charts/run_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tranche {
namespace {

std::string text_at(const nlohmann::ordered_json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? "" : found->get<std::string>();
}

}  // namespace

DisplayUnit unit_over_time(const RunDocument& document, const ChartChoice& choice) {
  double largest = 0, farthest = 0;
  for (std::size_t variant = 0; variant < document.variants.size(); ++variant) {
    const DocumentSeries& series = document.value(variant, choice.firm, choice.metric);
    for (const double value : series.p50) largest = std::max(largest, std::fabs(value));
    for (const double value : series.p95) farthest = std::max(farthest, std::fabs(value));
  }
  return display_unit(document.metrics[choice.metric].unit, largest == 0 ? farthest : largest);
}

DisplayUnit unit_at_month(const RunDocument& document, const ChartChoice& choice) {
  double largest = 0, farthest = 0;
  for (std::size_t variant = 0; variant < document.variants.size(); ++variant) {
    const DocumentSeries& series = document.value(variant, choice.firm, choice.metric);
    largest = std::max(largest, std::fabs(series.p50[choice.month]));
    farthest = std::max(farthest, std::fabs(series.p95[choice.month]));
  }
  return display_unit(document.metrics[choice.metric].unit, largest == 0 ? farthest : largest);
}

std::string value_title(const DocumentMetric& metric, const DisplayUnit& unit) {
  // The title of a yardstick is its definition, which is in the footer.
  const std::string& title = metric.short_title();
  return unit.name.empty() ? title : fmt::format("{}, {}", title, unit.name);
}

std::vector<std::string> labels_of(const std::vector<NamedItem>& items) {
  std::vector<std::string> out;
  for (const NamedItem& item : items) out.push_back(item.label);
  return out;
}

std::vector<std::string> footer_of(const RunDocument& document, const ChartChoice& choice,
                                   const std::string& how_to_read) {
  std::vector<std::string> out = {how_to_read};
  const DocumentMetric& metric = document.metrics[choice.metric];
  if (!metric.source.empty())
    out.push_back(fmt::format("Yardstick {}: {}. Source: {}{}.", metric.name, metric.title,
                              metric.source,
                              metric.as_of.empty() ? "" : fmt::format(" ({})", metric.as_of)));
  const nlohmann::ordered_json& scenario = document.json.at("scenario");
  std::string name = text_at(scenario, "title");
  if (name.empty()) name = text_at(scenario, "name");
  out.push_back(fmt::format("{}: a conditional forecast, not a prediction. tranche {}, digest {}.",
                            name.substr(0, 200), text_at(document.json, "version"),
                            text_at(document.json, "digest").substr(0, 16)));
  return out;
}

std::vector<Chart> run_charts(const RunDocument& document) {
  const ChartChoice choice{.metric = document.headline_metric,
                           .firm = document.headline_firm,
                           .month = document.headline_month};
  std::vector<Chart> out = {answer_chart(document, choice), what_ifs_chart(document, choice),
                            fan_chart(document, choice)};
  if (document.variants.size() > 1) out.push_back(differences_chart(document, choice));
  if (auto parts = decomposition_chart(document, choice)) out.push_back(std::move(*parts));
  out.push_back(binding_chart(document, choice));
  const auto trained = std::find_if(
      document.metrics.begin(), document.metrics.end(),
      [](const DocumentMetric& metric) { return metric.name == "training_flop_cumulative"; });
  if (trained != document.metrics.end())
    out.push_back(training_flop_chart(
        document, {.metric = static_cast<std::size_t>(trained - document.metrics.begin()),
                   .firm = choice.firm,
                   .month = choice.month}));
  out.push_back(exceedance_chart(document, choice));
  return out;
}

}  // namespace tranche
