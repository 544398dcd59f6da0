// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/describe/schema.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/read/family_forms.hpp"
#include "sim/scenario/read/uncertain_value_reader.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

Json reference_to(std::string_view name) {
  return Json::object({{"$ref", fmt::format("#/definitions/{}", name)}});
}

Json any_of(Json::initializer_list_t choices) { return Json::object({{"anyOf", choices}}); }

Json words(const std::vector<std::string>& list) {
  return Json::object({{"type", "string"}, {"enum", list}});
}

Json list_of(Json items) { return Json::object({{"type", "array"}, {"items", std::move(items)}}); }

Json closed_table(Json properties) {
  return Json::object(
      {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}});
}

Json table_of(Json values) {
  return Json::object({{"type", "object"}, {"additionalProperties", std::move(values)}});
}

// A table from "2026", "2026-02" or "2026-02-15" to values.
Json dates_of(Json values) {
  return Json::object({{"type", "object"},
                       {"patternProperties", {{"^[0-9]{4}(-[0-9]{2}){0,2}$", std::move(values)}}},
                       {"additionalProperties", false}});
}

Json family_schema(const std::string& family) {
  const Json value = reference_to("value");
  const Json weights = list_of(reference_to("scalar"));
  if (family == "choice") {
    return closed_table({{"values", list_of(reference_to("scalar"))}, {"weights", weights}});
  }
  if (family == "mixture") {
    return closed_table({{"components", list_of(value)}, {"weights", weights}});
  }
  if (family == "empirical") {
    return closed_table({{"values", list_of(reference_to("scalar"))},
                         {"file", {{"type", "string"}}},
                         {"column", {{"type", "string"}}}});
  }
  Json properties = Json::object();
  if (family == "zero_inflated") {
    properties["zero"] = reference_to("scalar");
    for (const std::string& key : uncertain_value_keys()) {
      properties[key] = key == "value"                 ? value
                        : key == "min" || key == "max" ? reference_to("scalar")
                                                       : reference_to("family_" + key);
    }
    return closed_table(std::move(properties));
  }
  Json forms = Json::array();
  for (const FamilyForm& form : family_forms()) {
    if (form.family != family) continue;
    Json required = Json::array();
    for (const FamilyParameter& parameter : form.required) {
      properties[parameter.name] = reference_to("scalar");
      required.push_back(parameter.name);
    }
    for (const FamilyParameter& parameter : form.optional) {
      properties[parameter.name] = reference_to("scalar");
    }
    forms.push_back({{"required", required}});
  }
  Json schema = closed_table(std::move(properties));
  schema["anyOf"] = std::move(forms);
  return schema;
}

Json provenance_properties() {
  Json properties = Json::object();
  for (const FieldInfo& field : provenance_fields()) {
    Json schema = field.words.empty() ? Json::object({{"type", "string"}}) : words(field.words);
    schema["description"] = field.doc;
    properties[field.key] = std::move(schema);
  }
  return properties;
}

// Every form of a number.
Json definitions() {
  Json all = Json::object();
  all["scalar"] = {{"description", "a number, or a string with its unit: \"900 MW\""},
                   {"type", {"number", "string"}}};
  Json belief = Json::object();
  for (const std::string& key : uncertain_value_keys()) {
    belief[key] = key == "value"                 ? reference_to("value")
                  : key == "min" || key == "max" ? reference_to("scalar")
                                                 : reference_to("family_" + key);
  }
  all["value"] = any_of({reference_to("scalar"), closed_table(belief)});
  for (const std::string& family : family_names()) all["family_" + family] = family_schema(family);
  const Json each = words({"firm", "tranche", "month", "quarter", "step"});
  Json table = belief;
  table["unit"] = {{"type", "string"}, {"description", "unit of the plain numbers in this value"}};
  table["each"] = {{"description", "along what it is drawn anew"},
                   {"anyOf", {each, list_of(each)}}};
  table.update(provenance_properties());
  all["number"] = {
      {"description",
       "a number, \"900 MW\", a 90 % interval \"300k to 500k\", a distribution, or a reference "
       "\"levers.NAME\" or \"assumptions.NAME\""},
      {"anyOf", {reference_to("scalar"), closed_table(table)}}};
  // Every date is a number of its own.
  Json dated = provenance_properties();
  dated["each"] = table["each"];
  dated["unit"] = table["unit"];
  dated["together"] = {{"type", "boolean"},
                       {"description", "true: all dates are high or low together"}};
  dated["delay"] = reference_to("number");
  Json amounts = dated;
  amounts["adds"] = dates_of(reference_to("number"));
  dated["at"] = dates_of(reference_to("number"));
  dated["between"] = words({"step", "linear"});
  dated["growth"] = reference_to("number");
  Json growing = table;
  growing["growth"] = reference_to("number");
  all["number_over_time"] =
      any_of({reference_to("number"), closed_table(dated), closed_table(growing)});
  all["total_over_time"] = any_of({reference_to("number"), closed_table(amounts)});
  const Json shares = table_of(reference_to("number"));
  Json share_table = provenance_properties();
  share_table["dirichlet"] = shares;
  share_table["value"] = any_of({shares, closed_table({{"dirichlet", shares}})});
  all["shares"] = any_of({{{"type", "string"}}, closed_table(share_table), shares});
  Json shares_over_time = provenance_properties();
  shares_over_time["at"] = dates_of(reference_to("shares"));
  shares_over_time["between"] = words({"step", "linear"});
  all["shares_over_time"] = any_of({reference_to("shares"), closed_table(shares_over_time)});
  all["definition"] = any_of({reference_to("number_over_time"),
                              reference_to("total_over_time"),
                              reference_to("shares_over_time"),
                              reference_to("shares"),
                              list_of({{"type", "string"}}),
                              {{"type", "boolean"}}});
  return all;
}

std::string described(const FieldInfo& field) {
  std::string text = field.doc;
  if (!field.bare_unit.empty()) text += fmt::format(" (plain numbers: {})", field.bare_unit);
  if (field.need == Need::required) text += ". Required";
  if (field.need == Need::defaulted) text += fmt::format(". Default: {}", field.default_text);
  return text;
}

Json section_table(const Section& section);

Json value_schema(const FieldInfo& field) {
  const Json reference = {{"type", "string"}, {"pattern", "^(levers|assumptions)[.]|^none$"}};
  switch (field.form) {
    case Form::quantity:
    case Form::moment:
    case Form::chance:
      return reference_to(field.over_time == OverTime::level     ? "number_over_time"
                          : field.over_time == OverTime::amounts ? "total_over_time"
                                                                 : "number");
    case Form::text:
    case Form::name:
      return {{"type", "string"}};
    case Form::word:
      return any_of({words(field.words), reference});
    case Form::names:
      return any_of({list_of({{"type", "string"}}), reference});
    case Form::integer:
      return any_of({{{"type", "integer"}, {"minimum", field.minimum}, {"maximum", field.maximum}},
                     reference});
    case Form::year_month:
      return {{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}$"}};
    case Form::shares:
      return reference_to(field.over_time == OverTime::level ? "shares_over_time" : "shares");
    case Form::stock: {
      const Section stock{"stock", Shape::table, "", infos(stock_fields()), true};
      return table_of(any_of({section_table(stock), reference_to("number")}));
    }
    case Form::assignments:
      return {{"type", "object"}};
    case Form::scalar:
      return {{"type", Json::array({"number", "string"})}};
    case Form::scalars:
      return {{"type", "array"}};
    case Form::rates:
      return table_of(table_of(reference_to("number")));
    case Form::events:
    case Form::axes:
    case Form::objectives:
    case Form::limits:
      return list_of(section_table({field.key, Shape::table, "", *inner_fields(field.form)}));
  }
  return Json::object();
}

Json field_schema(const FieldInfo& field) {
  Json schema = {{"description", described(field)}};
  const Json value = value_schema(field);
  // Draft 7 ignores all keys beside a reference.
  if (value.contains("$ref")) {
    schema["allOf"] = Json::array({value});
  } else {
    schema.update(value);
  }
  return schema;
}

Json section_table(const Section& section) {
  Json properties = Json::object();
  for (const FieldInfo& field : section.fields) {
    const std::size_t dot = field.key.find('.');
    if (dot == std::string::npos) {
      properties[field.key] = field_schema(field);
      continue;
    }
    Json& inner = properties[field.key.substr(0, dot)];
    if (inner.is_null()) inner = closed_table(Json::object());
    inner["properties"][field.key.substr(dot + 1)] = field_schema(field);
  }
  if (section.numbers_have_sources) properties.update(provenance_properties());
  return closed_table(std::move(properties));
}

Json section_schema(const Section& section) {
  Json schema;
  switch (section.shape) {
    case Shape::values:
      schema = table_of(reference_to("definition"));
      break;
    case Shape::table:
      schema = section_table(section);
      break;
    case Shape::tables:
      schema = table_of(any_of({section_table(section), {{"const", "none"}}}));
      break;
    case Shape::list: {
      Json item = section_table(section);
      Json required = Json::array();
      for (const FieldInfo& field : section.fields) {
        if (field.need == Need::required) required.push_back(field.key);
      }
      item["required"] = std::move(required);
      schema = list_of(std::move(item));
      break;
    }
  }
  schema["description"] = section.doc;
  return schema;
}

}  // namespace

std::string scenario_schema() {
  Json properties = Json::object();
  properties["extends"] = {{"type", "string"},
                           {"description", "file that this one changes, relative to it"}};
  for (const Section& section : sections()) properties[section.name] = section_schema(section);
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", "tranche scenario"},
                 {"description", "generated from the reader's field tables"}};
  schema.update(closed_table(std::move(properties)));
  schema["definitions"] = definitions();
  return schema.dump(2) + "\n";
}

}  // namespace tranche
