// SPDX-License-Identifier: Apache-2.0

// Interface of a model for designed methods (Sobol', Morris): random numbers in groups that move
// together, and evaluation of two points and their mixtures for a batch at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/engine/backend/design_runner.hpp"
#include "sim/simulate/execution.hpp"

namespace tranche {

inline constexpr int points_per_batch = 512;

// values of one output at `count` points
using ConsumeOutput = std::function<void(std::size_t output, const float* values, int count)>;

// Evaluator for one thread.
class ModelEvaluator {
 public:
  virtual ~ModelEvaluator() = default;
  // Sets two points, A and B, for each of `count` places of a batch: points_per_batch words for
  // each random number; a word represents the probability (word + 1/2) / 2^32.
  virtual void set_points(const std::uint32_t* a, const std::uint32_t* b, int count) = 0;
  virtual void at_a(const ConsumeOutput& consume) = 0;
  virtual void at_b(const ConsumeOutput& consume) = 0;
  // Evaluates A with the group's random numbers taken from B.
  virtual void at_mixture(std::size_t group, const ConsumeOutput& consume) = 0;
};

// Runner of whole designs, and the model in its form.
struct WholeDesigns {
  const kernels::DesignRunner* runner = nullptr;
  kernels::DesignModel model;
};

class GroupedModel {
 public:
  virtual ~GroupedModel() = default;
  virtual std::size_t outputs() const = 0;
  virtual std::size_t groups() const = 0;
  // Group of each random number.
  virtual const std::vector<std::size_t>& group_of_number() const = 0;
  virtual std::unique_ptr<ModelEvaluator> evaluator() const = 0;
  // Equivalent to the evaluators, on another device.
  virtual std::optional<WholeDesigns> whole_designs() const { return std::nullopt; }
};

// Settings of a designed method. Progress counts evaluations; a GPU is used through the model.
struct DesignControl {
  std::uint64_t points = 16'384;
  std::uint64_t seed = 1;
  Execution execution = {};
};

// NaN for an index or effect that is undefined (the output does not vary).
struct Estimate {
  double value = 0, low = 0, high = 0;  // value and its interval
};

}  // namespace tranche
