// SPDX-License-Identifier: Apache-2.0

// Scenarios as models of their inputs, and results of designs on the CPU and elsewhere.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "sim/studies/sensitivity/fleet_model.hpp"
#include "sim/studies/sensitivity/morris.hpp"
#include "sim/studies/sensitivity/sobol_indices.hpp"
#include "tests/support/uncertain_scenario.hpp"

namespace tranche::tests {

// The base case of a scenario, with every `stride`-th value as an output.
struct DesignExample {
  explicit DesignExample(LoweredScenario scenario, std::int64_t stride = 7)
      : lowered(std::move(scenario)), groups(input_groups(lowered, Ties::together)) {
    for (std::int64_t c = stride / 2; c < kernels::cell_count(lowered.data.view()); c += stride)
      cells.push_back(c);
  }
  FleetModel model(const kernels::DesignRunner* runner = nullptr) const {
    return FleetModel(lowered, groups, cells, runner);
  }
  LoweredScenario lowered;
  std::vector<InputGroup> groups;
  std::vector<std::int64_t> cells;
};

inline const DesignExample& uncertain() {
  static const DesignExample example(lower(only_base(uncertain_scenario()), catalogue()));
  return example;
}

inline DesignExample shipped(const char* file, std::int64_t stride) {
  ScenarioSet set =
      read_scenario(std::string(TRANCHE_SOURCE_DIR) + "/scenarios/" + file, {}, catalogue());
  set.variants.resize(1);
  return DesignExample(lower(set, catalogue()), stride);
}

// Compares bits, as NaN is not equal to itself.
template <class Result>
inline void expect_same_bits(const std::vector<Result>& a, const std::vector<Result>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    ASSERT_EQ(std::memcmp(&a[i], &b[i], sizeof(Result)), 0) << "at " << i;
}

inline void expect_same_sobol(const DesignExample& example, const DesignControl& control,
                              const kernels::DesignRunner& runner) {
  const SobolResult cpu = sobol_indices(example.model(), control);
  const SobolResult gpu = sobol_indices(example.model(&runner), control);
  expect_same_bits(cpu.means, gpu.means);
  expect_same_bits(cpu.variances, gpu.variances);
  expect_same_bits(cpu.indices, gpu.indices);
  double varies = 0;
  for (const double variance : cpu.variances) varies += variance;
  EXPECT_GT(varies, 0) << "of what is constant everything would be the same";
}

inline void expect_same_morris(const DesignExample& example, const DesignControl& control,
                               const kernels::DesignRunner& runner) {
  const MorrisResult cpu = morris_effects(example.model(), control);
  const MorrisResult gpu = morris_effects(example.model(&runner), control);
  expect_same_bits(cpu.effects, gpu.effects);
}

}  // namespace tranche::tests
