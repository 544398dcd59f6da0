// SPDX-License-Identifier: Apache-2.0
#include "sim/results/results_series.hpp"

#include <array>
#include <map>
#include <tuple>

#include "sim/results/headline.hpp"
#include "sim/scenario/constraints.hpp"
#include "sim/statistics/histogram_quantile.hpp"
#include "sim/text/json_text.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;
// Variant, firm, and metric or constraint.
using SeriesKey = std::tuple<std::int32_t, std::int32_t, std::int32_t>;

struct StatisticsColumn {
  const char* name;
  double Statistics::*member;
};
constexpr std::array<StatisticsColumn, 8> columns = {{{"mean", &Statistics::mean},
                                                      {"sd", &Statistics::sd},
                                                      {"p05", &Statistics::p05},
                                                      {"p25", &Statistics::p25},
                                                      {"p50", &Statistics::p50},
                                                      {"p75", &Statistics::p75},
                                                      {"p95", &Statistics::p95},
                                                      {"mc_error_p50", &Statistics::mc_error_p50}}};

const std::string& name_of_series(const std::vector<std::string>& names, std::int32_t index) {
  return names[static_cast<std::size_t>(index)];
}

}  // namespace

Json summary_series(const LoweredScenario& lowered, const std::vector<SummaryRow>& rows,
                    SeriesKind kind) {
  std::map<SeriesKey, std::vector<const Statistics*>> by_series;  // in order of months
  for (const SummaryRow& row : rows)
    by_series[{row.variant, row.firm, row.metric}].push_back(&row.statistics);
  Json out = Json::array();
  for (const auto& [key, months] : by_series) {
    const auto [variant, firm, metric] = key;
    const MetricInfo& info = lowered.metrics[static_cast<std::size_t>(metric)];
    Json series = {{"what_if", name_of_series(lowered.variants, variant)},
                   {"firm", name_of_series(lowered.firms, firm)},
                   {"metric", info.name}};
    for (const StatisticsColumn& column : columns) {
      Json values = Json::array();
      for (const Statistics* month : months) values.push_back(json_number(month->*column.member));
      series[column.name] = std::move(values);
    }
    if (kind == SeriesKind::differences) {
      Json better = Json::array();
      for (const Statistics* month : months)
        better.push_back(json_number(probability_better(*month, info.better)));
      series["probability_better"] = std::move(better);
      Json wins = Json::array(), losses = Json::array();
      for (const Statistics* month : months) {
        const DrawShares shares = draw_shares(*month, info.better);
        wins.push_back(json_number(shares.better));
        losses.push_back(json_number(shares.worse));
      }
      series["share_better"] = std::move(wins);
      series["share_worse"] = std::move(losses);
    }
    out.push_back(std::move(series));
  }
  return out;
}

Json binding_series(const LoweredScenario& lowered, const std::vector<BindingRow>& rows) {
  std::map<SeriesKey, std::vector<double>> by_series;
  for (const BindingRow& row : rows) {
    std::vector<double>& shares =
        by_series[{row.variant, row.firm, static_cast<std::int32_t>(row.constraint)}];
    shares.resize(lowered.steps.size());
    shares[static_cast<std::size_t>(row.step)] = row.share_of_draws;
  }
  Json out = Json::array();
  for (const auto& [key, shares] : by_series) {
    const auto [variant, firm, constraint] = key;
    Json values = Json::array();
    for (const double share : shares) values.push_back(json_number(share));
    out.push_back(
        {{"what_if", name_of_series(lowered.variants, variant)},
         {"firm", name_of_series(lowered.firms, firm)},
         {"constraint",
          std::string(constraint_info(static_cast<kernels::Constraint>(constraint)).name)},
         {"share_of_draws", std::move(values)}});
  }
  return out;
}

Json exceedance_series(const RunResult& result, std::int32_t metric, std::int32_t step) {
  constexpr std::array<double, 25> probabilities = {
      0.99, 0.975, 0.95, 0.925, 0.90, 0.85, 0.80, 0.75, 0.70,  0.65, 0.60,  0.55, 0.50,
      0.45, 0.40,  0.35, 0.30,  0.25, 0.20, 0.15, 0.10, 0.075, 0.05, 0.025, 0.01};
  const LoweredScenario& lowered = result.lowered;
  const kernels::FleetView view = lowered.data.view();
  const MetricInfo& info = lowered.metrics[static_cast<std::size_t>(metric)];
  Json out = Json::array();
  for (std::int32_t variant = 0; variant < view.variant_count; ++variant)
    for (std::int32_t firm = 0; firm <= view.firm_count; ++firm) {
      const HistogramQuantiles draws(result.tally, static_cast<std::size_t>(kernels::value_cell(
                                                       view, step, variant, firm, info.stored)));
      Json values = Json::array();
      for (const double probability : probabilities)
        values.push_back(is_unknown(lowered, variant, firm, metric)
                             ? Json(nullptr)
                             : json_number(info.factor * draws.quantile(1.0 - probability)));
      out.push_back({{"what_if", name_of_series(lowered.variants, variant)},
                     {"firm", name_of_series(lowered.firms, firm)},
                     {"probability", probabilities},
                     {"value", std::move(values)}});
    }
  return out;
}

}  // namespace tranche
