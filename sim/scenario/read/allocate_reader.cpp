// SPDX-License-Identifier: Apache-2.0

// Reads [allocate].
#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/read/inner_table.hpp"
#include "sim/scenario/read/name_check.hpp"
#include "sim/scenario/read/study_reader.hpp"

namespace tranche {
namespace {

// Shares that `split` names, or nullptr.
const Shares* find_shares(const Scenario& scenario, const std::string& split) {
  for (const Tranche& tranche : scenario.tranches)
    if (split == fmt::format("tranches.{}.split", tranche.name)) return &tranche.split;
  for (const Firm& firm : scenario.firms)
    if (split == fmt::format("firms.{}.workloads", firm.name)) return &firm.workloads;
  return nullptr;
}

std::vector<std::string> known_splits(const Scenario& scenario) {
  std::vector<std::string> known;
  for (const Tranche& tranche : scenario.tranches)
    known.push_back(fmt::format("tranches.{}.split", tranche.name));
  for (const Firm& firm : scenario.firms)
    known.push_back(fmt::format("firms.{}.workloads", firm.name));
  return known;
}

void read_measure(const InnerTable& table, Measure& measure) {
  const auto text = table.text("measure");
  if (!text) return;
  if (const auto parsed = parse_measure(*text)) {
    measure = *parsed;
    return;
  }
  table.context.problems.error(table.place.table.find("measure")->where,
                               fmt::format("unknown measure `{}`", *text),
                               {"`mean`, a percentile `p01` to `p99`, or `cvar01` to `cvar99`, the "
                                "mean of the worst draws"});
}

void read_figure(const InnerTable& table, const Scenario& scenario, std::string& metric,
                 std::string& month, std::string& firm) {
  ReadContext& context = table.context;
  metric = table.text("metric").value_or("");
  month = table.text("month").value_or(headline_month(scenario));
  if (month_label(scenario, month).empty() && table.place.table.find("month") != nullptr)
    context.problems.error(table.place.table.find("month")->where,
                           fmt::format("`{}` is no month of the scenario", month),
                           {fmt::format("from {} to {}", step_label(scenario, 0),
                                        step_label(scenario, scenario.steps - 1))});
  firm = table.text("firm").value_or("all");
  std::vector<std::string> known = context.firms;
  known.insert(known.end(), {"all", "worst"});
  if (std::find(known.begin(), known.end(), firm) == known.end())
    context.problems.error(table.place.table.find("firm")->where,
                           fmt::format("unknown firm `{}`", firm),
                           name_help(firm, known, "known here"));
}

ObjectiveTerm read_objective(const Node& node, const Scenario& scenario, ReadContext& context) {
  const InnerTable table{
      {.table = node, .path = "allocate.objective"}, objective_fields(), context};
  check_section_keys(table.place, table.fields, false, context);
  ObjectiveTerm term;
  term.where = node.where;
  term.name = table.text("name").value_or("objective");
  read_figure(table, scenario, term.metric, term.month, term.firm);
  read_measure(table, term.measure);
  term.weight = table.scalar("weight", UnitKind::count).value_or(1.0);
  return term;
}

AllocationLimit read_limit(const Node& node, const Scenario& scenario,
                           const std::vector<std::string>& among, ReadContext& context) {
  const InnerTable table{{.table = node, .path = "allocate.constraint"}, limit_fields(), context};
  check_section_keys(table.place, table.fields, false, context);
  AllocationLimit limit;
  limit.where = node.where;
  limit.share_of = table.text("share_of").value_or("");
  const bool has_metric = node.find("metric") != nullptr;
  if (limit.share_of.empty() != has_metric) {
    context.problems.error(node.where, "a constraint limits a share or a metric",
                           {"give `share_of` or `metric`"});
    return limit;
  }
  if (!has_metric && std::find(among.begin(), among.end(), limit.share_of) == among.end())
    context.problems.error(node.find("share_of")->where,
                           fmt::format("`{}` gets no share of the split", limit.share_of),
                           name_help(limit.share_of, among, "names that do"));
  const UnitKind kind = has_metric ? UnitKind::count : UnitKind::fraction;
  if (has_metric) {
    read_figure(table, scenario, limit.metric, limit.month, limit.firm);
    read_measure(table, limit.measure);
    limit.in_draws = table.scalar("in_draws", UnitKind::fraction);
    if (limit.in_draws && !(*limit.in_draws >= 0 && *limit.in_draws <= 1))
      context.problems.error(node.find("in_draws")->where,
                             fmt::format("`in_draws` must be {}",
                                         *limit.in_draws < 0 ? "at least 0 %" : "at most 100 %"),
                             {"the share of the draws in which the limit must hold, `\"90 %\"`"});
    if (limit.in_draws && node.find("measure") != nullptr)
      context.problems.error(node.find("measure")->key_where, "`measure` beside `in_draws`",
                             {"a limit holds for a figure of the draws, or in a share of them"});
  }
  limit.minimum = table.scalar("minimum", kind);
  limit.maximum = table.scalar("maximum", kind);
  for (const auto& [bound, name] :
       {std::pair(limit.minimum, "minimum"), std::pair(limit.maximum, "maximum")})
    if (!has_metric && bound && !(*bound >= 0 && *bound <= 1))
      context.problems.error(
          node.find(name)->where,
          fmt::format("`{}` of a share must be {}", name, *bound < 0 ? "at least 0" : "at most 1"),
          {"a share of the split, `0.3` or `\"30 %\"`"});
  if (limit.minimum && limit.maximum && *limit.minimum > *limit.maximum)
    context.problems.error(node.find("minimum")->where, "`minimum` is above `maximum`");
  if (!limit.minimum && !limit.maximum && context.problems.error_count() == 0)
    context.problems.error(node.where, "a constraint needs `minimum` or `maximum`");
  std::string standard =
      has_metric ? limit.metric + " of " + limit.firm : "share of " + limit.share_of;
  limit.name = table.text("name").value_or(std::move(standard));
  return limit;
}

}  // namespace

std::optional<AllocateSpec> read_allocate(const Scenario& scenario, ReadContext& context) {
  const Node* const section = context.root.find("allocate");
  if (section == nullptr || !section->is_table()) return std::nullopt;
  const InnerTable table{{.table = *section, .path = "allocate"}, allocate_fields(), context};
  check_section_keys(table.place, table.fields, false, context);
  AllocateSpec spec;
  spec.where = section->key_where;
  spec.split = table.text("split").value_or("");
  const Shares* const shares = find_shares(scenario, spec.split);
  const Node* const split = section->find("split");
  if (shares == nullptr && split != nullptr)
    context.problems.error(split->where, fmt::format("`{}` is no split", spec.split),
                           name_help(spec.split, known_splits(scenario), "splits"));
  spec.among = table.names("among");
  const bool over_firms = spec.split.starts_with("tranches.");
  for (std::string& name : spec.among)
    check_name(name, over_firms ? NameSet::firm : NameSet::workload, section->find("among")->where,
               context);
  if (spec.among.empty() && shares != nullptr)
    for (const Shares::Entry& entry : shares->entries) spec.among.push_back(entry.name);
  if (spec.among.size() < 2 && shares != nullptr)
    context.problems.error(spec.where, "there is nothing to split among fewer than two",
                           {"name them in `among`"});
  for (const std::string& further : table.names("together")) {
    const Shares* const of = find_shares(scenario, further);
    const Node* const where = section->find("together");
    if (of == nullptr || further == spec.split) {
      context.problems.error(where->where, fmt::format("`{}` is no further split", further),
                             name_help(further, known_splits(scenario), "splits"));
      continue;
    }
    FurtherSplit more{.split = further, .among = {}};
    for (const Shares::Entry& entry : of->entries) more.among.push_back(entry.name);
    if (more.among.size() < 2)
      context.problems.error(where->where,
                             fmt::format("`{}` has fewer than two names to split among", further));
    spec.together.push_back(std::move(more));
  }
  std::vector<std::string> sharing = spec.among;
  for (const FurtherSplit& more : spec.together)
    sharing.insert(sharing.end(), more.among.begin(), more.among.end());
  spec.parts = static_cast<std::int32_t>(table.integer("parts").value_or(spec.parts));
  spec.draws = static_cast<std::uint64_t>(
      table.integer("draws").value_or(static_cast<std::int64_t>(spec.draws)));
  for (const Node* node : table.tables("objective"))
    spec.terms.push_back(read_objective(*node, scenario, context));
  for (const Node* node : table.tables("constraint"))
    spec.limits.push_back(read_limit(*node, scenario, sharing, context));
  return spec;
}

}  // namespace tranche
