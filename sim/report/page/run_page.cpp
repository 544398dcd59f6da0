// SPDX-License-Identifier: Apache-2.0

// Data of a run's page: texts unchanged, series packed.
#include <fmt/format.h>

#include <algorithm>

#include "sim/report/document/packed_numbers.hpp"
#include "sim/report/page/report_page.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

// The headline first, then the metrics that charts need, then the rest in their order.
std::vector<std::size_t> metrics_by_need(const RunDocument& document) {
  std::vector<std::size_t> out = {document.headline_metric};
  const auto add = [&](std::size_t metric) {
    if (std::find(out.begin(), out.end(), metric) == out.end()) out.push_back(metric);
  };
  for (std::size_t i = 0; i < document.metrics.size(); ++i)
    if (document.metrics[i].name == "training_flop_cumulative") add(i);
  for (std::size_t i = 0; i < document.metrics.size(); ++i) add(i);
  return out;
}

std::size_t packed_size(const RunDocument& document) {
  constexpr std::size_t columns_of_both = 5 + 8;
  return document.variants.size() * document.firms.size() * document.months.size() *
         columns_of_both * packed_bytes;
}

std::string packed_values(const RunDocument& document, const std::vector<std::size_t>& metrics) {
  std::string out;
  for (const std::size_t metric : metrics)
    for (std::size_t variant = 0; variant < document.variants.size(); ++variant)
      for (std::size_t firm = 0; firm < document.firms.size(); ++firm) {
        const DocumentSeries& s = document.value(variant, firm, metric);
        for (const auto* column : {&s.p05, &s.p25, &s.p50, &s.p75, &s.p95})
          append_packed(out, *column);
      }
  return out;
}

std::string packed_differences(const RunDocument& document,
                               const std::vector<std::size_t>& metrics) {
  std::string out;
  for (const std::size_t metric : metrics)
    for (std::size_t variant = 1; variant < document.variants.size(); ++variant)
      for (std::size_t firm = 0; firm < document.firms.size(); ++firm) {
        const DocumentSeries& s = document.difference(variant, firm, metric);
        for (const auto* column :
             {&s.p05, &s.p25, &s.p50, &s.p75, &s.p95, &s.mean, &s.share_better, &s.share_worse})
          append_packed(out, *column);
      }
  return out;
}

struct PackedBinding {
  Json constraints = Json::array();  // those that bind somewhere
  std::string shares;
};

PackedBinding packed_binding(const RunDocument& document) {
  PackedBinding out;
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < document.constraints.size(); ++i) {
    bool ever = false;
    for (std::size_t variant = 0; variant < document.variants.size(); ++variant)
      for (std::size_t firm = 0; firm < document.firms.size(); ++firm)
        ever = ever || !document.binding(variant, firm, i).empty();
    if (ever) used.push_back(i);
  }
  const std::vector<double> never(document.months.size());
  for (std::size_t variant = 0; variant < document.variants.size(); ++variant)
    for (std::size_t firm = 0; firm < document.firms.size(); ++firm)
      for (const std::size_t i : used) {
        const std::vector<double>& shares = document.binding(variant, firm, i);
        append_packed(out.shares, shares.empty() ? never : shares);
      }
  for (const std::size_t i : used)
    out.constraints.push_back({{"name", document.constraints[i].name},
                               {"title", document.constraints[i].title},
                               {"label", document.constraints[i].label}});
  return out;
}

// The list of result.json, each element with its label.
Json with_labels(const Json& list, const std::vector<NamedItem>& items) {
  Json out = list;
  for (std::size_t i = 0; i < items.size(); ++i) {
    out[i]["title"] = items[i].title;
    out[i]["label"] = items[i].label;
  }
  return out;
}

Json manifest_of(const Json& json) {
  const auto text = [&](const char* key) {
    const auto found = json.find(key);
    if (found == json.end()) return std::string();
    return found->is_string() ? found->get<std::string>() : found->dump();
  };
  Json out = {{"program", "tranche " + text("version")},
              {"run at", text("started_utc")},
              {"digest", text("digest")},
              {"draws", with_separators(json.at("draws").get<std::uint64_t>())},
              {"seed", text("seed")},
              {"device", text("device_description")}};
  Json rows = Json::array();
  for (const auto& [key, value] : out.items()) rows.push_back(Json::array({key, value}));
  rows.push_back(Json::array({"scenario file", json.at("scenario").at("file")}));
  for (const Json& file : json.at("input_files"))
    rows.push_back(
        Json::array({"SHA-256 of " + file.at("path").get<std::string>(), file.at("sha256")}));
  return rows;
}

// Headline of the base case by stock and tranche; empty if it is not additive over them.
Json sources_of(const RunDocument& document) {
  Json out = Json::array();
  for (const Json& row : document.json.at("by_source")) {
    if (row.at("what_if") != document.variants.front().name ||
        row.at("firm") != document.firms[document.headline_firm].name ||
        row.at("metric") != document.metrics[document.headline_metric].name)
      continue;
    Json entry = {{"title", ""}, {"chip", row.at("chip")}};
    for (const Json& source : document.json.at("sources"))
      if (source.at("name") == row.at("source"))
        entry["title"] =
            (source.at("kind") == "stock" ? "stock " : "") + source.at("title").get<std::string>();
    for (const char* const key : {"mean", "p05", "p50", "p95"}) entry[key] = row.at(key);
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

Json run_page_data(const RunDocument& document, const std::vector<Chart>& charts,
                   std::size_t max_bytes) {
  std::vector<std::size_t> metrics = metrics_by_need(document);
  const std::size_t fitting = max_bytes / std::max<std::size_t>(packed_size(document), 1);
  metrics.resize(
      std::clamp<std::size_t>(fitting, std::min<std::size_t>(2, metrics.size()), metrics.size()));
  std::sort(metrics.begin(), metrics.end());
  const Json& json = document.json;
  const Json& scenario = json.at("scenario");
  Json out = charts_page_data(scenario.at("title"), {}, charts);
  if (out.at("title").get<std::string>().empty()) out["title"] = scenario.at("name");
  out["kind"] = "run";
  for (const char* const key : {"name", "question", "description"}) out[key] = scenario.at(key);
  const Json& headline = json.at("headline");
  out["sentences"] = headline.at("sentences");
  out["manifest"] = manifest_of(json);
  out["headline"] = {{"metric", document.headline_metric},
                     {"month", document.headline_month},
                     {"firm", document.headline_firm},
                     {"added", headline.at("added")},
                     {"mc_error_p50", headline.at("cases").at(0).at("value").at("mc_error_p50")},
                     {"assumed_constants", headline.at("assumed_constants")},
                     {"model_assumptions", headline.value("model_assumptions", Json::array())}};
  out["sources"] = sources_of(document);
  out["months"] = document.months;
  out["variants"] = with_labels(json.at("variants"), document.variants);
  out["firms"] = with_labels(json.at("firms"), document.firms);
  PackedBinding binding = packed_binding(document);
  out["constraints"] = std::move(binding.constraints);
  out["metrics"] = json.at("metrics");
  out["packed_metrics"] = metrics;
  out["values"] = packed_values(document, metrics);
  out["differences"] = packed_differences(document, metrics);
  out["binding"] = std::move(binding.shares);
  std::string exceedance;
  for (std::size_t variant = 0; variant < document.variants.size(); ++variant)
    for (std::size_t firm = 0; firm < document.firms.size(); ++firm)
      append_packed(exceedance, document.exceedance(variant, firm).value);
  out["exceedance"] = std::move(exceedance);
  out["exceedance_probability"] = document.exceedance(0, 0).probability;
  for (const char* const key :
       {"inputs", "accuracy", "works", "work_warnings", "warnings", "remarks"})
    out[key] = json.at(key);
  return out;
}

}  // namespace tranche
