// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/fleet_model.hpp"

#include <algorithm>
#include <map>

namespace tranche {

static_assert(points_per_batch == kernels::batch_draws);

// Keeps the input columns of both points, so that a mixture costs a copy of one group's columns and
// a simulation.
class FleetEvaluator final : public ModelEvaluator {
 public:
  explicit FleetEvaluator(const FleetModel& model) : model_(model), runner_(model.lowered_.data) {
    for (const std::vector<std::int32_t>& columns : model.columns_) width_ += columns.size();
    a_.resize(width_ * points_per_batch);
    b_.resize(width_ * points_per_batch);
  }

  void set_points(const std::uint32_t* a, const std::uint32_t* b, int count) override {
    runner_.sample_given(model_.numbers_, b, count);
    for_each_column([&](std::size_t at, float* column) {
      std::copy_n(column, points_per_batch, b_.data() + at);
    });
    runner_.sample_given(model_.numbers_, a, count);
    for_each_column([&](std::size_t at, float* column) {
      std::copy_n(column, points_per_batch, a_.data() + at);
    });
  }
  void at_a(const ConsumeOutput& consume) override { simulate(consume); }
  void at_b(const ConsumeOutput& consume) override {
    fill_from(b_);
    simulate(consume);
    fill_from(a_);
  }
  void at_mixture(std::size_t group, const ConsumeOutput& consume) override {
    fill_group(group, b_);
    simulate(consume);
    fill_group(group, a_);
  }

 private:
  template <class Visit>
  void for_each_column(const Visit& visit) {
    std::size_t at = 0;
    for (const std::vector<std::int32_t>& columns : model_.columns_)
      for (const std::int32_t column : columns) {
        visit(at, runner_.column(column));
        at += points_per_batch;
      }
  }
  void fill_from(const std::vector<float>& values) {
    for_each_column([&](std::size_t at, float* column) {
      std::copy_n(values.data() + at, points_per_batch, column);
    });
  }
  void fill_group(std::size_t group, const std::vector<float>& values) {
    std::size_t at = 0;
    for (std::size_t g = 0; g < group; ++g) at += model_.columns_[g].size() * points_per_batch;
    for (const std::int32_t column : model_.columns_[group]) {
      std::copy_n(values.data() + at, points_per_batch, runner_.column(column));
      at += points_per_batch;
    }
  }
  void simulate(const ConsumeOutput& consume) {
    runner_.simulate([&](std::int64_t cell, const float* values, int count) {
      const std::int32_t output = model_.output_of_cell_[static_cast<std::size_t>(cell)];
      if (output >= 0) consume(static_cast<std::size_t>(output), values, count);
    });
  }

  const FleetModel& model_;
  kernels::BatchRunner runner_;
  std::size_t width_ = 0;
  std::vector<float> a_, b_;
};

FleetModel::FleetModel(const LoweredScenario& lowered, const std::vector<InputGroup>& groups,
                       std::vector<std::int64_t> cells, const kernels::DesignRunner* runner)
    : lowered_(lowered),
      cells_(std::move(cells)),
      numbers_(kernels::random_numbers(lowered.data)),
      columns_(groups.size()),
      runner_(runner) {
  output_of_cell_.resize(static_cast<std::size_t>(kernels::cell_count(lowered.data.view())), -1);
  for (std::size_t i = 0; i < cells_.size(); ++i)
    output_of_cell_[static_cast<std::size_t>(cells_[i])] = static_cast<std::int32_t>(i);
  std::map<std::uint64_t, std::size_t> group_of_key;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const std::uint64_t key : groups[g].keys) group_of_key[key] = g;
    for (const std::size_t i : groups[g].inputs)
      for (const InputInstance& instance : lowered.inputs[i].instances)
        for (std::int32_t k = 0; k < instance.count; ++k)
          columns_[g].push_back(instance.column + k);
  }
  // Unused scores of a correlated input can be assigned to any group of its copula, as no column
  // depends on them.
  for (const kernels::RandomNumber& number : numbers_.numbers) {
    const auto found = group_of_key.find(number.variable);
    group_of_number_.push_back(found == group_of_key.end() ? 0 : found->second);
  }
}

std::unique_ptr<ModelEvaluator> FleetModel::evaluator() const {
  return std::make_unique<FleetEvaluator>(*this);
}

std::optional<WholeDesigns> FleetModel::whole_designs() const {
  if (runner_ == nullptr) return std::nullopt;
  return WholeDesigns{runner_, {&lowered_.data, &numbers_, columns_, cells_}};
}

}  // namespace tranche
