// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/coefficients/memory_bound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/performance/coefficients/coefficient_file.hpp"

namespace tranche {
namespace {

void add_chip(const std::string& prefix, kernels::MemoryBoundCoefficients& chip,
              std::vector<NamedCoefficient>& list) {
  const std::vector<std::string>& patterns = access_pattern_names();
  for (std::size_t p = 0; p < patterns.size(); ++p)
    list.push_back({prefix + patterns[p], &chip.efficiency[p]});
  list.push_back({prefix + "vector_efficiency", &chip.vector_efficiency});
  list.push_back({prefix + "matrix_efficiency", &chip.matrix_efficiency});
  list.push_back({prefix + "launch_s", &chip.launch_s});
  list.push_back({prefix + "access_s", &chip.access_s});
  list.push_back({prefix + "halo_bytes_per_s", &chip.halo_bytes_per_s});
  list.push_back({prefix + "share_error", &chip.share_error});
}

std::vector<NamedCoefficient> named_coefficients(MemoryBoundModel& model) {
  std::vector<NamedCoefficient> list;
  for (int g = 0; g < chip_generation_count; ++g) {
    const auto generation = static_cast<kernels::ChipGeneration>(g);
    add_chip("chip." + std::string(chip_generation_name(generation)) + ".",
             model.chips[static_cast<std::size_t>(g)], list);
  }
  for (auto& [name, chip] : model.products) add_chip("product." + name + ".", chip, list);
  kernels::ConcurrencyCoefficients& threads = model.concurrency;
  list.push_back({"thread.hbm2e_load_s", &threads.hbm2e_load_s});
  list.push_back({"thread.hbm2e_store_s", &threads.hbm2e_store_s});
  list.push_back({"thread.hbm3_load_s", &threads.hbm3_load_s});
  list.push_back({"thread.hbm3_store_s", &threads.hbm3_store_s});
  list.push_back({"recommendation.latency_limit", &model.recommendation.latency_limit});
  list.push_back({"recommendation.power_limit", &model.recommendation.power_limit});
  list.push_back({"recommendation.old_software", &model.recommendation.old_software});
  return list;
}

constexpr double percent = 100.0;

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

std::string MemoryBoundModel::stand_in(std::string_view chip,
                                       kernels::ChipGeneration generation) const {
  if (products.contains(chip)) return {};
  return fmt::format(
      "no memory benchmark of {} is known: shares of bandwidth of {}, known to {:.0f} %", chip,
      generation == kernels::ChipGeneration::other
          ? std::string("all chips")
          : fmt::format("its generation ({})", chip_generation_name(generation)),
      percent * of(generation).share_error);
}

MemoryBoundModel read_memory_bound_model(const std::string& data_folder) {
  const std::string file = data_folder + "/catalogue/memory_bound_coefficients.toml";
  MemoryBoundModel model;
  for (const std::string& name : table_names(file, "product")) model.products[name];
  read_coefficient_file(file, named_coefficients(model));
  return model;
}

}  // namespace tranche
