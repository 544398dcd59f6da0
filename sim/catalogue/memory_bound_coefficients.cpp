#include "sim/catalogue/memory_bound_coefficients.hpp"

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

// Reads the numbers of a table by name into `slots`; all are required, and `source` and
// `fit_error` beside them.
void read_numbers(const toml::table& root, const std::string& title,
                  const std::vector<std::pair<std::string, double*>>& slots,
                  const std::string& file, Problems& problems) {
  const toml::table* table = root.at_path(title).as_table();
  if (table == nullptr) {
    return problems.error({.file = file}, "there is no table `" + title + "`");
  }
  std::vector<std::string> known = {"source", "fit_error"};
  for (const auto& [name, slot] : slots) {
    known.push_back(name);
    const toml::node* node = table->get(name);
    const auto value = node != nullptr ? node->value<double>() : std::nullopt;
    if (value) {
      *slot = *value;
    } else {
      problems.error(place(node != nullptr ? *node : *table, file),
                     "`" + title + "." + name + "` must be a number");
    }
  }
  for (const auto& [key, node] : *table) {
    const std::string name(key.str());
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      problems.error(place(node, file), "unknown coefficient `" + title + "." + name + "`",
                     name_help(name, known, "coefficient"));
    }
  }
  if (!(*table)["source"].is_string() || !(*table)["fit_error"].is_string()) {
    problems.error(place(*table, file), "`" + title + "` needs `source` and `fit_error`");
  }
}

void read_model(const toml::table& root, const std::string& file, MemoryBoundModel& model,
                Problems& problems) {
  const std::vector<std::string>& patterns = access_pattern_names();
  for (int g = 0; g < chip_generation_count; ++g) {
    auto& chip = model.chips[static_cast<std::size_t>(g)];
    std::vector<std::pair<std::string, double*>> slots;
    for (std::size_t p = 0; p < patterns.size(); ++p) {
      slots.emplace_back(patterns[p], &chip.efficiency[p]);
    }
    slots.emplace_back("vector_efficiency", &chip.vector_efficiency);
    slots.emplace_back("matrix_efficiency", &chip.matrix_efficiency);
    slots.emplace_back("launch_s", &chip.launch_s);
    read_numbers(
        root, "chip." + std::string(chip_generation_name(static_cast<kernels::ChipGeneration>(g))),
        slots, file, problems);
  }
  const auto read_threads = [&](const std::string& memory, double* slots_of_memory) {
    std::vector<std::pair<std::string, double*>> slots;
    for (std::size_t p = 0; p < patterns.size(); ++p) {
      slots.emplace_back(patterns[p], &slots_of_memory[p]);
    }
    read_numbers(root, "thread_bytes_per_s." + memory, slots, file, problems);
  };
  read_threads("hbm2e", model.concurrency.hbm2e_bytes_per_s);
  read_threads("hbm3", model.concurrency.hbm3_bytes_per_s);
}

template <class Value>
std::optional<Value> value_of_name(const std::vector<std::string>& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Value>(at - names.begin());
}

}  // namespace

const std::vector<std::string>& access_pattern_names() {
  static const std::vector<std::string> names = {"read",    "write",     "copy",      "triad",
                                                 "stencil", "lattice",   "sparse",    "gather",
                                                 "sector",  "dependent", "matrix_row"};
  return names;
}

std::optional<kernels::AccessPattern> access_pattern_of(std::string_view name) {
  return value_of_name<kernels::AccessPattern>(access_pattern_names(), name);
}

const std::vector<std::string>& arithmetic_unit_names() {
  static const std::vector<std::string> names = {"vector_fp64", "vector_fp32", "matrix_16bit",
                                                 "matrix_8bit"};
  return names;
}

std::optional<kernels::ArithmeticUnit> arithmetic_unit_of(std::string_view name) {
  return value_of_name<kernels::ArithmeticUnit>(arithmetic_unit_names(), name);
}

MemoryBoundModel read_memory_bound_model(const std::string& data_folder) {
  const std::string file = data_folder + "/catalogue/memory_bound_coefficients.toml";
  Problems problems;
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) problems.error({.file = file}, "cannot open `" + file + "`");
  problems.throw_if_errors();
  problems.remember_source(file, text.str());
  MemoryBoundModel model;
  try {
    read_model(toml::parse(text.str(), file), file, model, problems);
  } catch (const toml::parse_error& error) {
    problems.error({file, error.source().begin.line, error.source().begin.column, 1},
                   std::string(error.description()));
  }
  problems.throw_if_errors();
  return model;
}

}  // namespace tranche
