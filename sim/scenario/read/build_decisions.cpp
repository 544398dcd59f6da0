// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/build_decisions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/input/calendar.hpp"
#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/limits.hpp"
#include "sim/scenario/read/name_check.hpp"
#include "sim/scenario/read/scenario_builder.hpp"

namespace tranche {
namespace {

const FieldInfo& event_field(std::string_view key) {
  return *std::ranges::find(event_fields(), key, &FieldInfo::key);
}

// True for a time that is written as a length, "6 to 18 months", not as a date.
bool is_length(const Input& time) {
  return !time.unit.empty() || (is_always(time, 0.0) && !looks_like_date(time.text));
}

std::optional<Event> read_event(const Node& table, const SectionPlace& place,
                                ReadContext& context) {
  const std::size_t errors_before = context.problems.error_count();
  check_section_keys(place, event_fields(), false, context);
  Event event;
  event.where = table.where;
  const auto located = [&](const char* key) { return locate(place, key, context); };
  for (const char* key : {"at", "becomes"}) wanted(event_field(key), place, located(key), context);
  const Located at = located("at");
  if (at.node != nullptr) {
    const auto time = read_number_field(event_field("at"), place, at, context);
    if (time) {
      event.time_s = *time;
      event.is_relative = is_length(*time);
      if (event.is_relative && time->distribution.is_constant() &&
          time->distribution.parameters.at(0) < 0)
        context.problems.error(at.node->where, "a time after the event before cannot be negative");
    }
  }
  const Located becomes = located("becomes");
  if (becomes.node != nullptr) {
    const auto word = read_text_field(event_field("becomes"), place, becomes, context);
    event.grants = word && *word == "granted";
  }
  if (auto occurs =
          read_number_field(event_field("probability"), place, located("probability"), context))
    event.occurs = *occurs;
  if (context.problems.error_count() > errors_before) return std::nullopt;
  return event;
}

// Certain dates must not go back.
void check_order(const std::vector<Event>& events, ReadContext& context) {
  const Event* before = nullptr;
  for (const Event& event : events) {
    if (event.is_relative || !event.time_s.distribution.is_constant()) {
      before = nullptr;
      continue;
    }
    if (before != nullptr &&
        event.time_s.distribution.parameters.at(0) < before->time_s.distribution.parameters.at(0))
      context.problems.error(event.time_s.where,
                             fmt::format("`{}` is written after `{}` in `events`",
                                         event.time_s.text, before->time_s.text),
                             {"write the earlier event first"});
    before = &event;
  }
}

// Two decisions of one kind in turn, of which the first is certain, are a slip of the pen.
void check_changes(const std::vector<Event>& events, const Permission& permission,
                   ReadContext& context) {
  // A what-if may set the probability of the permission, so only the absence of one says that it is
  // granted.
  bool is_certain = permission.granted.is_default, is_granted = true;
  for (const Event& event : events) {
    if (is_certain && event.grants == is_granted)
      context.problems.error(event.where,
                             fmt::format("`{}` is {} already: the event changes nothing",
                                         permission.name, event.grants ? "granted" : "revoked"),
                             {"`becomes` is \"granted\" or \"revoked\", in turn"});
    is_certain = is_always(event.occurs, 1.0);
    is_granted = event.grants;
  }
}

void check_regime(const SectionPlace& place, const Scenario& scenario, const Permission& permission,
                  ReadContext& context) {
  const Node* const regime = place.table.find("regime");
  const Node* const open_in = place.table.find("open_in");
  if (permission.regime.empty()) {
    if (open_in != nullptr && !is_none(*open_in))
      context.problems.error(open_in->key_where, "`open_in` without `regime`",
                             {"name the regime whose states these are"});
    return;
  }
  const auto found = std::ranges::find(scenario.regimes, permission.regime, &Regime::name);
  if (found == scenario.regimes.end()) {
    std::vector<std::string> names;
    for (const Regime& known : scenario.regimes) names.push_back(known.name);
    context.problems.error(regime->where, fmt::format("unknown regime `{}`", permission.regime),
                           names.empty() ? std::vector<std::string>{"add a section [regimes.NAME]"}
                                         : name_help(permission.regime, names, "regimes"));
    return;
  }
  if (permission.open_in.empty())
    context.problems.error(regime->key_where, fmt::format("`{}` needs `open_in`", permission.name),
                           {"the states of the regime in which it is in effect"});
  for (const std::string& state : permission.open_in)
    if (std::ranges::count(found->states, state) == 0)
      context.problems.error(open_in->where,
                             fmt::format("`{}` is no state of regime `{}`", state, found->name),
                             name_help(state, found->states, "states"));
}

void read_rates(Regime& regime, const SectionPlace& place, ReadContext& context) {
  const std::size_t count = regime.states.size();
  Input none;
  none.distribution = constant(0);
  none.kind = UnitKind::per_second;
  regime.rates_per_s.assign(count * count, none);
  const FieldInfo& field = field_named(regime_fields(), "rates");
  const Located found = locate(place, "rates", context);
  if (found.node == nullptr) return;  // reported as missing
  if (!found.node->is_table()) {
    context.problems.error(found.node->where, "expected a table for `rates`", {field.doc});
    return;
  }
  const auto index_of = [&](const Node& node) -> std::optional<std::size_t> {
    const auto at = std::ranges::find(regime.states, node.key);
    if (at != regime.states.end()) return static_cast<std::size_t>(at - regime.states.begin());
    context.problems.error(node.key_where, fmt::format("`{}` is no state", node.key),
                           name_help(node.key, regime.states, "states"));
    return std::nullopt;
  };
  FieldInfo rate{.key = "rates", .doc = field.doc, .unit = UnitKind::per_second};
  for (const Node& from : found.node->children) {
    const std::optional<std::size_t> row = index_of(from);
    if (!row) continue;
    if (!from.is_table()) {
      context.problems.error(from.where, fmt::format("expected a table for `rates.{}`", from.key),
                             {field.doc});
      continue;
    }
    for (const Node& to : from.children) {
      const std::optional<std::size_t> column = index_of(to);
      if (!column) continue;
      if (*column == *row) {
        context.problems.error(to.key_where, fmt::format("a rate from `{}` to itself", to.key));
        continue;
      }
      const std::string path = fmt::format("{}.rates.{}.{}", place.path, from.key, to.key);
      add_resolved(path, to, context);
      if (auto input =
              read_number(to, {.field = rate, .path = path, .outer = found.provenance}, context))
        regime.rates_per_s[*row * count + *column] = *input;
    }
  }
}

}  // namespace

void build_regimes(Scenario& scenario, ReadContext& context) {
  for (const Node* table : tables_of("regimes", context)) {
    Regime regime;
    regime.name = table->key;
    regime.where = table->key_where;
    const SectionPlace place{.table = *table,
                             .path = "regimes." + table->key,
                             .provenance = read_provenance(*table, {}, context)};
    check_section_keys(place, infos(regime_fields()), true, context);
    read_fields(regime_fields(), place, regime, context);
    if (regime.title.empty()) regime.title = regime.name;
    const std::size_t count = regime.states.size();
    if (count == 1 || count > most_regime_states)
      context.problems.error(
          table->find("states")->where,
          fmt::format("a regime has 2 to {} states, this one {}", most_regime_states, count));
    if (const Located start = locate(place, "start", context); start.node != nullptr) {
      const auto at = std::ranges::find(regime.states, start.node->text);
      if (at == regime.states.end())
        context.problems.error(start.node->where, fmt::format("`{}` is no state", start.node->text),
                               name_help(start.node->text, regime.states, "states"));
      else
        regime.start = static_cast<std::int32_t>(at - regime.states.begin());
      add_resolved(start.path, *start.node, context);
    }
    read_rates(regime, place, context);
    scenario.regimes.push_back(std::move(regime));
  }
}

void read_decisions(const SectionPlace& place, const Scenario& scenario, Permission& permission,
                    ReadContext& context) {
  check_regime(place, scenario, permission, context);
  const Located found = locate(place, "events", context);
  if (found.node == nullptr) return;
  if (!found.node->is_array()) {
    context.problems.error(
        found.node->where,
        fmt::format("expected a list of tables for `events`, found {}", kind_text(*found.node)),
        {"`events = [{ at = \"2027-03\", becomes = \"revoked\", probability = 0.4 }]`"});
    return;
  }
  const std::size_t errors_before = context.problems.error_count();
  std::size_t number = 0;
  for (const Node& table : found.node->children) {
    const std::string label = fmt::format("{}", ++number);
    if (!table.is_table()) {
      context.problems.error(
          table.where, fmt::format("expected a table in `events`, found {}", kind_text(table)),
          {"`{ at = \"2027-03\", becomes = \"revoked\" }`"});
      continue;
    }
    const SectionPlace here{.table = table,
                            .path = found.path + "." + label,
                            .provenance = read_provenance(table, found.provenance, context)};
    std::optional<Event> event = read_event(table, here, context);
    if (!event) continue;
    event->label = label;
    permission.events.push_back(std::move(*event));
  }
  if (context.problems.error_count() > errors_before) return;
  check_order(permission.events, context);
  check_changes(permission.events, permission, context);
}

}  // namespace tranche
