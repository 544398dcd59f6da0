// SPDX-License-Identifier: Apache-2.0

// Charts of training plans: components of the step time and of a chip's memory.
#include <fmt/format.h>

#include "sim/report/charts/table_charts.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

struct Part {
  const char* column;
  const char* title;
};

std::string plan_label(const CsvTable& plans, std::size_t row) {
  std::string label =
      fmt::format("{}: TP {} PP {} DP {}", plans.field(row, "rank"), plans.field(row, "tensor"),
                  plans.field(row, "pipeline"), plans.field(row, "data"));
  if (plans.number(row, "context").value_or(1) > 1) label += " CP " + plans.field(row, "context");
  if (plans.number(row, "expert").value_or(1) > 1) label += " EP " + plans.field(row, "expert");
  return label;
}

// Stacked bars, one per plan.
Json stacked(const CsvTable& plans, const std::vector<Part>& parts, double one,
             const std::string& axis) {
  Json rows = Json::array();
  std::vector<std::string> labels, titles;
  for (const Part& part : parts) titles.emplace_back(part.title);
  for (std::size_t row = 0; row < plans.rows.size(); ++row) {
    labels.push_back(plan_label(plans, row));
    for (std::size_t i = 0; i < parts.size(); ++i)
      rows.push_back({{"plan", labels.back()},
                      {"part", parts[i].title},
                      {"order", i},
                      {"value", table_number(plans, row, parts[i].column, one)}});
  }
  Json colour = colour_by("part", titles);
  for (std::size_t i = 0; i < titles.size(); ++i)
    colour["scale"]["range"][i] = series_colour(i + 1);
  return {{"width", 560},
          {"height", {{"step", 28}}},
          {"data", chart_data(std::move(rows))},
          {"layer",
           {{{"mark", {{"type", "bar"}, {"opacity", 0.9}}},
             {"encoding",
              {{"y", name_axis("plan", labels)},
               {"x", number_axis("value", axis)},
               {"order", {{"field", "order"}, {"type", "quantitative"}}},
               {"color", std::move(colour)},
               {"tooltip",
                {tooltip_text("plan", "plan"), tooltip_text("part", "part"),
                 tooltip_number("value", axis)}}}}}}}};
}

}  // namespace

std::vector<Chart> plan_charts(const CsvTable& plans) {
  if (plans.rows.empty()) return {};
  std::vector<Chart> out;
  const std::string time_read =
      "Each bar is the time of one optimizer step; the fastest plan is on top.";
  out.push_back({.name = "step-time",
                 .title = "Where the time of a step goes",
                 .text = time_read,
                 .footer = {time_read},
                 .body = stacked(plans,
                                 {{"compute_s", "compute"},
                                  {"network_s", "network"},
                                  {"bubble_s", "pipeline bubble"},
                                  {"optimizer_s", "optimizer"},
                                  {"host_s", "host"},
                                  {"straggler_s", "stragglers"}},
                                 1, "seconds")});
  if (!plans.column("weights_bytes")) return out;
  const std::string memory_read =
      "What fills the memory of the fullest chip; the line is its capacity.";
  Chart memory{.name = "memory",
               .title = "What fills the memory of a chip",
               .text = memory_read,
               .footer = {memory_read},
               .body = stacked(plans,
                               {{"weights_bytes", "weights"},
                                {"gradients_bytes", "gradients"},
                                {"optimizer_state_bytes", "optimizer"},
                                {"activations_bytes", "activations"},
                                {"logits_bytes", "logits"},
                                {"reserve_bytes", "reserve"}},
                               1e9, "GB")};
  memory.body["layer"].push_back(
      {{"mark", {{"type", "rule"}, {"color", ink_colour}, {"strokeWidth", 2}}},
       {"encoding", {{"x", {{"datum", table_number(plans, 0, "memory_capacity_bytes", 1e9)}}}}}});
  out.push_back(std::move(memory));
  return out;
}

}  // namespace tranche
