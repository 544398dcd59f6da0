// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/coefficients/coefficient_file.hpp"

#include <toml++/toml.h>

#include <fstream>
#include <set>
#include <sstream>

#include "sim/input/diagnostic.hpp"
#include "sim/input/input_file.hpp"

namespace tranche {
namespace {

SourceSpan place(const toml::node& node, const std::string& file) {
  const toml::source_region& region = node.source();
  return {file, region.begin.line, region.begin.column, 1};
}

// Flattens numbers to dotted names, without `source` and `fit_error`.
void flatten(const toml::table& table, const std::string& prefix, const std::string& file,
             std::set<std::string>& seen, const std::vector<NamedCoefficient>& wanted,
             Problems& problems) {
  bool holds_numbers = false;
  const auto store = [&](const std::string& name, const toml::node& node) {
    holds_numbers = true;
    const auto value = node.value<double>();
    for (const NamedCoefficient& c : wanted) {
      if (c.name != name) continue;
      if (!value) return problems.error(place(node, file), "`" + name + "` is not a number");
      *c.value = *value;
      seen.insert(name);
      return;
    }
    std::vector<std::string> known;
    for (const NamedCoefficient& c : wanted) known.push_back(c.name);
    problems.error(place(node, file), "unknown coefficient `" + name + "`",
                   name_help(name, known, "coefficient"));
  };
  for (const auto& [key, node] : table) {
    const std::string name =
        prefix.empty() ? std::string(key.str()) : prefix + "." + std::string(key.str());
    if (const toml::table* inner = node.as_table()) {
      flatten(*inner, name, file, seen, wanted, problems);
    } else if (const toml::array* list = node.as_array()) {
      std::size_t i = 0;
      for (const toml::node& item : *list) store(name + "." + std::to_string(i++), item);
    } else if (!node.is_string()) {
      store(name, node);
    }
  }
  for (const char* key : {"source", "fit_error"}) {
    if (holds_numbers && !table[key].is_string()) {
      problems.error(place(table, file), "`" + prefix + "` has no `" + key + "`",
                     {"a sentence: where the numbers come from, how well they fit"});
    }
  }
}

}  // namespace

std::vector<std::string> table_names(const std::string& file, const std::string& section) {
  std::vector<std::string> names;
  if (!why_no_file(file).empty()) return names;
  try {
    const toml::table root = toml::parse_file(file);
    const toml::table* const tables = root[section].as_table();
    if (tables == nullptr) return names;
    for (const auto& [name, node] : *tables)
      if (node.is_table()) names.emplace_back(name.str());
  } catch (const toml::parse_error&) {
    names.clear();
  }
  return names;
}

void read_coefficient_file(const std::string& file, const std::vector<NamedCoefficient>& wanted) {
  Problems problems;
  if (const std::string why = why_no_file(file); !why.empty())
    problems.error({.file = file}, "cannot open `" + file + "`: " + why);
  problems.throw_if_errors();
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) problems.error({.file = file}, "cannot open `" + file + "`");
  problems.throw_if_errors();
  problems.remember_source(file, text.str());
  try {
    const toml::table table = toml::parse(text.str(), file);
    std::set<std::string> seen;
    flatten(table, "", file, seen, wanted, problems);
    for (const NamedCoefficient& c : wanted) {
      if (!seen.contains(c.name)) {
        problems.error({.file = file}, "coefficient `" + c.name + "` is missing");
      }
    }
  } catch (const toml::parse_error& error) {
    problems.error({file, error.source().begin.line, error.source().begin.column, 1},
                   std::string(error.description()));
  }
  problems.throw_if_errors();
}

}  // namespace tranche
