// SPDX-License-Identifier: Apache-2.0

// Chart of the binding constraints by month.
#include <fmt/format.h>

#include "sim/report/charts/run_charts.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Chart binding_chart(const RunDocument& document, const ChartChoice& choice) {
  std::vector<std::string> shown;
  Json rows = Json::array();
  for (std::size_t constraint = 0; constraint < document.constraints.size(); ++constraint) {
    // The same colours for every firm and what-if.
    bool ever = false;
    for (std::size_t variant = 0; variant < document.variants.size(); ++variant)
      for (std::size_t firm = 0; firm < document.firms.size(); ++firm)
        ever = ever || !document.binding(variant, firm, constraint).empty();
    if (!ever) continue;
    const std::string& label = document.constraints[constraint].label;
    shown.push_back(label);
    const std::vector<double>& shares = document.binding(0, choice.firm, constraint);
    for (std::size_t month = 0; month < shares.size(); ++month)
      rows.push_back({{"month", document.months[month]},
                      {"constraint", label},
                      {"share", chart_number(shares[month])}});
  }
  Json share = number_axis("share", "share of draws");
  share["stack"] = "zero";
  share["axis"]["format"] = "%";
  share["scale"] = {{"domain", {0, 1}}};
  Json colour = colour_by("constraint", shown);
  for (std::size_t i = 0; i < shown.size(); ++i) colour["scale"]["range"][i] = series_colour(i + 1);
  colour["legend"]["columns"] = 2;
  Json body = {{"width", 560},
               {"height", 260},
               {"data", chart_data(std::move(rows))},
               {"mark", {{"type", "area"}, {"opacity", 0.85}, {"interpolate", "step"}}},
               {"encoding",
                {{"x", month_axis()},
                 {"y", std::move(share)},
                 {"color", std::move(colour)},
                 {"tooltip",
                  {{{"field", "constraint"}, {"type", "nominal"}, {"title", "what binds"}},
                   {{"field", "month"},
                    {"type", "temporal"},
                    {"timeUnit", "utcyearmonth"},
                    {"format", "%b %Y"},
                    {"title", "month"}},
                   {{"field", "share"},
                    {"type", "quantitative"},
                    {"title", "share of draws"},
                    {"format", ".0%"}}}}}}};
  const std::string read =
      "Share of the draws in which each constraint is the one that keeps new chips out of service.";
  return {
      .name = "binding",
      .title = fmt::format("What stops them, {}", document.firms[choice.firm].label),
      .text = "Stacked over the months, adding to all draws. " + read,
      .footer = footer_of(document, {document.headline_metric, choice.firm, choice.month}, read),
      .body = std::move(body),
      .rows = "binding",
      .value_title = ""};
}

}  // namespace tranche
