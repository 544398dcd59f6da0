// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/section_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/input/calendar.hpp"
#include "sim/input/toml_load.hpp"
#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/read/name_check.hpp"

namespace tranche {
namespace {

std::string first_segment(const std::string& key) { return key.substr(0, key.find('.')); }

std::vector<std::string> inner_keys(const std::vector<FieldInfo>& fields,
                                    const std::string& outer) {
  std::vector<std::string> keys;
  for (const FieldInfo& field : fields) {
    if (field.key.starts_with(outer + ".")) keys.push_back(field.key.substr(outer.size() + 1));
  }
  return keys;
}

// Text as written, or after following a reference; empty, with a report, if it is not text.
std::optional<std::string> text_of(const Node& node, const std::string& key, ReadContext& context) {
  if (node.is_string() || node.kind == Node::Kind::date) return node.text;
  if (const Node* value = node.find("value"); value != nullptr && value->is_string()) {
    return value->text;
  }
  context.problems.error(node.where,
                         fmt::format("expected a string for `{}`, found {}", key, kind_text(node)));
  return std::nullopt;
}

Node default_node(const FieldInfo& field) {
  return parse_toml_value(field.default_text, {.file = "(default)"});
}

// Kind of workload for a synonym, or empty.
std::string meant_kind(std::string_view text) {
  for (const std::string_view word : {"inference", "serving", "generation", "decoding", "prefill"})
    if (text == word) return "decode";
  for (const std::string_view word : {"train", "pretraining", "pre-training", "fine-tuning"})
    if (text == word) return "training";
  for (const std::string_view word : {"hpc", "simulation", "memory", "stencil"})
    if (text == word) return "memory_bound";
  return {};
}

// Refuses text that is none of the words, names or months of the field.
bool accepted(std::string& text, const FieldInfo& field, const Node& node, ReadContext& context) {
  if (field.form == Form::word &&
      std::find(field.words.begin(), field.words.end(), text) == field.words.end()) {
    std::vector<std::string> help = name_help(text, field.words, "words accepted here");
    const std::string meant = field.key == "kind" ? meant_kind(text) : "";
    if (!meant.empty()) help = {fmt::format("did you mean `{}`?", meant), help.back()};
    context.problems.error(node.where, fmt::format("unknown word `{}` for `{}`", text, field.key),
                           std::move(help));
    return false;
  }
  if (field.form == Form::year_month && !parse_year_month(text)) {
    context.problems.error(node.where, fmt::format("`{}` is not a month for `{}`", text, field.key),
                           {"year and month, `2026-02`, from 1970 to 2199"});
    return false;
  }
  if (field.form == Form::name) return check_name(text, field.names, node.where, context);
  return true;
}

// Reports a reference to a removed value, if a value is required.
void refuse_none(const FieldInfo& field, const Node& node, ReadContext& context) {
  if (field.need != Need::required) return;
  context.problems.error(node.where, fmt::format("`{}` cannot be \"none\"", field.key),
                         {field.doc});
}

}  // namespace

Located locate(const SectionPlace& place, const std::string& key, const ReadContext&) {
  if (const Node* node = place.table.find_path(key)) {
    if (is_none(*node)) return {};
    return {node, place.path + "." + key, place.provenance};
  }
  if (place.fallback == nullptr) return {};
  const Node* node = place.fallback->find_path(key);
  if (node == nullptr || is_none(*node)) return {};
  return {node, place.fallback_path + "." + key, place.fallback_provenance};
}

void check_section_keys(const SectionPlace& place, const std::vector<FieldInfo>& fields,
                        bool numbers_have_sources, ReadContext& context) {
  std::vector<std::string> known;
  for (const FieldInfo& field : fields) {
    const std::string key = first_segment(field.key);
    if (std::find(known.begin(), known.end(), key) == known.end()) known.push_back(key);
  }
  if (numbers_have_sources) {
    for (const FieldInfo& field : provenance_fields()) known.push_back(field.key);
  }
  check_keys(place.table, known, fmt::format("in `{}`", place.path), context.problems);
  for (const Node& child : place.table.children) {
    const std::vector<std::string> inner = inner_keys(fields, child.key);
    if (inner.empty()) continue;
    if (is_none(child)) continue;
    if (!child.is_table()) {
      context.problems.error(
          child.where,
          fmt::format("expected a table for `{}`, found {}", child.key, kind_text(child)),
          {fmt::format("keys: `{}`", fmt::join(inner, "`, `"))});
      continue;
    }
    check_keys(child, inner, fmt::format("in `{}.{}`", place.path, child.key), context.problems);
  }
}

bool wanted(const FieldInfo& field, const SectionPlace& place, const Located& found,
            ReadContext& context) {
  const auto names = [&](const std::vector<std::string>& kinds) {
    return std::find(kinds.begin(), kinds.end(), place.kind) != kinds.end();
  };
  const bool applies = field.only_for.empty() || place.kind.empty() || names(field.only_for) ||
                       (place.basis == Basis::model && names(field.only_with_model_for));
  if (!applies) {
    if (found.node != nullptr) {
      context.problems.error(
          found.node->key_where,
          fmt::format("`{}` does not apply to a workload of kind `{}`", field.key, place.kind),
          {fmt::format("it belongs to: `{}`", fmt::join(field.only_for, "`, `"))});
    }
    return false;
  }
  if (field.basis != Basis::any && place.basis != Basis::any && field.basis != place.basis) {
    if (found.node != nullptr) {
      const bool predicted = place.basis == Basis::model;
      context.problems.error(
          found.node->key_where,
          fmt::format("`{}` does not go with {}", field.key,
                      predicted ? "`performance = \"model\"`" : "a stated performance"),
          {predicted ? "the model predicts it; `achieved` scales the prediction"
                     : "it needs `performance = \"model\"`"});
    }
    return false;
  }
  if (found.node == nullptr && field.need == Need::required) {
    const SourceSpan& where =
        place.table.key_where.line > 0 ? place.table.key_where : place.table.where;
    context.problems.error(where, fmt::format("missing key `{}` in `{}`", field.key, place.path),
                           {field.doc});
    return false;
  }
  return true;
}

std::optional<Input> read_number_field(const FieldInfo& field, const SectionPlace& place,
                                       const Located& found, ReadContext& context) {
  if (found.node != nullptr) {
    add_resolved(found.path, *found.node, context);
    std::optional<Input> input = read_number(
        *found.node, {.field = field, .path = found.path, .outer = found.provenance}, context);
    if (input) return input;
    const Node* definition =
        is_reference(*found.node) ? context.root.find_path(found.node->text) : nullptr;
    if (definition != nullptr && is_none(*definition)) refuse_none(field, *found.node, context);
  }
  if (field.need != Need::defaulted) return std::nullopt;
  if (place.basis != Basis::model || field.model_default.empty())
    return default_number({.field = field, .path = place.path + "." + field.key}, context);
  FieldInfo modelled = field;
  modelled.default_text = field.model_default;
  return default_number({.field = modelled, .path = place.path + "." + field.key}, context);
}

std::optional<std::string> read_text_field(const FieldInfo& field, const SectionPlace& place,
                                           const Located& found, ReadContext& context) {
  if (found.node == nullptr) {
    if (field.need != Need::defaulted) return std::nullopt;
    const Node node = default_node(field);
    add_resolved(place.path + "." + field.key, node, context);
    return node.text;
  }
  add_resolved(found.path, *found.node, context);
  const bool may_refer = field.form == Form::name || field.form == Form::word;
  const std::optional<Definition> definition =
      may_refer ? resolve(*found.node, found.path, field.role, context)
                : std::optional(Definition{.node = found.node, .variable = {}, .role = field.role});
  if (!definition) return std::nullopt;
  if (definition->is_reference && is_none(*definition->node)) {
    refuse_none(field, *found.node, context);
    return std::nullopt;
  }
  std::optional<std::string> text = text_of(*definition->node, field.key, context);
  if (!text || !accepted(*text, field, *definition->node, context)) return std::nullopt;
  return text;
}

std::vector<std::string> read_names_field(const FieldInfo& field, const Located& found,
                                          ReadContext& context) {
  std::vector<std::string> names;
  if (found.node == nullptr) return names;
  add_resolved(found.path, *found.node, context);
  const std::optional<Definition> definition =
      resolve(*found.node, found.path, field.role, context);
  if (!definition) return names;
  if (!definition->node->is_array()) {
    context.problems.error(definition->node->where,
                           fmt::format("expected a list of names for `{}`, found {}", field.key,
                                       kind_text(*definition->node)));
    return names;
  }
  for (const Node& item : definition->node->children) {
    std::optional<std::string> name = text_of(item, field.key, context);
    if (!name || !check_name(*name, field.names, item.where, context)) continue;
    if (std::find(names.begin(), names.end(), *name) != names.end()) {
      context.problems.error(item.where,
                             fmt::format("`{}` stands twice in `{}`", *name, field.key));
      continue;
    }
    names.push_back(*name);
  }
  return names;
}

std::optional<std::int64_t> read_integer_field(const FieldInfo& field, const SectionPlace& place,
                                               const Located& found, ReadContext& context) {
  const std::optional<Node> standard = found.node == nullptr && field.need == Need::defaulted
                                           ? std::optional(default_node(field))
                                           : std::nullopt;
  const Node* given = standard ? &*standard : found.node;
  if (given == nullptr) return std::nullopt;
  add_resolved(standard ? place.path + "." + field.key : found.path, *given, context);
  const std::optional<Definition> definition = resolve(*given, found.path, field.role, context);
  if (!definition) return std::nullopt;
  const Node* value = definition->node;
  if (const Node* inner = value->find("value")) value = inner;
  // 1e6 is a float in TOML and accepted as an integer.
  const bool whole = value->is_number() && value->number == std::floor(value->number);
  if (!whole) {
    context.problems.error(value->where, fmt::format("expected a whole number for `{}`, found {}",
                                                     field.key, kind_text(*value)));
    return std::nullopt;
  }
  if (value->number < field.minimum || value->number > field.maximum) {
    context.problems.error(
        value->where,
        fmt::format("`{}` must be {} {}", field.key,
                    value->number < field.minimum ? "at least" : "at most",
                    whole_text(value->number < field.minimum ? field.minimum : field.maximum)));
    return std::nullopt;
  }
  return value->kind == Node::Kind::integer ? value->integer
                                            : static_cast<std::int64_t>(value->number);
}

}  // namespace tranche
