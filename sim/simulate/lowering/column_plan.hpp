// SPDX-License-Identifier: Apache-2.0

// Assigns a column to every number of a scenario: constants, drawn inputs, correlated inputs,
// state. Equal variables with equal distributions share one column, so variants share everything
// that they do not change.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernels/engine/fleet/data.hpp"
#include "sim/distribution/quantile_builder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/drawn_input.hpp"
#include "sim/simulate/lowering/model_error.hpp"

namespace tranche {

// Number of elements, in the integer type of the specs.
template <class Vector>
std::int32_t size_of(const Vector& vector) {
  return static_cast<std::int32_t>(vector.size());
}

// User of an input: selects the instance of an input that is drawn per firm or tranche.
struct Owner {
  std::string firm;
  std::string tranche;
};

class ColumnPlan {
 public:
  ColumnPlan(kernels::FleetData& data, const Scenario& scenario, QuantileCache* cache = nullptr);

  // Sets the correlations of the variant that is being lowered and of the errors of its models.
  // Throws InputError if correlated inputs vary along dimensions that do not nest. Returns remarks
  // ("mended to the nearest correlation matrix, largest change 0.03").
  std::vector<std::string> set_correlations(const Scenario& scenario, const ModelErrors& errors);

  kernels::Slot constant(double value);
  // factor > 0 converts base units to the kernel's units.
  kernels::Slot input(const Input& input, double factor, const Owner& owner);
  kernels::Slot input_or(const std::optional<Input>& maybe, double factor, const Owner& owner,
                         double otherwise);
  // `base` plus the sum of a rate over the steps so far. `factor` converts the rate to one per
  // step.
  kernels::Slot accumulated(const Input& rate, double factor, kernels::Slot base,
                            const Owner& owner);
  // One part of a Dirichlet distribution: a gamma variate whose shape is the part's
  // concentration; shares are parts over their sum (Devroye 1986, chapter XI.4).
  kernels::Slot dirichlet_part(const Input& concentration, const Owner& owner);
  // `count` instances of an input with one draw per instance: one column each. `key` names their
  // random numbers.
  kernels::Slot instances(const Input& input, const std::string& key,
                          const Distribution& distribution, double factor, std::int32_t count);
  // Returns the first of `count` new state columns.
  std::int32_t state(std::int32_t count = 1);

  // Returns every drawn input, in the order of first use.
  std::vector<DrawnInput> take_inputs() { return std::move(inputs_); }
  // Writes tables and column counts to the data; call once, at the end.
  void finish();

 private:
  struct Member {
    std::size_t group;
    std::size_t row;
  };
  struct Group {
    std::string signature;           // distinguishes columns with different correlations
    std::vector<std::string> names;  // in the order of the Cholesky factor
    std::vector<Each> each;
    std::vector<double> lower;  // row major
  };

  std::string instance_name(const std::string& variable, const Each& each,
                            const Owner& owner) const;
  kernels::Slot drawn(const std::string& name, std::int32_t table, std::int32_t count,
                      bool by_step);
  kernels::Slot correlated(const Input& input, const Member& member, const Owner& owner,
                           std::int32_t table);
  // `count` instances of a variable with one draw per instance: one column each.
  kernels::Slot instances(const std::string& variable, const Distribution& distribution,
                          std::int32_t count);
  std::int32_t scores(const std::string& name, bool by_step);
  std::int32_t table(const Distribution& distribution);
  // Records the instance of an input; returns the index of the input among inputs_.
  std::size_t remember(const Input& input, InputInstance instance, std::string shares_of = {});
  void add_instance(std::size_t input, InputInstance instance);
  kernels::Slot drawn_input(const Input& input, double factor, const Owner& owner,
                            const std::string& shares_of);
  // Column of a drawn input, with its instance for remember().
  InputInstance instance_of(const Input& input, double factor, const Owner& owner);
  kernels::TimelineSpec timeline_of(const Input& input, double factor, const Owner& owner);
  kernels::Slot timeline(kernels::TimelineSpec spec);
  std::int32_t points_of(const Input& input, double factor, const Owner& owner);

  kernels::FleetData& data_;
  std::int32_t steps_, months_per_step_;
  std::int32_t next_column_ = 0;
  std::int32_t next_score_ = 0;
  QuantileTables tables_;
  std::map<float, std::int32_t> constants_;
  std::map<std::string, kernels::Slot> columns_;
  std::map<std::string, std::int32_t> scores_;
  std::vector<Group> groups_;
  std::map<std::string, Member> members_;
  std::int32_t variant_ = -1;  // the variant being lowered
  std::vector<DrawnInput> inputs_;
  std::map<std::string, kernels::Slot> timelines_;
};

}  // namespace tranche
