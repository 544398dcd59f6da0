// SPDX-License-Identifier: Apache-2.0

// Single values of the first draws of a scenario, simulated on the CPU, and the numbers drawn for
// them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/simulate/draw_table.hpp"
#include "sim/simulate/lowering/lowering.hpp"
#include "tests/reference/reference_inputs.hpp"

namespace tranche::reference {

class Simulated {
 public:
  // Throws the exceptions of reading and lowering.
  Simulated(const std::string& text, int draws);
  Simulated(ScenarioSet set, int draws);

  const ScenarioSet& set() const { return set_; }
  const LoweredScenario& lowered() const { return lowered_; }
  int draws() const { return draws_; }
  // firm: one more than the last for all together.
  double value(std::size_t variant, std::size_t firm, std::size_t step, std::size_t metric,
               int draw) const;
  // The same by names; throws std::out_of_range if there is no such metric.
  double value(const std::string& variant, const std::string& firm, std::size_t step,
               const std::string& metric, int draw) const;
  // Name of the binding constraint.
  std::string binding(std::size_t variant, std::size_t firm, std::size_t step, int draw) const;
  // Numbers of a draw in a variant.
  Case numbers(std::size_t variant, int draw) const;

 private:
  double drawn(std::size_t variant, int draw, const Input& input, const Place& place) const;

  ScenarioSet set_;
  LoweredScenario lowered_;
  int draws_;
  std::vector<InputColumn> columns_;
  std::vector<std::vector<float>> inputs_, outputs_;  // [column][draw]
  std::vector<std::vector<std::uint64_t>> bindings_;  // [draw][counter]
};

}  // namespace tranche::reference
