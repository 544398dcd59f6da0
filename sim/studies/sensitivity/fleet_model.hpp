// SPDX-License-Identifier: Apache-2.0

// The base case of a scenario as a model of its groups of inputs, for designed methods. The
// simulation is that of a run; only the source of the random words differs.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/engine/cpu/batch_runner.hpp"
#include "sim/simulate/lowering/lowering.hpp"
#include "sim/studies/sensitivity/grouped_model.hpp"
#include "sim/studies/sensitivity/input_groups.hpp"

namespace tranche {

class FleetModel final : public GroupedModel {
 public:
  // Outputs are `cells` of the simulation, in increasing order. `lowered` has the base case alone;
  // it must outlive the model, as must the groups, which hold each input once. Inputs tied by a
  // copula must be in one group: their scores move together. `runner`, if given, evaluates whole
  // designs.
  FleetModel(const LoweredScenario& lowered, const std::vector<InputGroup>& groups,
             std::vector<std::int64_t> cells, const kernels::DesignRunner* runner = nullptr);

  std::size_t outputs() const override { return cells_.size(); }
  std::size_t groups() const override { return columns_.size(); }
  const std::vector<std::size_t>& group_of_number() const override { return group_of_number_; }
  std::unique_ptr<ModelEvaluator> evaluator() const override;
  std::optional<WholeDesigns> whole_designs() const override;

 private:
  friend class FleetEvaluator;
  const LoweredScenario& lowered_;
  std::vector<std::int64_t> cells_;
  std::vector<std::int32_t> output_of_cell_;  // -1: not requested
  kernels::RandomNumbers numbers_;
  std::vector<std::size_t> group_of_number_;
  std::vector<std::vector<std::int32_t>> columns_;  // of each group
  const kernels::DesignRunner* runner_;
};

}  // namespace tranche
