// [firms], [all_firms] and [workloads] of a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/run/metric_names.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/name_check.hpp"
#include "sim/scenario/scenario_builder.hpp"
#include "sim/scenario/share_reader.hpp"

namespace tranche {
namespace {

// `stock.h20 = { chip = "H20", units = "300k" }`, or `stock.H20 = "300k"`: then the
// name is the chip and the whole value the units.
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

// The catalogue's measured efficiency, where the scenario gives none.
std::optional<Input> catalogue_efficiency(const Workload& workload, const std::string& path,
                                          const ReadContext& context) {
  const WorkloadEntry* entry =
      workload.catalogue.empty() ? nullptr : context.catalogue.find_workload(workload.catalogue);
  if (entry == nullptr || !entry->bandwidth_efficiency) return std::nullopt;
  const SourcedNumber& known = *entry->bandwidth_efficiency;
  Input input;
  input.variable = path;
  input.path = path;
  input.distribution = constant(known.value);
  input.confidence = known.confidence;
  input.is_default = true;
  input.text = known.text;
  input.source = known.source;
  input.as_of = known.as_of;
  input.where = known.where;
  return input;
}

void require(const Workload& workload, const Node& table, std::initializer_list<const char*> keys,
             const std::string& otherwise, ReadContext& context) {
  for (const char* key : keys) {
    if (table.find(key) != nullptr) continue;
    context.problems.error(
        table.key_where, fmt::format("workload `{}` needs `{}`", workload.name, key), {otherwise});
  }
}

// What a kind needs beyond its field table.
void complete(Workload& workload, const Node& table, const std::string& path,
              ReadContext& context) {
  if (workload.kind != Workload::Kind::memory_bound && workload.unit.empty()) {
    workload.unit = "tokens";
  }
  switch (workload.kind) {
    case Workload::Kind::training:
      return;
    case Workload::Kind::decode:
      if (table.find("model") == nullptr) {
        require(workload, table, {"weight_bytes", "kv_bytes_per_sequence", "batch"},
                "or name a `model` of the catalogue", context);
      } else {
        require(workload, table, {"context"}, "mean tokens of a sequence in the cache", context);
      }
      require(workload, table, {"bandwidth_efficiency"}, "share of peak memory bandwidth reached",
              context);
      return;
    case Workload::Kind::memory_bound:
      break;
  }
  if (table.find("catalogue") == nullptr) {
    require(workload, table, {"unit", "bytes_per_unit"}, "or name a workload of the `catalogue`",
            context);
  } else if (const WorkloadEntry* entry = context.catalogue.find_workload(workload.catalogue)) {
    if (workload.unit.empty()) workload.unit = entry->unit_of_work;
  }
  if (table.find("bandwidth_efficiency") != nullptr) return;
  if (auto known = catalogue_efficiency(workload, path + ".bandwidth_efficiency", context)) {
    workload.bandwidth_efficiency = *known;
  } else {
    require(workload, table, {"bandwidth_efficiency"}, "share of peak memory bandwidth reached",
            context);
  }
}

std::string text_at(const Node& table, const char* key) {
  const Node* node = table.find(key);
  return node != nullptr && node->is_string() ? node->text : std::string();
}

}  // namespace

void build_workloads(Scenario& scenario, ReadContext& context) {
  const std::vector<const Node*> tables = tables_of("workloads", context);
  if (tables.empty()) {
    context.problems.error(context.root.where, "the scenario has no workload",
                           {"add a section [workloads.NAME]"});
  }
  for (const Node* table : tables) {
    Workload workload;
    workload.name = table->key;
    workload.where = table->key_where;
    SectionPlace place{.table = *table,
                       .path = "workloads." + table->key,
                       .provenance = read_provenance(*table, {}, context),
                       .kind = text_at(*table, "kind")};
    const FieldInfo& kind = field_named(workload_fields(), "kind");
    check_section_keys(place, infos(workload_fields()), true, context);
    const Located found = locate(place, "kind", context);
    const std::optional<std::string> word =
        found.node != nullptr ? read_text_field(kind, place, found, context) : std::nullopt;
    const auto at = std::find(kind.words.begin(), kind.words.end(), word.value_or(""));
    // Without a kind nothing can be said about the other keys but that it is missing.
    if (at == kind.words.end()) {
      if (found.node == nullptr) wanted(kind, place, found, context);
      continue;
    }
    workload.kind = static_cast<Workload::Kind>(at - kind.words.begin());
    const std::vector<std::string>& names = metric_names();
    if (std::find(names.begin(), names.end(), workload.name) != names.end()) {
      context.problems.error(table->key_where,
                             fmt::format("`{}` is the name of a metric", workload.name),
                             {"give the workload another name"});
    }
    read_fields(workload_fields(), place, workload, context);
    if (workload.title.empty()) workload.title = workload.name;
    complete(workload, *table, place.path, context);
    scenario.workloads.push_back(std::move(workload));
  }
}

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
