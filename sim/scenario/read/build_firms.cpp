// SPDX-License-Identifier: Apache-2.0

// [firms] and [all_firms] of a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/read/name_check.hpp"
#include "sim/scenario/read/scenario_builder.hpp"
#include "sim/scenario/read/share_reader.hpp"

namespace tranche {
namespace {

// `stock.h20 = { chip = "H20", units = "300k" }`, or `stock.H20 = "300k"`: in the short form the
// name is the chip and the value the units.
Stock read_stock(const Node& node, const std::string& path, const Provenance& outer,
                 ReadContext& context) {
  Stock stock;
  stock.name = node.key;
  const bool is_units = !node.is_table() || node.find("chip") == nullptr;
  Node table;
  if (is_units && (!node.is_table() || node.find("units") == nullptr)) {
    Node units = node;
    units.key = "units";
    table.children = {std::move(units)};
    table.key = node.key;
    table.key_where = node.key_where;
    table.where = node.where;
  } else {
    table = node;
  }
  const SectionPlace place{
      .table = table, .path = path, .provenance = read_provenance(table, outer, context)};
  check_section_keys(place, infos(stock_fields()), true, context);
  read_fields(stock_fields(), place, stock, context);
  if (table.find("chip") == nullptr) {
    stock.chip = node.key;
    check_name(stock.chip, NameSet::chip, node.key_where, context);
  }
  return stock;
}

void read_stocks(Firm& firm, const SectionPlace& place, ReadContext& context) {
  const Located found = locate(place, "stock", context);
  if (found.node == nullptr) return;
  if (!found.node->is_table()) {
    context.problems.error(
        found.node->where,
        fmt::format("expected a table for `stock`, found {}", kind_text(*found.node)),
        {"`stock.H20 = \"300k to 500k\"`"});
    return;
  }
  for (const Node& child : found.node->children) {
    if (is_none(child)) continue;
    firm.stock.push_back(
        read_stock(child, found.path + "." + child.key, found.provenance, context));
  }
}

void read_workload_shares(Firm& firm, const SectionPlace& place, ReadContext& context) {
  const FieldInfo& field = field_named(firm_fields(), "workloads");
  const Located found = locate(place, "workloads", context);
  const std::string own_path = place.path + ".workloads";
  const NumberPlace here{.field = field,
                         .path = found.node != nullptr ? found.path : own_path,
                         .outer = found.provenance};
  if (found.node == nullptr) {
    if (context.workloads.size() == 1) {
      firm.workloads = whole_share(context.workloads.front(), here, context);
    } else if (context.workloads.size() > 1) {
      context.problems.error(place.table.key_where,
                             fmt::format("missing key `workloads` in `{}`", place.path),
                             {fmt::format("shares of its chips: `workloads = {{ {} = 1 }}`",
                                          fmt::join(context.workloads, " = 0, ")),
                              "or `workloads = \"alternatives\"`: each workload on all chips"});
    }
    return;
  }
  add_resolved(found.path, *found.node, context);
  if (!found.node->is_string() || is_reference(*found.node)) {
    firm.workloads = read_shares(*found.node, here, context);
    return;
  }
  if (found.node->text != "alternatives") {
    context.problems.error(found.node->where,
                           fmt::format("unknown word `{}` for `workloads`", found.node->text),
                           {"shares by name, or \"alternatives\": each workload on all chips"});
    return;
  }
  firm.workloads_are_alternatives = true;
  for (const std::string& name : context.workloads) {
    Shares one = whole_share(name, here, context);
    firm.workloads.entries.push_back(std::move(one.entries.front()));
  }
}

}  // namespace

void build_firms(Scenario& scenario, ReadContext& context) {
  const std::vector<const Node*> tables = tables_of("firms", context);
  if (tables.empty()) {
    context.problems.error(context.root.where, "the scenario has no firm",
                           {"add a section [firms.NAME]"});
  }
  const Node* defaults = context.root.find("all_firms");
  if (defaults != nullptr && is_none(*defaults)) defaults = nullptr;
  Provenance defaults_provenance;
  if (defaults != nullptr) {
    defaults_provenance = read_provenance(*defaults, {}, context);
    check_section_keys({.table = *defaults, .path = "all_firms"}, infos(firm_fields()), true,
                       context);
    if (const Node* title = defaults->find("title")) {
      context.problems.error(title->key_where, "`title` cannot hold for all firms");
    }
  }
  for (const Node* table : tables) {
    Firm firm;
    firm.name = table->key;
    const SectionPlace place{.table = *table,
                             .path = "firms." + table->key,
                             .provenance = read_provenance(*table, {}, context),
                             .fallback = defaults,
                             .fallback_path = "all_firms",
                             .fallback_provenance = defaults_provenance};
    check_section_keys(place, infos(firm_fields()), true, context);
    read_fields(firm_fields(), place, firm, context);
    if (firm.title.empty()) firm.title = firm.name;
    read_stocks(firm, place, context);
    read_workload_shares(firm, place, context);
    scenario.firms.push_back(std::move(firm));
  }
}

}  // namespace tranche
