// SPDX-License-Identifier: Apache-2.0

// The reference tables of docs/formats/scenario.md.
#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "sim/scenario/describe/schema.hpp"
#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/metrics.hpp"
#include "sim/scenario/read/family_forms.hpp"

namespace tranche {
namespace {

// A vertical bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string name_kind(NameSet set) {
  switch (set) {
    case NameSet::any:
      return "names";
    case NameSet::chip:
      return "chip of the catalogue";
    case NameSet::model:
      return "model of the catalogue";
    case NameSet::catalogue_workload:
      return "workload of the catalogue";
    case NameSet::rule:
      return "rule of the catalogue";
    case NameSet::firm:
      return "firm";
    case NameSet::workload:
      return "workload";
    case NameSet::permission:
      return "approval or licence";
    case NameSet::metric:
      return "metric";
    case NameSet::yardstick:
      return "yardstick";
    case NameSet::country:
      return "country, by its English name or code of ISO 3166";
  }
  return "name";
}

std::string range_text(const FieldInfo& field) {
  if (std::isinf(field.maximum)) {
    return !field.minimum_allowed ? ", above 0" : std::isinf(field.minimum) ? ", any sign" : "";
  }
  return fmt::format(", {:g} to {:g}", field.minimum, field.maximum);
}

std::string value_text(const FieldInfo& field) {
  switch (field.form) {
    case Form::quantity:
    case Form::chance:
      return fmt::format(
          "{}{}{}", what_it_measures(field.unit), range_text(field),
          field.bare_unit.empty() ? "" : fmt::format("; plain: {}", field.bare_unit));
    case Form::moment:
      return "a date, or a time after the start";
    case Form::text:
      return "text";
    case Form::word:
      return fmt::format("`{}`", fmt::join(field.words, "`, `"));
    case Form::name:
      return name_kind(field.names);
    case Form::names:
      return fmt::format("list: {}", name_kind(field.names));
    case Form::integer:
      return fmt::format("whole number, {} to {}", whole_text(field.minimum),
                         whole_text(field.maximum));
    case Form::year_month:
      return "month, `2026-02`";
    case Form::shares:
      return "shares by " + name_kind(field.names);
    case Form::stock:
      return "table";
    case Form::assignments:
      return "paths and values";
    case Form::scalar:
      return "a number, `400k`, `10 %`";
    case Form::scalars:
      return "list of values";
    case Form::rates:
      return "rates by state and next state";
    case Form::events:
    case Form::axes:
    case Form::objectives:
    case Form::limits:
      return "list of tables";
  }
  return {};
}

std::string need_text(const FieldInfo& field) {
  if (field.need == Need::required) return "required";
  if (field.need == Need::optional) return "";
  return fmt::format("`{}`", field.default_text);
}

std::string varies_text(const FieldInfo& field) {
  const Each& each = field.each;
  std::string text;
  const auto add = [&](bool allowed, std::string_view word) {
    if (allowed) text += fmt::format("{}{}", text.empty() ? "" : ", ", word);
  };
  add(each.firm, "firm");
  add(each.tranche, "tranche");
  add(each.month, "month");
  add(field.over_time == OverTime::level, "`at`");
  add(field.over_time == OverTime::amounts, "`adds`");
  return text;
}

void add_fields(const std::vector<FieldInfo>& fields, std::string& text) {
  text += "| key | value | default | varies by | role | meaning |\n";
  text += "| --- | --- | --- | --- | --- | --- |\n";
  for (const FieldInfo& field : fields) {
    const bool number = field.form == Form::quantity || field.form == Form::moment ||
                        field.form == Form::chance || field.form == Form::shares;
    const bool choice =
        field.form == Form::name || field.form == Form::integer || field.form == Form::names;
    const std::string role = field.role == Role::lever ? "lever" : number ? "assumption" : "";
    std::string only =
        field.only_for.empty() ? "" : fmt::format(" ({} only)", fmt::join(field.only_for, ", "));
    if (!field.only_with_model_for.empty())
      only += fmt::format(" (of {} with `performance = \"model\"`)",
                          fmt::join(field.only_with_model_for, ", "));
    if (field.basis == Basis::stated) only += " (not with `performance = \"model\"`)";
    if (field.basis == Basis::model) only += " (with `performance = \"model\"`)";
    if (!field.model_default.empty())
      only +=
          fmt::format(" (with `performance = \"model\"`: of what the model reaches, default {})",
                      field.model_default);
    text += fmt::format("| `{}` | {} | {} | {} | {} | {}{} |\n", field.key, cell(value_text(field)),
                        cell(need_text(field)), varies_text(field), number || choice ? role : "",
                        cell(field.doc), only);
  }
  text += "\n";
}

std::string heading(const Section& section) {
  switch (section.shape) {
    case Shape::tables:
      return fmt::format("[{}.NAME]", section.name);
    case Shape::list:
      return fmt::format("[[{}]]", section.name);
    default:
      return fmt::format("[{}]", section.name);
  }
}

}  // namespace

std::string scenario_reference() {
  std::string text;
  for (const Section& section : sections()) {
    text += fmt::format("### `{}`\n\n{}\n\n", heading(section), section.doc);
    if (section.name == "all_firms") {
      text += "Keys: those of `[firms.NAME]` except `title`.\n\n";
    } else if (!section.fields.empty()) {
      add_fields(section.fields, text);
    }
    for (const FieldInfo& field : section.fields) {
      const std::vector<FieldInfo>* const inner = inner_fields(field.form);
      if (inner == nullptr) continue;
      text += fmt::format("`[[{}.{}]]`:\n\n", section.name, field.key);
      add_fields(*inner, text);
    }
    if (section.name == "firms") {
      text += "A stock, `stock.NAME`:\n\n";
      add_fields(infos(stock_fields()), text);
    }
  }
  text +=
      "### Provenance\n\nKeys of a value written as a table, and of any section above with "
      "numbers, where they hold for each number that does not say otherwise.\n\n";
  add_fields(provenance_fields(), text);
  text += "### Distributions\n\n| family | parameters |\n| --- | --- |\n";
  for (const std::string& family : family_names()) {
    std::string parameters = family_parameters_text(family);
    if (family == "choice") parameters = "`values` (list), `weights` (list; equal if absent)";
    if (family == "mixture") parameters = "`components` (list of values), `weights`";
    if (family == "empirical") parameters = "`values` (list); or `file` (CSV), `column`";
    if (family == "zero_inflated") {
      parameters = "`zero` (probability of nothing), `value` or a family (otherwise)";
    }
    text += fmt::format("| `{}` | {} |\n", family, cell(parameters));
  }
  text +=
      fmt::format("\n### Metrics\n\n`{}`; each yardstick and each workload under its own name.\n",
                  fmt::join(metric_names(), "`, `"));
  return text;
}

}  // namespace tranche
