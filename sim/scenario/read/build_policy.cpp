// SPDX-License-Identifier: Apache-2.0

// [approvals], [licences], [tranches], [reliability], [counterpart] and [[correlation]].
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/read/build_decisions.hpp"
#include "sim/scenario/read/scenario_builder.hpp"
#include "sim/scenario/read/share_reader.hpp"

namespace tranche {
namespace {

void add_permissions(std::string_view section, Permission::Kind kind,
                     const std::vector<Field<Permission>>& fields, Scenario& scenario,
                     ReadContext& context) {
  for (const Node* table : tables_of(section, context)) {
    Permission permission;
    permission.kind = kind;
    permission.name = table->key;
    permission.where = table->key_where;
    if (const Node* rule = table->find("rule")) permission.rule_where = rule->where;
    const SectionPlace place{.table = *table,
                             .path = fmt::format("{}.{}", section, table->key),
                             .provenance = read_provenance(*table, {}, context)};
    const bool taken =
        std::any_of(scenario.permissions.begin(), scenario.permissions.end(),
                    [&](const Permission& other) { return other.name == permission.name; });
    if (taken) {
      context.problems.error(table->key_where,
                             fmt::format("duplicate name: `{}` is also an approval", table->key),
                             {"tranches name approvals and licences alike"});
    }
    check_section_keys(place, infos(fields), true, context);
    read_fields(fields, place, permission, context);
    if (permission.title.empty()) permission.title = permission.name;
    read_decisions(place, scenario, permission, context);
    const bool shares = permission.aggregate_share_cap.has_value();
    const bool reference = permission.reference_shipments_chips_per_s.has_value() ||
                           permission.reference_shipped_chips.has_value();
    if (shares && !reference) {
      context.problems.error(
          table->find("aggregate_share_cap")->key_where,
          "`aggregate_share_cap` needs `reference_shipments` or `reference_shipped`",
          {"the market that the share is of"});
    }
    scenario.permissions.push_back(std::move(permission));
  }
}

// Price range of the catalogue if the scenario gives no price; empty if unknown.
std::optional<Input> catalogue_price(const Tranche& tranche, const FieldInfo& field,
                                     const std::string& path, ReadContext& context) {
  const ChipEntry* chip = context.catalogue.find_chip(tranche.chip);
  if (chip == nullptr || !chip->price_low_usd || !chip->price_high_usd) return std::nullopt;
  const double low = chip->price_low_usd->value;
  const double high = chip->price_high_usd->value;
  FieldInfo known = field;
  known.need = Need::defaulted;
  known.default_text =
      low < high ? fmt::format("\"{} to {} USD\"", low, high) : fmt::format("\"{} USD\"", low);
  Input input = default_number({.field = known, .path = path}, context);
  input.source = chip->price_low_usd->source;
  input.as_of = chip->price_low_usd->as_of;
  input.confidence = chip->price_low_usd->confidence;
  input.where = chip->price_low_usd->where;
  return input;
}

void read_price(Tranche& tranche, const SectionPlace& place, ReadContext& context) {
  const FieldInfo& field = field_named(tranche_fields(), "price");
  const Located found = locate(place, "price", context);
  std::optional<Input> price;
  if (found.node != nullptr) price = read_number_field(field, place, found, context);
  tranche.price_usd =
      price ? price : catalogue_price(tranche, field, place.path + ".price", context);
}

// With batches = 0 the interval holds the whole duration.
void read_duration(Tranche& tranche, const SectionPlace& place, ReadContext& context) {
  const FieldInfo& field = field_named(tranche_fields(), "duration");
  const Located found = locate(place, "duration", context);
  if (tranche.batches != 0) {
    if (found.node == nullptr) return;
    context.problems.error(found.node->key_where, "`duration` needs `batches = 0`",
                           {"with batches, say `batch_interval`"});
    return;
  }
  if (found.node == nullptr) {
    context.problems.error(place.table.key_where,
                           fmt::format("`batches = 0` needs `duration` in `{}`", place.path),
                           {field.doc});
    return;
  }
  if (const Node* interval = place.table.find("batch_interval")) {
    context.problems.error(interval->key_where,
                           "`batch_interval` has no meaning with `batches = 0`",
                           {"say `duration`"});
  }
  if (const Node* slip = place.table.find("slip"); slip != nullptr && !is_none(*slip)) {
    context.problems.error(slip->key_where, "`slip` has no meaning with `batches = 0`",
                           {"batches slip, an even flow does not"});
  }
  std::erase_if(context.resolved, [&](const ResolvedValue& value) {
    return value.path == place.path + ".batch_interval";
  });
  if (auto duration = read_number_field(field, place, found, context)) {
    tranche.batch_interval_s = *duration;
  }
}

void read_split(Tranche& tranche, const SectionPlace& place, ReadContext& context) {
  const FieldInfo& field = field_named(tranche_fields(), "split");
  const Located found = locate(place, "split", context);
  const NumberPlace here{.field = field, .path = place.path + ".split", .outer = found.provenance};
  if (found.node != nullptr) {
    add_resolved(found.path, *found.node, context);
    tranche.split = read_shares(*found.node, here, context);
  } else if (context.firms.size() == 1) {
    tranche.split = whole_share(context.firms.front(), here, context);
  } else if (context.firms.size() > 1) {
    context.problems.error(place.table.key_where,
                           fmt::format("missing key `split` in `{}`", place.path),
                           {fmt::format("shares of the firms: `split = {{ {} = … }}`",
                                        fmt::join(context.firms, " = …, "))});
  }
}

// A budget needs a known price. Checked only if there are no other errors: an unreadable price or
// chip has been reported already.
void check_prices(const Scenario& scenario, ReadContext& context) {
  if (context.problems.has_errors()) return;
  const bool any_budget = std::any_of(scenario.firms.begin(), scenario.firms.end(),
                                      [](const Firm& firm) { return firm.budget_usd.has_value(); });
  for (const Tranche& tranche : scenario.tranches) {
    if (!any_budget || tranche.price_usd) continue;
    context.problems.error(
        tranche.chip_where,
        fmt::format("tranche `{}` needs `price`: a firm has a budget, and the catalogue knows no "
                    "price of `{}`",
                    tranche.name, tranche.chip));
  }
}

void warn_unneeded_permissions(const Scenario& scenario, ReadContext& context) {
  for (const Permission& permission : scenario.permissions) {
    const bool needed = std::any_of(
        scenario.tranches.begin(), scenario.tranches.end(), [&](const Tranche& tranche) {
          return std::find(tranche.permissions.begin(), tranche.permissions.end(),
                           permission.name) != tranche.permissions.end();
        });
    if (needed) continue;
    context.problems.warning(permission.where,
                             fmt::format("no tranche needs `{}`", permission.name),
                             {"name it in the `permissions` of a tranche"});
  }
}

}  // namespace

void build_permissions(Scenario& scenario, ReadContext& context) {
  add_permissions("approvals", Permission::Kind::approval, approval_fields(), scenario, context);
  add_permissions("licences", Permission::Kind::licence, licence_fields(), scenario, context);
}

void build_tranches(Scenario& scenario, ReadContext& context) {
  const std::vector<const Node*> tables = tables_of("tranches", context);
  for (const Node* table : tables) {
    Tranche tranche;
    tranche.name = table->key;
    const SectionPlace place{.table = *table,
                             .path = "tranches." + table->key,
                             .provenance = read_provenance(*table, {}, context)};
    check_section_keys(place, infos(tranche_fields()), true, context);
    read_fields(tranche_fields(), place, tranche, context);
    if (tranche.title.empty()) tranche.title = tranche.name;
    if (const Node* chip = table->find("chip")) tranche.chip_where = chip->where;
    read_duration(tranche, place, context);
    read_split(tranche, place, context);
    read_price(tranche, place, context);
    scenario.tranches.push_back(std::move(tranche));
  }
  check_prices(scenario, context);
  warn_unneeded_permissions(scenario, context);
  const bool any_stock = std::any_of(scenario.firms.begin(), scenario.firms.end(),
                                     [](const Firm& firm) { return !firm.stock.empty(); });
  if (tables.empty() && !any_stock && !scenario.firms.empty()) {
    context.problems.error(context.root.where, "the scenario has no chips",
                           {"add a section [tranches.NAME], or `stock` to a firm"});
  }
}

namespace {

void read_correlation(const Node& table, const std::set<std::string>& uncertain,
                      const std::set<std::string>& certain, Scenario& scenario,
                      ReadContext& context) {
  const SectionPlace place{.table = table, .path = "correlation"};
  check_section_keys(place, infos(correlation_fields()), false, context);
  Correlation correlation;
  correlation.where = table.where;
  read_fields(correlation_fields(), place, correlation, context);
  const Located rank = locate(place, "rank", context);
  if (rank.node != nullptr) {
    const std::optional<Input> number = read_number(
        *rank.node,
        {.field = field_named(correlation_fields(), "rank"), .path = "correlation.rank"}, context);
    if (number && !number->distribution.is_constant()) {
      context.problems.error(rank.node->where, "`rank` must be certain");
    } else if (number) {
      correlation.rank = number->distribution.parameters.front();
    }
  }
  const Node* between = table.find("between");
  if (between == nullptr || !between->is_array()) return;
  if (between->children.size() < 2) {
    context.problems.error(between->where, "`between` needs two inputs or more");
  }
  for (const Node& name : between->children) {
    if (!name.is_string() || uncertain.contains(name.text)) continue;
    const std::vector<std::string> known(uncertain.begin(), uncertain.end());
    if (is_changed(name.text, context)) {
      context.problems.warning(
          name.where,
          fmt::format("`{}` is no longer uncertain; its correlation is left out", name.text));
    } else if (certain.contains(name.text)) {
      context.problems.error(
          name.where, fmt::format("`{}` is certain; nothing can correlate with it", name.text),
          name_help(name.text, known, "uncertain inputs"));
    } else if (!context.changed.empty() && context.root.find_path(name.text) != nullptr) {
      context.problems.warning(
          name.where,
          fmt::format("nothing refers to `{}` any more; its correlation is left out", name.text));
    } else {
      context.problems.error(name.where, fmt::format("no input `{}`", name.text),
                             name_help(name.text, known, "uncertain inputs"));
    }
  }
  scenario.correlations.push_back(std::move(correlation));
}

}  // namespace

void build_comparisons(Scenario& scenario, ReadContext& context) {
  if (const Node* table = context.root.find("reliability"); table && !is_none(*table)) {
    const SectionPlace place{
        .table = *table, .path = "reliability", .provenance = read_provenance(*table, {}, context)};
    check_section_keys(place, infos(reliability_fields()), true, context);
    read_fields(reliability_fields(), place, scenario.reliability.emplace(), context);
  }
  if (const Node* table = context.root.find("counterpart"); table && !is_none(*table)) {
    const SectionPlace place{
        .table = *table, .path = "counterpart", .provenance = read_provenance(*table, {}, context)};
    check_section_keys(place, infos(counterpart_fields()), true, context);
    Counterpart& counterpart = scenario.counterpart.emplace();
    read_fields(counterpart_fields(), place, counterpart, context);
    if (counterpart.title.empty()) counterpart.title = counterpart.name;
  }
  if (const Node* table = context.root.find("discover"); table && !is_none(*table)) {
    const SectionPlace place{.table = *table, .path = "discover"};
    check_section_keys(place, infos(discover_fields()), false, context);
    Discover& discover = scenario.discover.emplace();
    read_fields(discover_fields(), place, discover, context);
    if (const Node* outcome = table->find("outcome")) {
      discover.where = outcome->where;
      ++discover.where.column;  // after the quotation mark
    }
  }
  std::set<std::string> uncertain, certain;
  for_each_input(scenario, [&](const Input& input) {
    if (!input.variable.empty()) {
      (input.distribution.is_constant() ? certain : uncertain).insert(input.variable);
    }
  });
  if (const Node* list = context.root.find("correlation")) {
    for (const Node& table : list->children) {
      read_correlation(table, uncertain, certain, scenario, context);
    }
  }
}

}  // namespace tranche
