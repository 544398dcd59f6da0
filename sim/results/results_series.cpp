#include "sim/results/results_series.hpp"

#include <array>
#include <map>
#include <tuple>

#include "sim/text/json_text.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;
// Variant, firm, and metric or constraint.
using SeriesKey = std::tuple<std::int32_t, std::int32_t, std::int32_t>;

struct Column {
  const char* name;
  double Statistics::*member;
};
constexpr std::array<Column, 8> columns = {{{"mean", &Statistics::mean},
                                            {"sd", &Statistics::sd},
                                            {"p05", &Statistics::p05},
                                            {"p25", &Statistics::p25},
                                            {"p50", &Statistics::p50},
                                            {"p75", &Statistics::p75},
                                            {"p95", &Statistics::p95},
                                            {"mc_error_p50", &Statistics::mc_error_p50}}};

const std::string& name_at(const std::vector<std::string>& names, std::int32_t index) {
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
    Json series = {{"what_if", name_at(lowered.variants, variant)},
                   {"firm", name_at(lowered.firms, firm)},
                   {"metric", info.name}};
    for (const Column& column : columns) {
      Json values = Json::array();
      for (const Statistics* month : months) values.push_back(json_number(month->*column.member));
      series[column.name] = std::move(values);
    }
    if (kind == SeriesKind::differences) {
      Json better = Json::array();
      for (const Statistics* month : months)
        better.push_back(json_number(probability_better(*month, info.better)));
      series["probability_better"] = std::move(better);
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
    out.push_back({{"what_if", name_at(lowered.variants, variant)},
                   {"firm", name_at(lowered.firms, firm)},
                   {"constraint", constraint_name(static_cast<kernels::Constraint>(constraint))},
                   {"share_of_draws", std::move(values)}});
  }
  return out;
}

}  // namespace tranche
