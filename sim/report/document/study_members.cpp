// SPDX-License-Identifier: Apache-2.0
#include "sim/report/document/study_members.hpp"

#include <fmt/format.h>

#include "sim/report/document/run_document_members.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* run_command_again = "run the command again with this version of tranche";

// Parses the text and runs `check` on it, unless it is of another version.
template <class Check>
Json read(std::string_view text, const std::string& file, const Check& check) {
  Json json = parse_json(text, file);
  JsonProblems problems(file);
  const JsonReader root(json, problems);
  root.check_schema_version();
  problems.throw_if_any(run_command_again);
  check_scenario_names(root);
  check(root);
  problems.throw_if_any(run_command_again);
  return json;
}

void check_figures(const JsonReader& item, std::initializer_list<const char*> keys) {
  for (const char* const key : keys) item.at(key).number({}, Null::accepted);
}

void check_sweep(const JsonReader& root) {
  static const std::vector<std::string> designs = {"grid", "sobol", "latin_hypercube"};
  root.at("design").index_in(designs);
  const std::size_t axes = root.at("axes").distinct_names("name").size();
  const JsonReader shown = root.at("shown");
  for (const char* const key : {"metric", "firm", "month"}) shown.at(key).name();
  shown.at("unit").text();
  for (const JsonReader& point : root.at("points").items()) {
    for (const JsonReader& value : point.at("values").items(axes)) value.text();
    check_figures(point, {"mean", "p05", "p50", "p95"});
    const auto change = point.find("difference");  // older results have none
    if (!change) continue;
    check_figures(*change, {"p05", "p50", "p95"});
    change->at("share_above").number(share_range);
  }
}

void check_allocation(const JsonReader& root, const CsvTable& splits) {
  root.at("objectives").distinct_names("name");
  for (const JsonReader& objective : root.at("objectives").items()) {
    objective.at("what").text();
    objective.at("unit").text();
    const JsonReader name = objective.at("name");
    const std::string column = name.text();
    if (!column.empty() && !splits.column(column))
      name.refuse(fmt::format("`{}` is no column of {}", printable(column), splits.file));
  }
}

}  // namespace

Json read_sweep_json(std::string_view text, const std::string& file) {
  return read(text, file, check_sweep);
}

Json read_allocation_json(std::string_view text, const std::string& file, const CsvTable& splits) {
  return read(text, file, [&](const JsonReader& root) { check_allocation(root, splits); });
}

std::string read_study_title(std::string_view text, const std::string& file) {
  const Json json = read(text, file, [](const JsonReader&) {});
  const Json& scenario = json.at("scenario");
  const std::string title = scenario.at("title");
  return title.empty() ? scenario.at("name").get<std::string>() : title;
}

}  // namespace tranche
