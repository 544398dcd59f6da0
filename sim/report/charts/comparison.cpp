// SPDX-License-Identifier: Apache-2.0

// Comparison of chips: ratios to the first, and the roofline of each.
#include <fmt/format.h>

#include <set>

#include "sim/report/charts/table_charts.hpp"

namespace tranche {

namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::vector<Chart> comparison_charts(const CsvTable& comparison) {
  const std::vector<std::string> workloads = values_of(comparison, "workload");
  const std::vector<std::string> chips = values_of(comparison, "chip");
  Json rows = Json::array();
  std::set<std::string> seen;  // a workload may be requested twice
  for (std::size_t row = 0; row < comparison.rows.size(); ++row) {
    const std::string key =
        comparison.field(row, "workload") + "\n" + comparison.field(row, "chip");
    if (!comparison.number(row, "ratio") || !seen.insert(key).second) continue;
    rows.push_back({{"workload", comparison.field(row, "workload")},
                    {"chip", comparison.field(row, "chip")},
                    {"ratio", table_number(comparison, row, "ratio")},
                    {"bound", comparison.field(row, "bound")},
                    {"why", comparison.field(row, "why")}});
  }
  if (rows.empty() || chips.size() < 2) return {};
  Json colour = colour_by("chip", chips);
  for (std::size_t i = 0; i < chips.size(); ++i)
    colour["scale"]["range"][i] = i == 0 ? muted_colour : series_colour(i);
  Json bars = {{"mark", {{"type", "bar"}}},
               {"encoding",
                {{"y", name_axis("workload", workloads)},
                 {"yOffset", {{"field", "chip"}, {"type", "nominal"}, {"sort", chips}}},
                 {"x", number_axis("ratio", "throughput, times that of " + chips.front())},
                 {"color", std::move(colour)},
                 {"tooltip",
                  {tooltip_text("workload", "workload"), tooltip_text("chip", "chip"),
                   tooltip_number("ratio", "ratio"), tooltip_text("bound", "bound by"),
                   tooltip_text("why", "why")}}}}};
  Json one = {{"mark", {{"type", "rule"}, {"color", ink_colour}}},
              {"encoding", {{"x", {{"datum", 1}}}}}};
  const std::string read =
      "One bar for each chip and workload; the line is the first chip. Above it, the chip does "
      "more of that work.";
  return {{.name = "ratios",
           .title = "Chips beside " + chips.front() + ", by workload",
           .text = read,
           .footer = {read, "Predictions of the performance models; see docs/methods/accuracy.md."},
           .body = {{"width", 560},
                    {"height", {{"step", 12}}},
                    {"data", chart_data(std::move(rows))},
                    {"layer", {std::move(bars), std::move(one)}}}}};
}

std::vector<Chart> roofline_charts(const CsvTable& roofline) {
  const std::vector<std::string> chips = values_of(roofline, "chip");
  Json rows = Json::array();
  std::set<std::string> seen;
  for (std::size_t row = 0; row < roofline.rows.size(); ++row) {
    const std::string key = roofline.field(row, "name") + "\n" + roofline.field(row, "chip");
    if (roofline.field(row, "kind") == "workload" && !seen.insert(key).second) continue;
    rows.push_back({{"chip", roofline.field(row, "chip")},
                    {"kind", roofline.field(row, "kind")},
                    {"name", roofline.field(row, "name")},
                    {"intensity", table_number(roofline, row, "flop_per_byte")},
                    {"rate", table_number(roofline, row, "flop_per_s", 1e12)}});
  }
  if (rows.empty()) return {};
  const auto log_axis = [](const char* field, const char* title) {
    Json out = number_axis(field, title);
    out["scale"] = {{"type", "log"}};
    out["axis"]["format"] = "~g";
    return out;
  };
  const Json x = log_axis("intensity", "arithmetic intensity, FLOP/B");
  const Json y = log_axis("rate", "TFLOP/s");
  const auto of = [](const char* kind) {
    return Json::array({{{"filter", {{"field", "kind"}, {"equal", kind}}}}});
  };
  Json colour = colour_by("chip", chips);
  Json ceilings = {
      {"transform", of("ceiling")},
      {"mark", {{"type", "line"}, {"strokeWidth", 2}}},
      {"encoding",
       {{"x", x}, {"y", y}, {"color", colour}, {"strokeDash", dash_by("chip", chips)}}}};
  Json points = {{"transform", of("workload")},
                 {"mark", {{"type", "point"}, {"filled", true}, {"size", 60}}},
                 {"encoding",
                  {{"x", x},
                   {"y", y},
                   {"color", colour},
                   {"tooltip",
                    {tooltip_text("name", "workload"), tooltip_text("chip", "chip"),
                     tooltip_number("intensity", "FLOP/B"), tooltip_number("rate", "TFLOP/s")}}}}};
  const std::string read =
      "Line: what a chip can do at most (memory bandwidth on the slope, dense bf16 on the roof); "
      "points: what the model predicts for memory-bound work. Both axes are logarithmic.";
  return {{.name = "roofline",
           .title = "Roofline",
           .text = read,
           .footer = {read},
           .body = {{"width", 560},
                    {"height", 320},
                    {"data", chart_data(std::move(rows))},
                    {"layer", {std::move(ceilings), std::move(points)}}}}};
}

}  // namespace tranche
