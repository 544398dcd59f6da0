#include "sim/catalogue/inference_coefficients.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "sim/input/diagnostic.hpp"

namespace tranche {
namespace {

SourceSpan place(const toml::node& node, const std::string& file) {
  return {file, node.source().begin.line, node.source().begin.column, 1};
}

// Reads one table into the coefficients that `visit_all` names. Every name must be there
// once, beside `source` and `fit_error`; anything else is an error.
template <class VisitAll>
void read_table(const toml::table& table, const std::string& title, const std::string& file,
                Problems& problems, VisitAll visit_all) {
  std::vector<std::string> known = {"source", "fit_error"};
  visit_all([&](const char* name, double& value) {
    known.emplace_back(name);
    const toml::node* node = table.get(name);
    if (node == nullptr) {
      problems.error(place(table, file), "`" + title + "` has no `" + name + "`");
    } else if (const auto number = node->value<double>()) {
      value = *number;
    } else {
      problems.error(place(*node, file), "`" + title + "." + name + "` is not a number");
    }
  });
  for (const char* key : {"source", "fit_error"}) {
    if (!table[key].is_string()) {
      problems.error(place(table, file), "`" + title + "` has no `" + key + "`",
                     {"a sentence: where the numbers come from, how well they fit"});
    }
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      problems.error(place(node, file), "unknown coefficient `" + title + "." + name + "`",
                     name_help(name, known, "coefficient"));
    }
  }
}

// The table of one generation: `group` is "chip" or "software".
const toml::table* generation_table(const toml::table& root, const std::string& group,
                                    const std::string& name, const std::string& file,
                                    Problems& problems) {
  const toml::table* table = root[group][name].as_table();
  if (table == nullptr) {
    problems.error({.file = file}, "there is no table `" + group + "." + name + "`");
  }
  return table;
}

void read_tables(const toml::table& root, const std::string& file,
                 InferenceCoefficients& coefficients, Problems& problems) {
  for (int i = 0; i < chip_generation_count; ++i) {
    const std::string name(chip_generation_name(static_cast<kernels::ChipGeneration>(i)));
    auto& of = coefficients.chips[static_cast<std::size_t>(i)];
    if (const auto* table = generation_table(root, "chip", name, file, problems)) {
      read_table(*table, "chip." + name, file, problems,
                 [&](auto visit) { kernels::for_each_chip_coefficient(of, visit); });
    }
  }
  for (int i = 0; i < serving_software_count; ++i) {
    const std::string name(serving_software_name(static_cast<ServingSoftware>(i)));
    auto& of = coefficients.software[static_cast<std::size_t>(i)];
    if (const auto* table = generation_table(root, "software", name, file, problems)) {
      read_table(*table, "software." + name, file, problems,
                 [&](auto visit) { kernels::for_each_software_coefficient(of, visit); });
    }
  }
}

}  // namespace

InferenceCoefficients read_inference_coefficients(const std::string& data_folder) {
  const std::string file = data_folder + "/catalogue/inference_coefficients.toml";
  Problems problems;
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) problems.error({.file = file}, "cannot open `" + file + "`");
  problems.throw_if_errors();
  problems.remember_source(file, text.str());
  InferenceCoefficients coefficients;
  try {
    read_tables(toml::parse(text.str(), file), file, coefficients, problems);
  } catch (const toml::parse_error& error) {
    problems.error({file, error.source().begin.line, error.source().begin.column, 1},
                   std::string(error.description()));
  }
  problems.throw_if_errors();
  return coefficients;
}

}  // namespace tranche
