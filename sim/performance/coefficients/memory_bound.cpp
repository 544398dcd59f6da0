// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/coefficients/memory_bound.hpp"

#include <algorithm>
#include <vector>

#include "sim/performance/coefficients/coefficient_file.hpp"

namespace tranche {
namespace {

std::vector<NamedCoefficient> named_coefficients(MemoryBoundModel& model) {
  const std::vector<std::string>& patterns = access_pattern_names();
  std::vector<NamedCoefficient> list;
  const auto add_patterns = [&](const std::string& prefix, double* values) {
    for (std::size_t p = 0; p < patterns.size(); ++p) {
      list.push_back({prefix + patterns[p], &values[p]});
    }
  };
  for (int g = 0; g < chip_generation_count; ++g) {
    auto& chip = model.chips[static_cast<std::size_t>(g)];
    const std::string prefix =
        "chip." + std::string(chip_generation_name(static_cast<kernels::ChipGeneration>(g))) + ".";
    add_patterns(prefix, chip.efficiency);
    list.push_back({prefix + "vector_efficiency", &chip.vector_efficiency});
    list.push_back({prefix + "matrix_efficiency", &chip.matrix_efficiency});
    list.push_back({prefix + "launch_s", &chip.launch_s});
  }
  add_patterns("thread_bytes_per_s.hbm2e.", model.concurrency.hbm2e_bytes_per_s);
  add_patterns("thread_bytes_per_s.hbm3.", model.concurrency.hbm3_bytes_per_s);
  return list;
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
  MemoryBoundModel model;
  read_coefficient_file(data_folder + "/catalogue/memory_bound_coefficients.toml",
                        named_coefficients(model));
  return model;
}

}  // namespace tranche
