// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/discover/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/catalogue/pages/pages.hpp"
#include "sim/results/json_head.hpp"
#include "sim/text/human_number.hpp"
#include "sim/text/json_text.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

Cell number_cell(double value) {
  const std::string text = fmt::format("{:.7g}", value);
  return {text, std::stod(text)};
}
Cell end_cell(const std::optional<float>& end) {
  return end ? number_cell(static_cast<double>(*end)) : Cell{};
}

std::vector<Column> columns_of(const std::vector<std::string>& keys) {
  std::vector<Column> columns;
  for (const std::string& key : keys) columns.push_back({key, key});
  return columns;
}

void add_figures(std::vector<Cell>& row, const Box& box) {
  for (const double value : {box.mass, box.density, box.coverage})
    row.push_back(number_cell(value));
}

std::string limit_text(const DiscoverInput& input, const BoxLimit& limit) {
  const std::string unit = input.unit.empty() ? "" : " " + input.unit;
  const auto number = [](float value) { return human_number(static_cast<double>(value)); };
  if (input.is_event) return limit.low ? "happens" : "does not happen";
  if (limit.low && limit.high)
    return fmt::format("{} to {}{}", number(*limit.low), number(*limit.high), unit);
  return limit.low ? fmt::format("at least {}{}", number(*limit.low), unit)
                   : fmt::format("at most {}{}", number(*limit.high), unit);
}

std::string whole_range(const DiscoverInput& input) {
  if (input.is_event) return "may happen";
  return fmt::format("{}{}{}", human_number(input.p05), input.p05 < 0 ? " to " : "–",
                     human_number(input.p95));
}

}  // namespace

TextTable trajectory_table(const DiscoverResult& result) {
  TextTable table{columns_of({"box", "mass", "density", "coverage", "restricted_inputs", "chosen"}),
                  {}};
  for (std::size_t b = 0; b < result.boxes.size(); ++b) {
    const Box& box = result.boxes[b];
    std::vector<Cell> row{number_cell(static_cast<double>(b))};
    add_figures(row, box);
    row.push_back(number_cell(static_cast<double>(box.limits.size())));
    row.push_back(number_cell(b == result.peeled ? 1 : 0));
    table.rows.push_back(std::move(row));
  }
  return table;
}

TextTable limits_table(const DiscoverResult& result) {
  TextTable table{columns_of({"box", "input", "unit", "low", "high"}), {}};
  for (std::size_t b = 0; b < result.boxes.size(); ++b)
    for (const BoxLimit& limit : result.boxes[b].limits) {
      const DiscoverInput& input = result.inputs[limit.input];
      table.rows.push_back({number_cell(static_cast<double>(b)), input.name, input.unit,
                            end_cell(limit.low), end_cell(limit.high)});
    }
  return table;
}

TextTable box_table(const DiscoverResult& result) {
  TextTable table{columns_of({"input", "unit", "role", "confidence", "low", "high", "p05", "p95",
                              "share_kept", "density_without", "coverage_without", "quasi_p"}),
                  {}};
  for (const FoundLimit& found : result.limits) {
    const DiscoverInput& input = result.inputs[found.limit.input];
    std::vector<Cell> row{input.name,
                          input.unit,
                          input.role == Role::lever ? "lever" : "assumption",
                          std::string(confidence_name(input.confidence)),
                          end_cell(found.limit.low),
                          end_cell(found.limit.high)};
    for (const double value : {input.p05, input.p95, found.share_kept, found.test.density_without,
                               found.test.coverage_without, found.test.quasi_p})
      row.push_back(number_cell(value));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string discover_json(const DiscoverResult& result) {
  using Json = nlohmann::ordered_json;
  const auto figures = [](const Box& box) {
    return Json{{"mass", json_number(box.mass)},
                {"density", json_number(box.density)},
                {"coverage", json_number(box.coverage)}};
  };
  Json json =
      analysis_head({result.scenario, result.title, result.file, result.input_files, result.seed});
  json["draws"] = result.draws;
  json["checked_draws"] = result.checked_draws;
  json["outcome"] = result.outcome;
  json["understood_as"] = result.description;
  json["share_of_draws"] = json_number(result.share);
  json["chosen"] = figures(result.box);
  json["chosen_on_other_draws"] = figures(result.checked);
  json["prim_box"] = json_rows(box_table(result));
  json["prim"] = json_rows(trajectory_table(result));
  json["prim_limits"] = json_rows(limits_table(result));
  return json_text(json);
}

void write_discovery(const DiscoverResult& result, FileSet& files) {
  files.write("prim.csv", csv_text(trajectory_table(result)));
  files.write("prim_box.csv", csv_text(box_table(result)));
  files.write("prim_limits.csv", csv_text(limits_table(result)));
  files.write("discover.json", discover_json(result));
}

std::string discover_text(const DiscoverResult& result, std::size_t columns) {
  std::string out = printable(result.title) + "\n\n";
  out += wrapped("Outcome: " + printable(result.description), columns, "  ");
  out += wrapped(fmt::format("It happens in {} of {} draws.", percent(result.share),
                             with_separators(result.draws)),
                 columns);
  out += '\n';
  if (result.limits.empty())
    return out + wrapped("No box of the inputs tells the draws with the outcome from the others.",
                         columns);
  out += "In these worlds above all\n";
  TextTable table{
      {{"input", ""}, {"held to", ""}, {"90 % lie in", ""}, {"without", ""}, {"how sure", ""}}, {}};
  bool has_mean = false;
  std::vector<FoundLimit> limits = result.limits;
  std::stable_sort(limits.begin(), limits.end(), [](const FoundLimit& a, const FoundLimit& b) {
    return a.test.density_without < b.test.density_without;
  });
  for (const FoundLimit& found : limits) {
    const DiscoverInput& input = result.inputs[found.limit.input];
    has_mean = has_mean || input.is_mean;
    table.rows.push_back({shortened(printable(input.name), 40) + (input.is_mean ? " (mean)" : ""),
                          limit_text(input, found.limit), whole_range(input),
                          Cell(percent(found.test.density_without), found.test.density_without),
                          input.role == Role::lever
                              ? std::string("lever")
                              : std::string(confidence_name(input.confidence))});
  }
  out += aligned_text(table) + '\n';
  const Box& box = result.box;
  out += wrapped(
      fmt::format("{} of all draws are such worlds. There the outcome happens in {} of draws "
                  "(density; {} elsewhere), and {} of all draws with the outcome lie there "
                  "(coverage).",
                  percent(box.mass), percent(box.density),
                  percent(box.mass < 1 ? result.share * (1 - box.coverage) / (1 - box.mass) : 0.0),
                  percent(box.coverage)),
      columns);
  out += wrapped(fmt::format("On {} other draws: density {}, coverage {}.",
                             with_separators(result.checked_draws), percent(result.checked.density),
                             percent(result.checked.coverage)),
                 columns);
  if (!result.reaches_density)
    out += wrapped("Note: no box is as dense as asked; this is the densest.", columns);
  out += "\nDenser boxes cover less; some of the way (all in prim.csv)\n";
  TextTable way{
      {{"box", ""}, {"draws", ""}, {"density", ""}, {"coverage", ""}, {"inputs held", ""}}, {}};
  const std::size_t step = std::max<std::size_t>(1, result.boxes.size() / 8);
  for (std::size_t b = 0; b < result.boxes.size(); ++b) {
    const Box& at = result.boxes[b];
    if (b % step != 0 && b != result.peeled && b + 1 != result.boxes.size()) continue;
    way.rows.push_back(
        {Cell(fmt::format("{}{}", b, b == result.peeled ? " *" : "  "), static_cast<double>(b)),
         Cell(percent(at.mass), at.mass), Cell(percent(at.density), at.density),
         Cell(percent(at.coverage), at.coverage),
         Cell(std::to_string(at.limits.size()), static_cast<double>(at.limits.size()))});
  }
  out += aligned_text(way);
  return out +
         wrapped(
             fmt::format(
                 "* the box above comes from this one. without: the density if this limit alone "
                 "were lifted; by chance so dense a box would come up then in less than "
                 "5 % of cases.{}",
                 has_mean ? " (mean): over the months or batches it is drawn for." : ""),
             columns);
}

}  // namespace tranche
