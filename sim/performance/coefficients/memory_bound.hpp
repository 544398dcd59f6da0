// SPDX-License-Identifier: Apache-2.0

// Measured coefficients of memory-bound work, by chip, and by generation for chips without a
// measurement. Read from scenarios/catalogue/memory_bound_coefficients.toml.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/models/memory_bound/memory_bound.hpp"
#include "sim/performance/coefficients/serving.hpp"

namespace tranche {

// Shares of one submission rules' rate: runs under a latency limit, under a lowered power limit,
// and with old software, of the throughput without.
struct SubmissionShares {
  double latency_limit = 0.9;
  double power_limit = 0.8;
  double old_software = 0.63;
};

struct MemoryBoundModel {
  std::array<kernels::MemoryBoundCoefficients, chip_generation_count> chips;
  // Chips with measurements of their own, or of a sibling of their vendor and design.
  std::map<std::string, kernels::MemoryBoundCoefficients, std::less<>> products;
  kernels::ConcurrencyCoefficients concurrency;
  SubmissionShares recommendation;

  const kernels::MemoryBoundCoefficients& of(kernels::ChipGeneration generation) const {
    return chips[static_cast<std::size_t>(generation)];
  }
  // Those of the chip of this name in the catalogue; else those of its generation.
  const kernels::MemoryBoundCoefficients& of(std::string_view chip,
                                             kernels::ChipGeneration generation) const {
    const auto found = products.find(chip);
    return found == products.end() ? of(generation) : found->second;
  }
  // Sentence about what stands in for a chip that was not measured; empty if it was.
  std::string stand_in(std::string_view chip, kernels::ChipGeneration generation) const;
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
