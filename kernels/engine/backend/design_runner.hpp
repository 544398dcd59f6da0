// SPDX-License-Identifier: Apache-2.0

// Interface for evaluating designs of a fleet (Sobol' indices, elementary effects) in bulk: the
// backend keeps the values and returns only their sums. The sums equal, bit by bit, those of points
// evaluated batch by batch with BatchRunner.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "kernels/engine/design/design_sums.hpp"
#include "kernels/engine/design/pick_freeze.hpp"
#include "kernels/engine/fleet/batch_draws.hpp"
#include "kernels/engine/fleet/random_numbers.hpp"

namespace tranche::kernels {

// The fleet of one variant as a model whose arguments are groups of inputs.
struct DesignModel {
  const FleetData* data = nullptr;
  const RandomNumbers* numbers = nullptr;
  std::span<const std::vector<std::int32_t>> columns;  // input columns of each group
  std::span<const std::int64_t> cells;                 // cells of the outputs, in increasing order
};

// Consecutive points, and the groups that are mixed at them. A unit begins at a multiple of
// batch_draws; its last batch may be short.
struct DesignUnit {
  std::uint64_t first_point = 0, points = 0;
  std::size_t first_group = 0, last_group = 0;  // last_group is excluded
};

inline std::uint64_t evaluations_of(const DesignUnit& unit) {
  return unit.points * (unit.last_group - unit.first_group + 1);  // A once, all groups
}

// Consecutive points of one unit, and their place among the points that are evaluated together.
struct DesignSegment {
  std::uint64_t first_point = 0;
  std::int32_t first = 0, points = 0;

  std::int32_t room() const { return (points + batch_draws - 1) / batch_draws * batch_draws; }
};

struct DesignWork {
  std::vector<DesignUnit> units;
  // Fills rows of random words, row r at words + r * stride: one row of A for each random number,
  // one of B, then the rows of the method; room() words of each segment from `first` on. Called
  // concurrently.
  using FillWords = std::function<void(std::span<const DesignSegment> segments,
                                       std::uint32_t* words, std::size_t stride)>;
  FillWords fill_words = {};
  // Progress: called by one thread at a time with the evaluations since the last call. An exception
  // from it ends the work.
  std::function<void(std::uint64_t evaluations)> done = {};
};

// Pick-freeze sums over blocks of points. A unit is a whole number of blocks, or a block a whole
// number of units.
struct PairDesign {
  std::uint64_t block_points = 0;    // a power of two, at least 8
  std::span<const double> centres;   // one per output
  std::span<DesignMoments> moments;  // blocks x outputs; written by units with first_group 0
  std::span<PickFreezeSums> pairs;   // blocks x groups x outputs
};

// Elementary effects. The words have one further row per group; a set upper half of its word means
// that the group moves downwards.
struct EffectDesign {
  std::span<EffectSums> effects;  // batches of batch_draws points x outputs x groups
};

class DesignRunner {
 public:
  DesignRunner() = default;
  DesignRunner(const DesignRunner&) = delete;
  DesignRunner& operator=(const DesignRunner&) = delete;
  virtual ~DesignRunner() = default;

  // Adds the sums of the units to those of the design.
  virtual void sum_pairs(const DesignModel& model, const DesignWork& work,
                         const PairDesign& design) const = 0;
  virtual void sum_effects(const DesignModel& model, const DesignWork& work,
                           const EffectDesign& design) const = 0;
};

}  // namespace tranche::kernels
