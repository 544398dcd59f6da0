// SPDX-License-Identifier: Apache-2.0

// What the designed methods (Sobol', Morris) need of a model: random numbers in groups, a
// group being what is moved together, and a way to evaluate two points and their mixtures
// for a batch at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/engine/backend/design_runner.hpp"
#include "sim/simulate/parallel/ranks.hpp"

namespace tranche {

inline constexpr int points_per_batch = 512;

// values of one output at `count` points
using ConsumeOutput = std::function<void(std::size_t output, const float* values, int count)>;

// One thread's evaluator.
class ModelEvaluator {
 public:
  virtual ~ModelEvaluator() = default;
  // Two points, A and B, for each of `count` places of a batch: points_per_batch words for
  // each random number; a word stands for the probability (word + 1/2) / 2^32.
  virtual void set_points(const std::uint32_t* a, const std::uint32_t* b, int count) = 0;
  virtual void at_a(const ConsumeOutput& consume) = 0;
  virtual void at_b(const ConsumeOutput& consume) = 0;
  // A, with the group's random numbers taken from B.
  virtual void at_mixture(std::size_t group, const ConsumeOutput& consume) = 0;
};

// Who evaluates whole designs of a model, and as what.
struct WholeDesigns {
  const kernels::DesignRunner* runner = nullptr;
  kernels::DesignModel model;
};

class GroupedModel {
 public:
  virtual ~GroupedModel() = default;
  virtual std::size_t outputs() const = 0;
  virtual std::size_t groups() const = 0;
  // For each random number the group it belongs to.
  virtual const std::vector<std::size_t>& group_of_number() const = 0;
  virtual std::unique_ptr<ModelEvaluator> evaluator() const = 0;
  // Where there is one, it does the same as evaluators, only elsewhere.
  virtual std::optional<WholeDesigns> whole_designs() const { return std::nullopt; }
};

// How a designed method runs; what it gives does not depend on `threads` nor on ranks.
struct DesignControl {
  std::uint64_t points = 16'384;
  std::uint64_t seed = 1;
  int threads = 0;                                  // 0: as many as the machine has
  std::function<void(double share)> progress = {};  // now and then, one thread at a time
  std::function<bool()> stop = {};                  // asked often; true ends the run
  Ranks* ranks = nullptr;                           // who shares the work; null: nobody
};

// Thrown when `stop` said so.
struct DesignStopped {};

// An index or effect that could not be worked out (the output does not vary) is not a
// number.
struct Estimate {
  double value = 0, low = 0, high = 0;  // and its interval
};

}  // namespace tranche
