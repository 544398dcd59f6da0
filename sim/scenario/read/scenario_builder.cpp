// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/scenario_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/input/calendar.hpp"
#include "sim/input/sha256.hpp"
#include "sim/input/toml_load.hpp"
#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/limits.hpp"
#include "sim/scenario/metrics.hpp"
#include "sim/scenario/read/build_decisions.hpp"
#include "sim/scenario/read/name_check.hpp"

namespace tranche {
namespace {

// A draw costs about a microsecond on one core.
constexpr double draws_per_second = 1e6;
constexpr std::uint64_t many_draws = 1'000'000'000;

void check_draws(const Node& table, std::uint64_t draws, ReadContext& context) {
  if (draws < many_draws) return;
  constexpr double hour_s = 3600.0;
  const double hours = static_cast<double>(draws) / draws_per_second / hour_s;
  const std::string duration = hours > 24 * 730 ? fmt::format("{:.0f} years", hours / 8766)
                               : hours > 48     ? fmt::format("{:.0f} days", hours / 24)
                                                : fmt::format("{:.1f} hours", hours);
  const std::vector<std::string> help = {
      fmt::format("{} draws would take {} at a million draws per second", draws, duration),
      "1e6 draws give a median to 0.13 % of the standard deviation"};
  const Node* node = table.find("draws");
  const SourceSpan& where = node != nullptr ? node->where : table.where;
  context.problems.warning(where, "that is a great many `draws`", help);
}

void set_horizon(const Settings& settings, const Node& table, Scenario& scenario,
                 ReadContext& context) {
  if (settings.months > 0 && settings.quarters > 0) {
    context.problems.error(table.find("quarters")->key_where, "`quarters` beside `months`",
                           {"give one of them"});
    return;
  }
  if (settings.months == 0 && settings.quarters == 0) {
    if (table.find("months") != nullptr || table.find("quarters") != nullptr) return;
    context.problems.error(table.key_where, "missing key `months` or `quarters` in `scenario`",
                           {"how long to simulate"});
    return;
  }
  const bool by_quarter =
      settings.step.empty() ? settings.quarters > 0 : settings.step == "quarter";
  const std::int32_t months = settings.months > 0 ? settings.months : 3 * settings.quarters;
  scenario.step = by_quarter ? Step::quarter : Step::month;
  if (by_quarter && months % 3 != 0) {
    context.problems.error(table.find("months")->where,
                           "`months` must be a multiple of 3 when the step is a quarter");
  }
  scenario.steps = by_quarter ? months / 3 : months;
}

void set_headline(const Settings& settings, const Node& table, Scenario& scenario,
                  ReadContext& context) {
  scenario.headline.month = settings.headline_month;
  scenario.headline.firm = settings.headline_firm;
  if (!settings.headline_metric.empty()) {
    scenario.headline.metric = settings.headline_metric;
    scenario.headline.metric_where = table.find_path("headline.metric")->where;
  }
  const std::optional<YearMonth> month = parse_year_month(settings.headline_month);
  if (!month) return;
  const int months_in_step = scenario.step == Step::month ? 1 : 3;
  const int offset = months_between(scenario.start, *month);
  const std::string last = step_label(scenario, scenario.steps - 1);
  if (offset < 0 || offset >= scenario.steps * months_in_step) {
    context.problems.error(
        table.find_path("headline.month")->where,
        fmt::format("`{}` is outside the scenario's months", settings.headline_month),
        {fmt::format("from {} to {}", step_label(scenario, 0), last)});
  }
}

// The content is checked where it is used, with the models.
void set_own_runs(const Node& list, Scenario& scenario, ReadContext& context) {
  for (const Node& node : list.children) {
    if (!node.is_string()) continue;  // reported by the reader of the field
    if (node.text.empty()) {
      context.problems.error(node.where, "`own_runs` names no file", {"`[\"our-runs.csv\"]`"});
      continue;
    }
    const std::string path = (std::filesystem::path(node.where.file).parent_path() / node.text)
                                 .lexically_normal()
                                 .string();
    const std::optional<std::string> bytes = read_input_file(path, node.where, context.problems);
    if (!bytes) continue;
    context.data_files.push_back({.path = path, .sha256 = sha256_hex(*bytes)});
    scenario.own_runs.push_back(path);
  }
}

bool is_folder_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

}  // namespace

void build_settings(Scenario& scenario, ReadContext& context) {
  static const Node empty;
  const Node* found = context.root.find("scenario");
  const Node& table = found != nullptr && found->is_table() ? *found : empty;
  SectionPlace place{.table = table, .path = "scenario"};
  if (found == nullptr) {
    context.problems.error(context.root.where, "missing section [scenario]",
                           {"it needs `name`, `start` and `months` or `quarters`"});
    return;
  }
  Settings settings;
  check_section_keys(place, infos(scenario_fields()), false, context);
  // The start is read first: the times below are relative to it.
  if (const Node* start = table.find("start")) {
    context.start = parse_year_month(start->text).value_or(YearMonth{});
  }
  scenario.start = context.start;
  read_fields(scenario_fields(), place, settings, context);
  if (!settings.name.empty() && !is_folder_name(settings.name)) {
    context.problems.error(table.find("name")->where,
                           fmt::format("`{}` cannot be the name of a folder", settings.name),
                           {"letters, digits, `-`, `_` and `.`; put other text in `title`"});
  }
  if (settings.name.size() > longest_scenario_name) {
    context.problems.error(
        table.find("name")->where,
        fmt::format("the name has {} letters, and the name of a folder may have {}",
                    settings.name.size(), longest_scenario_name),
        {"put a long one in `title`"});
  }
  scenario.name = settings.name;
  scenario.title = settings.title.empty() ? settings.name : settings.title;
  scenario.question = settings.question;
  scenario.description = settings.description;
  scenario.draws = settings.draws.value_or(scenario.draws);
  scenario.seed = settings.seed.value_or(scenario.seed);
  scenario.metrics = settings.metrics;
  scenario.yardsticks = settings.yardsticks;
  if (const Node* const own_runs = table.find("own_runs"))
    set_own_runs(*own_runs, scenario, context);
  check_draws(table, scenario.draws, context);
  set_horizon(settings, table, scenario, context);
  context.steps = scenario.steps;
  context.months_per_step = scenario.step == Step::month ? 1 : 3;
  set_headline(settings, table, scenario, context);
}

std::vector<const Node*> tables_of(std::string_view section, ReadContext& context) {
  std::vector<const Node*> tables;
  const Node* node = context.root.find(section);
  if (node == nullptr || is_none(*node)) return tables;
  for (const Node& child : node->children) {
    if (child.is_table()) tables.push_back(&child);
  }
  return tables;
}

namespace {

// True if each section has the expected shape. A key among the tables of a section is an error too,
// which readers skip.
bool sections_are_tables(ReadContext& context) {
  const std::size_t errors_before = context.problems.error_count();
  std::size_t errors_passed_by = 0;
  std::vector<std::string> known = {"extends"};
  for (const Section& section : sections()) known.push_back(section.name);
  for (const Node& child : context.root.children) {
    const Section* section = find_section(child.key);
    if (section == nullptr) {
      if (child.key != "extends") {
        context.problems.error(child.key_where, fmt::format("unknown section `{}`", child.key),
                               name_help(child.key, known, "sections"));
      }
      continue;
    }
    const bool list = section->shape == Shape::list;
    const auto wrong = [&](const Node& node, const std::string& what) {
      context.problems.error(
          node.where,
          fmt::format("expected {} for `{}`, found {}", list ? "a list of tables" : "a table", what,
                      kind_text(node)),
          {list ? fmt::format("write [[{}]]", child.key) : fmt::format("write [{}]", what)});
    };
    if (list ? !child.is_array() : !child.is_table() && !is_none(child)) {
      wrong(child, child.key);
      continue;
    }
    if (!list && section->shape != Shape::tables) continue;
    for (const Node& item : child.children) {
      if (is_none(item)) continue;
      if (!item.is_table()) {
        wrong(item, list ? child.key : child.key + "." + item.key);
        if (!list) ++errors_passed_by;
      } else if (!list) {
        check_own_name(item,
                       section->name == "firms"       ? OwnName::firm
                       : section->name == "workloads" ? OwnName::workload
                       : section->name == "tranches"  ? OwnName::tranche
                                                      : OwnName::permission,
                       context.catalogue, context.problems);
      }
    }
  }
  return context.problems.error_count() == errors_before + errors_passed_by;
}

std::vector<std::string> keys_of(const std::vector<const Node*>& tables) {
  std::vector<std::string> keys;
  for (const Node* table : tables) keys.push_back(table->key);
  return keys;
}

// Results use metrics and yardsticks under their names.
void check_yardstick_names(ReadContext& context) {
  const std::vector<std::string>& metrics = metric_names();
  for (const Yardstick& yardstick : context.catalogue.yardsticks) {
    if (std::find(metrics.begin(), metrics.end(), yardstick.name) == metrics.end()) continue;
    context.problems.error(yardstick.where,
                           fmt::format("yardstick `{}` has the name of a metric", yardstick.name),
                           {"rename it in the catalogue"});
  }
}

// Lists levers and assumptions for `tranche resolve`.
void list_values(ReadContext& context) {
  for (const char* section : {"levers", "assumptions"}) {
    const Node* table = context.root.find(section);
    if (table == nullptr) continue;
    for (const Node& child : table->children) {
      add_resolved(fmt::format("{}.{}", section, child.key), child, context);
    }
  }
}

}  // namespace

Scenario build_scenario(ReadContext& context) {
  Scenario scenario;
  if (!sections_are_tables(context)) return scenario;
  context.firms = keys_of(tables_of("firms", context));
  context.workloads = keys_of(tables_of("workloads", context));
  context.permissions = keys_of(tables_of("approvals", context));
  for (const std::string& name : keys_of(tables_of("licences", context))) {
    context.permissions.push_back(name);
  }
  check_yardstick_names(context);
  build_settings(scenario, context);
  list_values(context);
  build_workloads(scenario, context);
  build_firms(scenario, context);
  build_regimes(scenario, context);
  build_permissions(scenario, context);
  build_tranches(scenario, context);
  build_server_power(scenario, context);
  build_comparisons(scenario, context);
  return scenario;
}

}  // namespace tranche
