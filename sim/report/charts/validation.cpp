// SPDX-License-Identifier: Apache-2.0

// Predictions over measurements.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/report/charts/table_charts.hpp"

namespace tranche {

namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::vector<Chart> validation_charts(const CsvTable& cases) {
  Json rows = Json::array();
  double low = std::numeric_limits<double>::max(), high = 0;
  std::size_t within = 0;
  for (std::size_t row = 0; row < cases.rows.size(); ++row) {
    const auto predicted = cases.number(row, "predicted"), measured = cases.number(row, "measured");
    if (!predicted || !measured || *predicted <= 0 || *measured <= 0) continue;
    low = std::min({low, *predicted, *measured});
    high = std::max({high, *predicted, *measured});
    if (std::fabs(*predicted / *measured - 1) <= 0.1) ++within;
    rows.push_back({{"id", cases.field(row, "id")},
                    {"unit", cases.field(row, "unit")},
                    {"measured", chart_number(*measured)},
                    {"predicted", chart_number(*predicted)}});
  }
  if (rows.empty()) return {};
  const std::size_t count = rows.size();
  std::vector<std::string> units = values_of(cases, "unit");
  Json colour = colour_by("unit", units);
  for (std::size_t i = 0; i < units.size(); ++i) colour["scale"]["range"][i] = series_colour(i + 1);
  colour["legend"]["title"] = "unit";
  const auto log_axis = [&](const char* field, const char* title) {
    Json out = number_axis(field, title);
    out["scale"] = {{"type", "log"}, {"domain", {low * 0.8, high * 1.25}}, {"nice", false}};
    out["axis"]["format"] = "~s";
    return out;
  };
  Json band = Json::array();
  for (const double at : {low * 0.8, high * 1.25})
    band.push_back({{"at", at}, {"under", at * 0.9}, {"over", at * 1.1}});
  Json area = {
      {"data", {{"values", band}}},
      {"mark", {{"type", "area"}, {"color", muted_colour}, {"opacity", 0.25}, {"clip", true}}},
      {"encoding",
       {{"x", log_axis("at", "measured")},
        {"y", log_axis("under", "predicted")},
        {"y2", {{"field", "over"}}}}}};
  Json points = {{"mark", {{"type", "point"}, {"filled", true}, {"size", 22}, {"opacity", 0.55}}},
                 {"encoding",
                  {{"x", log_axis("measured", "measured")},
                   {"y", log_axis("predicted", "predicted")},
                   {"color", std::move(colour)},
                   {"tooltip",
                    {tooltip_text("id", "case"), tooltip_number("measured", "measured"),
                     tooltip_number("predicted", "predicted"), tooltip_text("unit", "unit")}}}}};
  const std::string read = fmt::format(
      "Each point is a published measurement and its prediction, in the unit of its colour; the "
      "band is "
      "10 % either way and holds {} of {} cases. Both axes are logarithmic.",
      within, count);
  return {{.name = "predicted-measured",
           .title = "Predicted beside measured",
           .text = read,
           .footer = {read},
           .body = {{"width", 460},
                    {"height", 420},
                    {"data", chart_data(std::move(rows))},
                    {"layer", {std::move(area), std::move(points)}}}}};
}

}  // namespace tranche
