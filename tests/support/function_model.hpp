// SPDX-License-Identifier: Apache-2.0

// A function of a few uniform numbers as a model, for tests of sensitivity methods.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "sim/studies/sensitivity/grouped_model.hpp"

namespace tranche::tests {

// Each entry of the result is an output. `groups` has the group of each number; by default each
// number is its own group.
class FunctionModel final : public GroupedModel {
 public:
  using Function = std::function<std::vector<double>(const std::vector<double>&)>;
  FunctionModel(std::size_t numbers, std::size_t outputs, Function function,
                std::vector<std::size_t> groups = {})
      : outputs_(outputs), function_(std::move(function)), groups_(std::move(groups)) {
    if (groups_.empty())
      for (std::size_t n = 0; n < numbers; ++n) groups_.push_back(n);
    for (const std::size_t group : groups_) group_count_ = std::max(group_count_, group + 1);
  }
  std::size_t outputs() const override { return outputs_; }
  std::size_t groups() const override { return group_count_; }
  const std::vector<std::size_t>& group_of_number() const override { return groups_; }
  std::unique_ptr<ModelEvaluator> evaluator() const override {
    return std::make_unique<Evaluator>(*this);
  }

 private:
  class Evaluator final : public ModelEvaluator {
   public:
    explicit Evaluator(const FunctionModel& model) : model_(model) {}
    void set_points(const std::uint32_t* a, const std::uint32_t* b, int count) override {
      a_ = a;
      b_ = b;
      count_ = count;
    }
    void at_a(const ConsumeOutput& consume) override { run(~std::size_t{0}, a_, consume); }
    void at_b(const ConsumeOutput& consume) override { run(~std::size_t{0}, b_, consume); }
    void at_mixture(std::size_t group, const ConsumeOutput& consume) override {
      run(group, a_, consume);
    }

   private:
    void run(std::size_t group, const std::uint32_t* from, const ConsumeOutput& consume) {
      std::vector<std::vector<float>> values(model_.outputs_, std::vector<float>(points_per_batch));
      std::vector<double> x(model_.groups_.size());
      for (int j = 0; j < count_; ++j) {
        for (std::size_t n = 0; n < x.size(); ++n) {
          const std::uint32_t* const words = model_.groups_[n] == group ? b_ : from;
          x[n] = (words[n * points_per_batch + static_cast<std::size_t>(j)] + 0.5) * 0x1p-32;
        }
        const std::vector<double> y = model_.function_(x);
        for (std::size_t o = 0; o < y.size(); ++o)
          values[o][static_cast<std::size_t>(j)] = static_cast<float>(y[o]);
      }
      for (std::size_t o = 0; o < values.size(); ++o) consume(o, values[o].data(), count_);
    }
    const FunctionModel& model_;
    const std::uint32_t* a_ = nullptr;
    const std::uint32_t* b_ = nullptr;
    int count_ = 0;
  };

  std::size_t outputs_;
  Function function_;
  std::vector<std::size_t> groups_;
  std::size_t group_count_ = 0;
};

}  // namespace tranche::tests
