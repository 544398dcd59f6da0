// SPDX-License-Identifier: Apache-2.0

// Simulation of an allocation: the scenario with variable shares, and the sums over chips that
// objectives and constraints need.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/read/scenario_source.hpp"
#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// One output of the draws that an objective or a constraint uses.
struct Figure {
  std::string label;  // "training_flop_per_s of all at 2027-12"
  std::string metric, firm, month, unit;
  kernels::MetricKind kind = kernels::MetricKind::sum;
  std::size_t quantity = 0, denominator = 0;  // into SplitProblem::quantities
  std::int32_t firm_index = 0;                // firm index, or one of these
  static constexpr std::int32_t all_firms = -1, worst_firm = -2;
  std::int32_t step = 0;
  double factor = 1.0;  // from the sums to the metric's unit
  Better better = Better::higher;
};

// A sum over chips at one step, in the units of the simulation.
struct Quantity {
  std::int32_t sum = 0, step = 0;
  bool is_largest = false;  // firms' values combine by maximum
};

// The scenario with shares as inputs of each simulation.
struct SplitProblem {
  LoweredScenario lowered;
  bool over_firms = true;
  // Unused chips are passed on, so that a firm's chips depend on the other shares too.
  bool is_joint = false;
  std::vector<std::string> names;           // of the parts, in the order of AllocateSpec::among
  std::vector<std::int32_t> part_firm;      // firm of each part
  std::vector<std::int32_t> share_columns;  // columns of the simulation, one per part
  std::vector<Quantity> quantities;
  std::vector<std::int32_t> judged_firms;  // firms among which the worst is determined
};

// Adds the sums that a figure needs to the problem; throws InputError if the metric does not apply
// or is unknown for this firm.
Figure make_figure(SplitProblem& problem, const Scenario& scenario, const Problems& known,
                   const SourceSpan& where, const std::string& metric, const std::string& firm,
                   const std::string& month);

// Assignment of the shares of a split.
Assignment shares_assignment(const std::string& split, const std::vector<std::string>& names,
                             const std::vector<double>& shares, const SourceSpan& where);

// Lowers the scenario with variable shares for the parts of the split, and with `held` set.
// `metrics` are those that figures will use. Throws InputError as lower() does.
SplitProblem split_problem(const ScenarioSource& source, const Catalogue& catalogue,
                           const AllocateSpec& spec, const std::vector<Assignment>& held,
                           const std::vector<std::string>& metrics);

// Replaces the outputs of the simulation by the quantities; no figure can be added afterwards.
void set_outputs(SplitProblem& problem);

}  // namespace tranche
