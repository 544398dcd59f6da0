// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/number_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "sim/input/calendar.hpp"
#include "sim/input/toml_load.hpp"
#include "sim/scenario/read/schedule_frame.hpp"
#include "sim/scenario/read/schedule_reader.hpp"
#include "sim/scenario/read/uncertain_value_reader.hpp"

namespace tranche {
namespace {

// Probability outside the key's range that is truncated without an error: the tail of an interval
// that ends near the range's end.
constexpr double mass_cut_off = 0.05;
// "0 to 10k" has 5 % below 0, up to the rounding of the fitted distribution.
constexpr double mass_rounding = 1e-6;

std::optional<std::string> text_of(const Node& table, std::string_view key, ReadContext& context) {
  const Node* node = table.find(key);
  if (node == nullptr) return std::nullopt;
  if (node->is_string() || node->kind == Node::Kind::date) return node->text;
  context.problems.error(
      node->where, fmt::format("expected a string for `{}`, found {}", key, kind_text(*node)));
  return std::nullopt;
}

std::optional<Confidence> confidence_of(const Node& table, ReadContext& context) {
  static const std::vector<std::string> words = {"published", "derived", "calibrated", "assumed"};
  const std::optional<std::string> text = text_of(table, "confidence", context);
  if (!text) return std::nullopt;
  const auto at = std::find(words.begin(), words.end(), *text);
  if (at != words.end()) return static_cast<Confidence>(at - words.begin());
  context.problems.error(table.find("confidence")->where,
                         fmt::format("unknown word `{}` for `confidence`", *text),
                         name_help(*text, words, "words accepted here"));
  return std::nullopt;
}

std::string allowed_text(const Each& each) {
  std::vector<std::string> words;
  if (each.firm) words.push_back("`\"firm\"`");
  if (each.tranche) words.push_back("`\"tranche\"`");
  if (each.month) words.push_back("`\"month\"`");
  return fmt::format("{}", fmt::join(words, ", "));
}

void add_each(const Node& word, const FieldInfo& field, Each& each, ReadContext& context) {
  static const std::vector<std::string> words = {"firm", "tranche", "month", "quarter", "step"};
  if (!word.is_string() || std::find(words.begin(), words.end(), word.text) == words.end()) {
    const std::string text = word.is_string() ? word.text : std::string(kind_text(word));
    context.problems.error(word.where, fmt::format("unknown word `{}` for `each`", text),
                           name_help(text, words, "words accepted here"));
    return;
  }
  const bool firm = word.text == "firm";
  const bool tranche = word.text == "tranche";
  const bool month = !firm && !tranche;
  if ((firm && !field.each.firm) || (tranche && !field.each.tranche) ||
      (month && !field.each.month)) {
    const std::string allowed = allowed_text(field.each);
    context.problems.error(
        word.where, fmt::format("`{}` cannot be drawn anew for each {}", field.key, word.text),
        {allowed.empty() ? "it is drawn once" : "accepted here: " + allowed});
    return;
  }
  each.firm = each.firm || firm;
  each.tranche = each.tranche || tranche;
  each.month = each.month || month;
}

// Truncates to the range of the key. Reports a probability outside it beyond a tail.
bool keep_in_range(Distribution& distribution, const Node& node, const FieldInfo& field,
                   ReadContext& context) {
  const auto shown = [&](double value) { return quantity_text(value, field.unit); };
  if (distribution.is_constant()) {
    const double value = distribution.parameters.front();
    if (value > field.maximum) {
      std::vector<std::string> help;
      constexpr double min_percent = 2;  // a smaller number is rather a mistyped fraction
      if (field.unit == UnitKind::fraction && node.is_number() && value >= min_percent &&
          value <= 100)
        help.push_back(fmt::format("write `\"{} %\"` or `{:.6g}`", node.text, value / 100));
      context.problems.error(
          node.where, fmt::format("`{}` must be at most {}", field.key, shown(field.maximum)),
          std::move(help));
      return false;
    }
    if (value < field.minimum || (value == field.minimum && !field.minimum_allowed)) {
      context.problems.error(node.where, fmt::format("`{}` must be {} {}", field.key,
                                                     field.minimum_allowed ? "at least" : "above",
                                                     shown(field.minimum)));
      return false;
    }
    return true;
  }
  // P(X < minimum): cumulative() counts the minimum itself.
  const double below = std::isfinite(field.minimum)
                           ? cumulative(distribution, std::nextafter(field.minimum, any_number))
                           : 0.0;
  const double above =
      std::isfinite(field.maximum) ? 1.0 - cumulative(distribution, field.maximum) : 0.0;
  const auto refuse = [&](double mass, std::string_view side, double end) {
    context.problems.error(
        node.where,
        fmt::format("{:.0f} % of `{}` is {} {}", 100 * mass, field.key, side, shown(end)),
        {fmt::format("at most {:.0f} % may be; it is cut off", 100 * mass_cut_off),
         "write an interval that begins within the range, or a family that stays in it: "
         "`{ uniform = { min = ..., max = ... } }`"});
  };
  constexpr double most = mass_cut_off + mass_rounding;
  if (below > most) refuse(below, "below", field.minimum);
  if (above > most) refuse(above, "above", field.maximum);
  if (below > most || above > most) return false;
  if (below > 0) distribution.minimum = field.minimum;
  if (above > 0) distribution.maximum = field.maximum;
  return true;
}

// Distribution of an event, from its probability.
Distribution happens(const Distribution& probability) {
  const double p = mean(probability);
  if (p <= 0 || p >= 1) return constant(p <= 0 ? 0 : 1);
  Distribution distribution;
  distribution.family = Family::bernoulli;
  distribution.parameters = {p};
  return distribution;
}

const Node* first_date_key(const Node& table) {
  const auto found = std::ranges::find_if(table.children, [](const Node& child) {
    return looks_like_date(child.key) || parse_year_month(child.key + "-01");
  });
  return found == table.children.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<std::string>& number_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> list = uncertain_value_keys();
    list.insert(list.end(), {"unit", "each", "source", "as_of", "confidence", "note"});
    return list;
  }();
  return keys;
}

Each each_of(const Node& table, const FieldInfo& field, ReadContext& context) {
  Each each;
  const Node* node = table.find("each");
  if (node == nullptr) return each;
  if (node->is_array()) {
    for (const Node& word : node->children) add_each(word, field, each, context);
  } else {
    add_each(*node, field, each, context);
  }
  return each;
}

Provenance read_provenance(const Node& table, const Provenance& outer, ReadContext& context) {
  Provenance found = outer;
  if (!table.is_table()) return found;
  if (const auto text = text_of(table, "source", context)) found.source = *text;
  if (const auto text = text_of(table, "as_of", context)) found.as_of = *text;
  if (const auto text = text_of(table, "note", context)) found.note = *text;
  if (const auto word = confidence_of(table, context)) found.confidence = *word;
  return found;
}

std::optional<Input> read_number(const Node& node, const NumberPlace& place, ReadContext& context) {
  const FieldInfo& field = place.field;
  const std::optional<Definition> definition = resolve(node, place.path, field.role, context);
  if (!definition || is_none(*definition->node)) return std::nullopt;
  const Node& value = *definition->node;
  if (is_schedule(value))
    return read_schedule({.definition = *definition, .number = place}, context);
  const std::size_t errors_before = context.problems.error_count();

  Input input;
  input.variable = definition->variable;
  input.path = place.path;
  input.role = definition->role;
  input.kind = field.unit;
  input.where = value.where;
  // A lever or assumption has its own provenance, not that of the table that uses it.
  Provenance provenance = definition->is_reference ? Provenance{} : place.outer;
  std::string unit;
  const Node* shown = &value;
  if (value.is_table()) {
    if (const Node* const date = first_date_key(value)) {
      context.problems.error(
          date->key_where, fmt::format("a date `{}` in a value of `{}`", date->key, field.key),
          field.over_time == OverTime::no
              ? std::vector<std::string>{fmt::format("`{}` cannot change over time", field.key)}
              : schedule_help(field));
      return std::nullopt;
    }
    check_keys(value, number_keys(), fmt::format("of a value of `{}`", field.key),
               context.problems);
    if (context.problems.error_count() > errors_before) return std::nullopt;
    provenance = read_provenance(value, provenance, context);
    input.each = each_of(value, field, context);
    unit = text_of(value, "unit", context).value_or("");
    if (!unit.empty()) {
      const ParsedQuantity one = parse_quantity("1 " + unit, field.unit);
      if (!one) {
        context.problems.error(value.find("unit")->where,
                               fmt::format("{} for `{}`", one.problem.problem, field.key),
                               one.problem.help);
        return std::nullopt;
      }
    }
    if (value.find("value") != nullptr) shown = value.find("value");
  }
  BeliefReader reader(field, unit, context);
  std::optional<Distribution> distribution =
      value.is_table() ? reader.uncertain_value_of_table(value) : reader.belief(value);
  if (distribution && !unit.empty() && !reader.table_unit_is_used()) {
    context.problems.error(value.find("unit")->where,
                           fmt::format("`unit` belongs to no number of `{}`", field.key),
                           {"leave it out: what is written here has no unit"});
  }
  if (!distribution || context.problems.error_count() > errors_before) return std::nullopt;
  if (!keep_in_range(*distribution, *shown, field, context)) return std::nullopt;
  input.distribution =
      field.form == Form::chance ? happens(*distribution) : std::move(*distribution);
  input.text = shown->is_string() ? shown->text : toml_text(*shown);
  input.unit = !unit.empty() ? unit : reader.first_unit();
  if (input.unit.empty()) input.unit = field.bare_unit;
  input.source = provenance.source;
  input.as_of = provenance.as_of;
  input.note = provenance.note;
  input.confidence = provenance.confidence.value_or(Confidence::assumed);
  return input;
}

Input default_number(const NumberPlace& place, ReadContext& context) {
  const Node node = parse_toml_value(place.field.default_text, {.file = "(default)"});
  add_resolved(place.path, node, context);
  std::optional<Input> input =
      read_number(node, {.field = place.field, .path = place.path}, context);
  assert(input);
  input->is_default = true;
  return *input;
}

}  // namespace tranche
