// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/inner_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/scenario/read/study_reader.hpp"

namespace tranche {

const FieldInfo& InnerTable::field(std::string_view key) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const FieldInfo& f) { return f.key == key; });
  if (found == fields.end()) throw std::logic_error("no field of this name");
  return *found;
}

std::optional<std::string> InnerTable::text(std::string_view key) const {
  const FieldInfo& info = field(key);
  const Located found = locate(place, info.key, context);
  if (!wanted(info, place, found, context)) return std::nullopt;
  return read_text_field(info, place, found, context);
}

std::vector<std::string> InnerTable::names(std::string_view key) const {
  const FieldInfo& info = field(key);
  return read_names_field(info, locate(place, info.key, context), context);
}

std::optional<std::int64_t> InnerTable::integer(std::string_view key) const {
  const FieldInfo& info = field(key);
  return read_integer_field(info, place, locate(place, info.key, context), context);
}

std::optional<double> InnerTable::scalar(std::string_view key, UnitKind kind) const {
  const Node* node = place.table.find(key);
  if (node == nullptr) return std::nullopt;
  return read_scalar(*node, std::string(key), kind, context);
}

std::vector<const Node*> InnerTable::tables(std::string_view key) const {
  std::vector<const Node*> list;
  const Node* node = place.table.find(key);
  if (node == nullptr) {
    if (field(key).need == Need::required)
      context.problems.error(place.table.key_where,
                             fmt::format("missing [[{}.{}]] in the scenario", place.path, key),
                             {field(key).doc});
    return list;
  }
  if (!node->is_array()) {
    context.problems.error(
        node->where,
        fmt::format("expected a list of tables for `{}`, found {}", key, kind_text(*node)),
        {fmt::format("write [[{}.{}]]", place.path, key)});
    return list;
  }
  for (const Node& item : node->children) {
    if (item.is_table())
      list.push_back(&item);
    else
      context.problems.error(
          item.where, fmt::format("expected a table for `{}`, found {}", key, kind_text(item)));
  }
  return list;
}

std::string month_label(const Scenario& scenario, const std::string& month) {
  for (std::int32_t step = 0; step < scenario.steps; ++step)
    if (step_label(scenario, step) == month) return month;
  return {};
}

std::string headline_month(const Scenario& scenario) {
  return scenario.headline.month.empty() ? step_label(scenario, scenario.steps - 1)
                                         : scenario.headline.month;
}

}  // namespace tranche
