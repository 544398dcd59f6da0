// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/catalogue/pages/pages.hpp"
#include "sim/results/json_head.hpp"
#include "sim/text/json_text.hpp"

namespace tranche {
namespace {

constexpr std::size_t max_rows_in_json = 5'000;

// Seven significant digits, as in every CSV file of results; empty for NaN.
Cell number_cell(double value) {
  if (!std::isfinite(value)) return {};
  const std::string text = fmt::format("{:.7g}", value);
  return {text, std::stod(text)};
}

std::vector<Column> columns_of(const std::vector<std::string>& keys) {
  std::vector<Column> columns;
  for (const std::string& key : keys) columns.push_back({key, key});
  return columns;
}

std::vector<Cell> output_cells(const OutputName& output) {
  return {output.what_if, output.firm, output.month, output.metric, output.unit};
}

void add_input_cells(std::vector<Cell>& row, const InputGroup& input) {
  row.emplace_back(input.name);
  row.emplace_back(fmt::format("{}", fmt::join(input.members, ";")));
  row.emplace_back(input.role == Role::lever ? "lever" : "assumption");
  row.emplace_back(std::string(confidence_name(input.confidence)));
}

// Rows output by output, the largest first, ties in the order of the inputs.
template <class Row, class Size>
std::vector<Row> sorted_rows(std::vector<Row> rows, std::size_t Row::*by, const Size& size) {
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    if (a.*by != b.*by) return a.*by < b.*by;
    const double x = size(a), y = size(b);
    return std::isnan(y) ? !std::isnan(x) : x > y;
  });
  return rows;
}

const char* name_of(Method method) {
  switch (method) {
    case Method::draws:
      return "draws";
    case Method::sobol:
      return "sobol";
    case Method::morris:
      return "morris";
    case Method::voi:
      break;
  }
  return "voi";
}

}  // namespace

TextTable tornado_table(const SensitivityResult& result) {
  TextTable table{
      columns_of({"what_if", "firm", "month", "metric", "unit", "input", "members", "role",
                  "confidence", "rank_correlation", "squared_contribution", "mean_when_low",
                  "mean_when_high", "swing", "input_unit", "input_low", "input_high"}),
      {}};
  for (const TornadoRow& row : sorted_rows(result.tornado, &TornadoRow::output, [](const auto& r) {
         return std::fabs(r.rank_correlation);
       })) {
    std::vector<Cell> cells = output_cells(result.outputs[row.output]);
    add_input_cells(cells, result.single_inputs[row.input]);
    for (const double value : {row.rank_correlation, row.contribution, row.mean_when_low,
                               row.mean_when_high, row.mean_when_high - row.mean_when_low})
      cells.push_back(number_cell(value));
    cells.emplace_back(result.single_units[row.input]);
    cells.push_back(number_cell(row.input_low));
    cells.push_back(number_cell(row.input_high));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

TextTable sobol_table(const SensitivityResult& result) {
  TextTable table{columns_of({"what_if", "firm", "month", "metric", "unit", "input", "members",
                              "role", "confidence", "first", "first_low", "first_high", "total",
                              "total_low", "total_high"}),
                  {}};
  for (const SobolRow& row : sorted_rows(result.sobol, &SobolRow::output,
                                         [](const auto& r) { return r.index.total.value; })) {
    std::vector<Cell> cells = output_cells(result.outputs[row.output]);
    add_input_cells(cells, result.tied_inputs[row.input]);
    for (const Estimate& e : {row.index.first, row.index.total})
      for (const double value : {e.value, e.low, e.high}) cells.push_back(number_cell(value));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

TextTable morris_table(const SensitivityResult& result) {
  TextTable table{columns_of({"what_if", "firm", "month", "metric", "unit", "input", "members",
                              "role", "confidence", "mu", "mu_star", "mu_star_error", "sigma"}),
                  {}};
  for (const MorrisRow& row : sorted_rows(result.morris, &MorrisRow::output,
                                          [](const auto& r) { return r.effects.mu_star; })) {
    std::vector<Cell> cells = output_cells(result.outputs[row.output]);
    add_input_cells(cells, result.tied_inputs[row.input]);
    const ElementaryEffects& e = row.effects;
    for (const double value : {e.mu, e.mu_star, e.mu_star_error, e.sigma})
      cells.push_back(number_cell(value));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

TextTable evppi_table(const SensitivityResult& result) {
  TextTable table{columns_of({"firm", "month", "metric", "unit", "best_without", "input", "members",
                              "role", "confidence", "evppi", "evppi_error", "share_of_evpi"}),
                  {}};
  const std::vector<VoiRow> rows =
      sorted_rows(result.voi, &VoiRow::decision, [](const auto& r) { return r.information.value; });
  std::size_t at = 0;
  for (std::size_t d = 0; d < result.decisions.size(); ++d) {
    const Decision& decision = result.decisions[d];
    const InformationValue& all = decision.values.perfect;
    std::vector<Cell> start = output_cells(result.outputs[decision.output]);
    start.erase(start.begin());
    start.emplace_back(result.options[decision.values.best]);
    std::vector<Cell> cells = start;
    for (const char* const text : {"(everything)", "", "", ""}) cells.emplace_back(text);
    cells.push_back(number_cell(all.value));
    cells.push_back(number_cell(all.standard_error));
    cells.push_back(all.value > 0 ? number_cell(1.0) : Cell{});
    table.rows.push_back(std::move(cells));
    for (; at < rows.size() && rows[at].decision == d; ++at) {
      cells = start;
      add_input_cells(cells, result.voi_inputs[rows[at].input]);
      const InformationValue& value = rows[at].information;
      cells.push_back(number_cell(value.value));
      cells.push_back(number_cell(value.standard_error));
      cells.push_back(all.value > 0 ? number_cell(value.value / all.value) : Cell{});
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

TextTable method_table(const SensitivityResult& result, Method method) {
  switch (method) {
    case Method::draws:
      return tornado_table(result);
    case Method::sobol:
      return sobol_table(result);
    case Method::morris:
      return morris_table(result);
    case Method::voi:
      break;
  }
  return evppi_table(result);
}

std::string file_of(Method method) {
  switch (method) {
    case Method::draws:
      return "tornado.csv";
    case Method::sobol:
      return "sobol.csv";
    case Method::morris:
      return "morris.csv";
    case Method::voi:
      break;
  }
  return "evppi.csv";
}

std::string sensitivity_json(const SensitivityResult& result) {
  using Json = nlohmann::ordered_json;
  Json json =
      analysis_head({result.scenario, result.title, result.file, result.input_files, result.seed});
  if (result.draws > 0) json["draws"] = result.draws;
  if (result.sobol_points > 0) json["sobol_points"] = result.sobol_points;
  if (result.morris_points > 0) json["morris_points"] = result.morris_points;
  if (!result.device.empty()) json["device"] = result.device;
  if (!result.device_note.empty()) json["device_note"] = result.device_note;
  json["notes"] = result.notes;
  Json decisions = Json::array();
  for (const Decision& decision : result.decisions) {
    const OutputName& output = result.outputs[decision.output];
    const double sign = output.better == Better::lower ? -1.0 : 1.0;
    Json options = Json::array();
    for (std::size_t d = 0; d < result.options.size(); ++d)
      options.push_back({{"what_if", result.options[d]},
                         {"mean", json_number(sign * decision.values.means[d])},
                         {"share_best", json_number(decision.values.share_best[d])}});
    decisions.push_back({{"firm", output.firm},
                         {"month", output.month},
                         {"metric", output.metric},
                         {"unit", output.unit},
                         {"best", result.options[decision.values.best]},
                         {"evpi", json_number(decision.values.perfect.value)},
                         {"evpi_error", json_number(decision.values.perfect.standard_error)},
                         {"options", std::move(options)}});
  }
  if (!decisions.empty()) json["decisions"] = std::move(decisions);
  Json tables = Json::array();
  for (const Method method : result.methods) {
    const TextTable table = method_table(result, method);
    tables.push_back(
        {{"method", name_of(method)}, {"file", file_of(method)}, {"rows", table.rows.size()}});
    if (table.rows.size() <= max_rows_in_json) {
      std::string key = file_of(method);
      key.resize(key.rfind('.'));
      json[key] = json_rows(table);
    }
  }
  json["tables"] = std::move(tables);
  return json_text(json);
}

void write_sensitivity(const SensitivityResult& result, FileSet& files) {
  for (const Method method : result.methods)
    files.write(file_of(method), csv_text(method_table(result, method)));
  files.write("sensitivity.json", sensitivity_json(result));
}

}  // namespace tranche
