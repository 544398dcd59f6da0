// SPDX-License-Identifier: Apache-2.0

// Chart of the value of knowing an input before a choice.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/charts/table_charts.hpp"
#include "sim/report/document/run_document.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t max_inputs = 15;  // smaller ones are noise in a picture
constexpr const char* everything = "(everything)";

// Rows of the first choice: all inputs together, then those with a non-zero estimate.
std::vector<std::size_t> first_choice(const CsvTable& table) {
  std::vector<std::size_t> out;
  const auto key = [&](std::size_t row) {
    return table.field(row, "firm") + "\n" + table.field(row, "month") + "\n" +
           table.field(row, "metric");
  };
  for (std::size_t row = 0; row < table.rows.size() && out.size() <= max_inputs; ++row)
    if (key(row) == key(0) &&
        (table.field(row, "input") == everything || table.number(row, "evppi").value_or(0) != 0))
      out.push_back(row);
  return out;
}

}  // namespace

std::vector<Chart> information_charts(const CsvTable& information) {
  const std::vector<std::size_t> rows = first_choice(information);
  const bool any_input = std::any_of(rows.begin(), rows.end(), [&](std::size_t row) {
    return information.field(row, "input") != everything;
  });
  if (!any_input) return {};
  double largest = 0;
  std::vector<std::string> names;
  for (const std::size_t row : rows) {
    largest = std::max(largest, std::fabs(information.number(row, "evppi").value_or(0)));
    const std::string input = information.field(row, "input");
    names.push_back(input == everything ? "everything at once" : input);
  }
  const std::vector<std::string> labels = distinct_labels(names, 44);
  const DisplayUnit unit = display_unit(information.field(rows[0], "unit"), largest);
  const std::string metric = information.field(rows[0], "metric");
  Json bars = Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double gain = information.number(rows[i], "evppi").value_or(0);
    const double error = information.number(rows[i], "evppi_error").value_or(0);
    const std::string role = information.field(rows[i], "role");
    bars.push_back({{"input", labels[i]},
                    {"role", role.empty() ? "all inputs" : role},
                    {"gain", chart_number(gain / unit.one)},
                    {"low", chart_number((gain - 2 * error) / unit.one)},
                    {"high", chart_number((gain + 2 * error) / unit.one)},
                    {"confidence", information.field(rows[i], "confidence")}});
  }
  const std::string axis =
      fmt::format("gain of {}{}", metric, unit.name.empty() ? "" : ", " + unit.name);
  Json bar = {
      {"mark", {{"type", "bar"}, {"size", 12}}},
      {"encoding",
       {{"x", number_axis("gain", axis)},
        {"color", colour_by("role", {{"all inputs", ink_colour},
                                     {"lever", series_colour(3)},
                                     {"assumption", pale_colour}})},
        {"tooltip",
         {tooltip_text("input", "input"), tooltip_text("role", "role"),
          tooltip_text("confidence", "confidence"), tooltip_number("gain", "gain of knowing it"),
          tooltip_number("low", "low end"), tooltip_number("high", "high end")}}}}};
  Json error = {{"mark", {{"type", "rule"}, {"color", muted_colour}}},
                {"encoding", {{"x", number_axis("low", axis)}, {"x2", {{"field", "high"}}}}}};
  const std::string read = fmt::format(
      "What a choice made after learning an input gains on average over {}, the best without "
      "knowing more. No input can be worth more than all of them. Lines: two standard errors.",
      information.field(rows[0], "best_without"));
  return {{.name = "information",
           .title =
               fmt::format("What is worth knowing: {} of {} in {}", metric,
                           information.field(rows[0], "firm"), information.field(rows[0], "month")),
           .text = read,
           .footer = {read},
           .body = bars_beside_names(24, std::move(bars), name_axis("input", labels),
                                     {std::move(bar), std::move(error)})}};
}

}  // namespace tranche
