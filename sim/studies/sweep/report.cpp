// SPDX-License-Identifier: Apache-2.0

// sweep.csv, sweep.json and the table of a sweep.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/input/sha256.hpp"
#include "sim/results/headline_sentences.hpp"
#include "sim/results/json_head.hpp"
#include "sim/studies/sweep/sweep.hpp"
#include "sim/text/human_number.hpp"
#include "sim/text/json_text.hpp"
#include "sim/text/terminal_text.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(SweepDesign design) {
  return design == SweepDesign::grid    ? "grid"
         : design == SweepDesign::sobol ? "sobol"
                                        : "latin_hypercube";
}

// "75,000" for a number of chips; other labels as they are.
std::string shown_label(const std::string& label) {
  char* end = nullptr;
  const double value = std::strtod(label.c_str(), &end);
  const bool is_number = !label.empty() && end == label.c_str() + label.size();
  return is_number ? human_number(value) : shortened(printable(label), 28);
}

}  // namespace

std::string sweep_csv(const SweepResult& result) {
  std::string out = "point,";
  for (const std::string& axis : result.axes) out += csv_field(axis) + ",";
  out +=
      "firm,month,metric,unit,mean,sd,p05,p25,p50,p75,p95,mc_error_p50,"
      "difference_mean,difference_p05,difference_p50,difference_p95,share_above,share_below\n";
  for (const std::string& rows : result.rows) out += rows;
  return out;
}

std::string sweep_json(const SweepResult& result) {
  Json json = json_head();
  json["started_utc"] = result.started_utc;
  json["digest"] = sha256_hex(sweep_csv(result));
  json["scenario"] = {{"name", result.scenario}, {"title", result.title}};
  json["draws"] = result.draws;
  json["seed"] = result.seed;
  json["device_description"] = result.device_description;
  json["design"] = name_of(result.spec.design);
  json["axes"] = Json::array();
  for (const SweepAxis& axis : result.spec.axes)
    json["axes"].push_back({{"name", axis.name}, {"path", axis.path}, {"unit", axis.unit}});
  json["points_kept"] = result.points_kept;
  json["input_files"] = input_files_json(result.inputs);
  json["shown"] = {{"metric", result.shown_metric},
                   {"unit", result.shown_unit},
                   {"firm", result.shown_firm},
                   {"month", result.shown_month}};
  json["points"] = Json::array();
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    const Statistics &s = result.shown[i].value, &d = result.shown[i].difference;
    json["points"].push_back({{"point", i + 1},
                              {"values", result.labels[i]},
                              {"mean", json_number(s.mean)},
                              {"p05", json_number(s.p05)},
                              {"p50", json_number(s.p50)},
                              {"p95", json_number(s.p95)},
                              {"mc_error_p50", json_number(s.mc_error_p50)},
                              {"difference",
                               {{"mean", json_number(d.mean)},
                                {"p05", json_number(d.p05)},
                                {"p50", json_number(d.p50)},
                                {"p95", json_number(d.p95)},
                                {"share_above", json_number(d.share_positive)},
                                {"share_below", json_number(d.share_negative)}}}});
  }
  return json_text(json);
}

void write_sweep(const SweepResult& result, FileSet& files) {
  files.write("sweep.csv", sweep_csv(result));
  files.write("sweep.json", sweep_json(result));
}

std::string sweep_report(const SweepResult& result, const std::string& folder,
                         std::size_t columns) {
  constexpr std::size_t max_rows = 40;
  double largest = 0;
  for (const ShownPoint& s : result.shown)
    largest = std::max({largest, std::fabs(s.value.p50), std::fabs(s.value.p05)});
  const DisplayUnit unit = display_unit(result.shown_unit, largest);
  TextTable table{.columns = {{"point", "point"}}, .rows = {}};
  for (const std::string& axis : result.axes)
    table.columns.push_back({shortened(printable(axis), 32), axis});
  table.columns.push_back({"median (5 % to 95 %)", "value"});
  table.columns.push_back({"mean", "mean"});
  table.columns.push_back({"change (5 % to 95 %)", "difference"});
  table.columns.push_back({"more in", "share_above"});
  for (std::size_t i = 0; i < std::min(result.rows.size(), max_rows); ++i) {
    std::vector<Cell> row = {Cell(std::to_string(i + 1), static_cast<double>(i + 1))};
    for (const std::string& label : result.labels[i]) row.push_back(Cell(shown_label(label), 0.0));
    const Statistics &s = result.shown[i].value, &d = result.shown[i].difference;
    row.push_back(Cell(value_and_band(unit, s), 0.0));
    row.push_back(Cell(unit.number(s.mean), s.mean));
    row.push_back(Cell(fmt::format("{} ({} to {})", unit.signed_number(d.p50),
                                   unit.signed_number(d.p05), unit.signed_number(d.p95)),
                       d.p50));
    row.push_back(Cell(percent(d.share_positive), d.share_positive));
    table.rows.push_back(std::move(row));
  }
  std::string out = shortened(printable(result.title), columns) + "\n\n";
  out +=
      wrapped(fmt::format("{} at {}, {}{}", printable(result.shown_metric), result.shown_month,
                          printable(result.shown_firm), unit.name.empty() ? "" : ", " + unit.name),
              columns);
  out += aligned_text(table);
  if (result.rows.size() > max_rows)
    out += fmt::format("{} more points are in sweep.csv\n", result.rows.size() - max_rows);
  out += fmt::format("\n{} points ({}), {} draws each, seed {}, in {:.3g} s on {}\n", result.points,
                     name_of(result.spec.design), with_separators(result.draws), result.seed,
                     result.seconds, printable(result.device_description));
  if (result.points_kept > 0)
    out += fmt::format("{} of them were done before and kept\n", result.points_kept);
  out +=
      wrapped(fmt::format("Written to {}: sweep.csv sweep.json", printable(folder)), columns, "  ");
  return out +
         wrapped(
             "change: from the scenario as written, median and 90 % of the draws; more in: the "
             "share of draws in which the point has more. All points share their random "
             "numbers: a difference between two is not sampling noise.",
             columns);
}

}  // namespace tranche
