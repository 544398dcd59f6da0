// SPDX-License-Identifier: Apache-2.0

// Measured coefficients of memory-bound work, by chip generation. Read from
// scenarios/catalogue/memory_bound_coefficients.toml.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/models/memory_bound/memory_bound.hpp"
#include "sim/performance/coefficients/serving.hpp"

namespace tranche {

struct MemoryBoundModel {
  std::array<kernels::MemoryBoundCoefficients, chip_generation_count> chips;
  kernels::ConcurrencyCoefficients concurrency;

  const kernels::MemoryBoundCoefficients& of(kernels::ChipGeneration generation) const {
    return chips[static_cast<std::size_t>(generation)];
  }
};

// Names in TOML: "read", "triad", "matrix_row"; "vector_fp64".
const std::vector<std::string>& access_pattern_names();
std::optional<kernels::AccessPattern> access_pattern_of(std::string_view name);
const std::vector<std::string>& arithmetic_unit_names();
std::optional<kernels::ArithmeticUnit> arithmetic_unit_of(std::string_view name);

// Throws InputError with all problems: missing generations or patterns, unknown keys,
// tables without `source`.
MemoryBoundModel read_memory_bound_model(const std::string& data_folder);

}  // namespace tranche
