// SPDX-License-Identifier: Apache-2.0

// Values of a split by draw, from each firm's sums over chips.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "kernels/engine/cpu/batch_runner.hpp"
#include "sim/simulate/run.hpp"
#include "sim/studies/allocate/problem.hpp"

namespace tranche {

using DrawColumn = std::vector<float>;  // one value per draw

// Adds one firm's column to that of several; for a maximum, takes the larger.
void combine(DrawColumn& so_far, const float* more, bool is_largest);

// Values of the counterpart by draw; ones if there is none.
struct CounterpartColumns {
  explicit CounterpartColumns(std::uint64_t draws = 0) : level(draws, 1.0f), growth(draws, 1.0f) {}
  // Copies the drawn values of the batch of `count` draws from `first`.
  void copy(kernels::BatchRunner& runner, const kernels::FleetView& view, std::uint64_t first,
            int count);
  DrawColumn level, growth;
};

// Simulates the sampled batch, and copies each firm's quantities to place(quantity, firm) + first,
// if that is not null.
using QuantityPlace = std::function<float*(std::size_t quantity, std::size_t firm)>;
void simulate_quantities(const SplitProblem& problem, kernels::BatchRunner& runner,
                         std::uint64_t first, const QuantityPlace& place);

// Calls `body` for batches of sampled draws, on several threads; reports each to
// execution.progress. Rethrows exceptions of body, and throws Interrupted if execution.stop was
// set.
using BatchBody = std::function<void(kernels::BatchRunner& runner, std::uint64_t first, int count)>;
void for_sampled_batches(const SplitProblem& problem, kernels::DrawRange range,
                         const Execution& execution, const BatchBody& body);

class SplitFigures {
 public:
  SplitFigures(const SplitProblem& problem, const CounterpartColumns& counterpart)
      : problem_(problem), counterpart_(counterpart) {}
  virtual ~SplitFigures() = default;

  std::uint64_t draws() const { return counterpart_.level.size(); }
  // One value per draw, in the metric's unit.
  void values_of(const Figure& figure, DrawColumn& out) const;

 protected:
  // A quantity of one firm, or of Figure::all_firms.
  virtual void quantity_of(std::size_t quantity, std::int32_t firm, DrawColumn& out) const = 0;

 private:
  void figure_of(const Figure& figure, std::int32_t firm, DrawColumn& out) const;

  const SplitProblem& problem_;
  const CounterpartColumns& counterpart_;
};

// Source of the values of splits; outlives them.
class SplitSource {
 public:
  virtual ~SplitSource() = default;
  // Thread-safe.
  virtual std::unique_ptr<SplitFigures> at(const std::vector<double>& shares) const = 0;
};

}  // namespace tranche
