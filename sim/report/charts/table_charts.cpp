// SPDX-License-Identifier: Apache-2.0
#include "sim/report/charts/table_charts.hpp"

#include <algorithm>

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Json name_axis(const std::string& field, const std::vector<std::string>& order) {
  return {{"field", field},
          {"type", "nominal"},
          {"sort", order},
          {"axis",
           {{"title", nullptr},
            {"ticks", false},
            {"domain", false},
            {"labelLimit", 360},
            {"labelColor", ink_colour}}}};
}

Json tooltip_text(const std::string& field, const std::string& title) {
  return {{"field", field}, {"type", "nominal"}, {"title", title}};
}

Json table_number(const CsvTable& table, std::size_t row, const std::string& column, double one) {
  const std::optional<double> number = table.number(row, column);
  return number ? chart_number(*number / one) : Json();
}

Json bars_beside_names(int step, Json rows, Json names, Json layers) {
  return {{"width", 460},
          {"height", {{"step", step}}},
          {"data", chart_data(std::move(rows))},
          {"encoding", {{"y", std::move(names)}}},
          {"layer", std::move(layers)}};
}

std::vector<std::string> values_of(const CsvTable& table, const std::string& column) {
  std::vector<std::string> out;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::string value = table.field(row, column);
    if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(value);
  }
  return out;
}

}  // namespace tranche
