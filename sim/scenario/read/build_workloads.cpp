// SPDX-License-Identifier: Apache-2.0

// [workloads.NAME]: fields by their table, then the checks of each kind.
#include <fmt/format.h>

#include <algorithm>

#include "sim/catalogue/names_in_use.hpp"
#include "sim/catalogue/number_formats.hpp"
#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/metrics.hpp"
#include "sim/scenario/read/scenario_builder.hpp"
#include "sim/scenario/read/section_reader.hpp"
#include "sim/scenario/workload_kinds.hpp"

namespace tranche {
namespace {

// Measured efficiency of the catalogue, if the scenario gives none.
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

// If a model is named, the performance models predict its throughput, unless `mfu` states it: a
// roofline at the largest batch that fits is 8 to 11 times the throughput of decoding.
Workload::Performance performance_of(const SectionPlace& place, ReadContext& context) {
  const FieldInfo& field = field_named(workload_fields(), "performance");
  const auto word = read_text_field(field, place, locate(place, "performance", context), context);
  const bool is_predicted =
      place.table.find("model") != nullptr && place.table.find("mfu") == nullptr;
  if (!word) return is_predicted ? Workload::Performance::model : Workload::Performance::stated;
  return *word == "model" ? Workload::Performance::model : Workload::Performance::stated;
}

// A name with number formats ("moonshotai/Kimi-K2-Thinking") is a model and a checkpoint.
// `precision` must agree, so that no format is applied silently.
void split_model_name(Workload& workload, const Node& table, ReadContext& context) {
  const Node* const model = table.find("model");
  if (model == nullptr || context.catalogue.find_model(workload.model) != nullptr) return;
  const NamedModel named = named_model(context.catalogue.models, workload.model);
  if (named.model == nullptr) return;
  const std::string written = workload.model;
  workload.model = named.model->name;
  if (named.checkpoint != nullptr) workload.checkpoint = named.checkpoint->name;
  if (workload.kind != Workload::Kind::decode)
    context.problems.error(model->where,
                           fmt::format("`{}` is `{}` with {} weights, a format to serve in",
                                       written, workload.model, named.precision),
                           {fmt::format("write `model = \"{}\"`", workload.model)});
  else if (table.find("precision") == nullptr ||
           stored_format(workload.precision) != stored_format(named.precision))
    context.problems.error(
        model->where, fmt::format("`{}` has {} weights", written, named.precision),
        {fmt::format("write `precision = \"{}\"` beside it", named.precision),
         fmt::format("`model = \"{}\"` goes with any precision", workload.model)});
}

// Notes that efficiencies, which determine a stated roofline, only scale a model's prediction.
void note_scaled_prediction(const Workload& workload, const Node& table, ReadContext& context) {
  if (table.find("performance") != nullptr) return;
  for (const char* const key :
       {"bandwidth_efficiency", "compute_efficiency", "network_efficiency"}) {
    const Node* const node = table.find(key);
    if (node == nullptr) continue;
    context.problems.warning(
        node->key_where,
        fmt::format("`{}` of workload `{}` scales what the performance model predicts", key,
                    workload.name),
        {"the model is the default where a `model` is named; leave the efficiency out to take "
         "its prediction",
         "write `performance = \"stated\"` for a roofline at that efficiency"});
  }
}

// Defaults of performance models in place of efficiencies. Language models and memory-bound work of
// the catalogue define their own work.
void complete_modelled(Workload& workload, const Node& table, ReadContext& context) {
  const bool streams = workload.kind == Workload::Kind::memory_bound;
  require(workload, table, {streams ? "catalogue" : "model"},
          "the performance model predicts work of the catalogue", context);
  if (workload.kind == Workload::Kind::decode)
    require(workload, table, {"context"}, "mean tokens of a sequence in the cache", context);
  for (const char* key :
       {"flop_per_unit", "bytes_per_unit", "weight_bytes", "kv_bytes_per_sequence"}) {
    if (const Node* node = table.find(key))
      context.problems.error(node->key_where,
                             fmt::format("`{}` does not go with `performance = \"model\"`", key),
                             {"the model counts it from the catalogue"});
  }
  if (const WorkloadEntry* entry = context.catalogue.find_workload(workload.catalogue);
      entry != nullptr && streams && workload.unit.empty())
    workload.unit = entry->unit_of_work;
}

// Checks the further requirements of a kind.
void complete(Workload& workload, const Node& table, const std::string& path,
              ReadContext& context) {
  if (workload.kind != Workload::Kind::memory_bound && workload.unit.empty()) {
    workload.unit = "tokens";
  }
  if (workload.performance == Workload::Performance::model) {
    note_scaled_prediction(workload, table, context);
    complete_modelled(workload, table, context);
    return;
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
    const auto known = workload_kind_of(word.value_or(""));
    // Without a kind nothing can be said about the other keys but that it is missing.
    if (!known) {
      if (found.node == nullptr) wanted(kind, place, found, context);
      continue;
    }
    workload.kind = *known;
    workload.performance = performance_of(place, context);
    place.basis =
        workload.performance == Workload::Performance::model ? Basis::model : Basis::stated;
    const std::vector<std::string>& names = metric_names();
    if (std::find(names.begin(), names.end(), workload.name) != names.end()) {
      context.problems.error(table->key_where,
                             fmt::format("`{}` is the name of a metric", workload.name),
                             {"give the workload another name"});
    }
    read_fields(workload_fields(), place, workload, context);
    if (workload.title.empty()) workload.title = workload.name;
    split_model_name(workload, *table, context);
    complete(workload, *table, place.path, context);
    scenario.workloads.push_back(std::move(workload));
  }
}

}  // namespace tranche
