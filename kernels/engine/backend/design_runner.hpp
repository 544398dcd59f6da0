// SPDX-License-Identifier: Apache-2.0

// Designed evaluations of a fleet (Sobol' indices, elementary effects) as a whole: what a
// backend can do that keeps the values to itself and gives back their sums. The sums are those
// of points evaluated batch by batch with BatchRunner, bit by bit.
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

// The fleet of one variant as a model of groups of its inputs.
struct DesignModel {
  const FleetData* data = nullptr;
  const RandomNumbers* numbers = nullptr;
  std::span<const std::vector<std::int32_t>> columns;  // of each group
  std::span<const std::int64_t> cells;                 // of values: the outputs, increasing
};

// Points next to each other, and the groups that are mixed at them. A unit begins at a
// multiple of batch_draws; its last batch may be short.
struct DesignUnit {
  std::uint64_t first_point = 0, points = 0;
  std::size_t first_group = 0, last_group = 0;  // not included
};

inline std::uint64_t evaluations_of(const DesignUnit& unit) {
  return unit.points * (unit.last_group - unit.first_group + 1);  // A once, all groups
}

// Some of a unit's points, and where they are among those that are evaluated together.
struct DesignSegment {
  std::uint64_t first_point = 0;
  std::int32_t first = 0, points = 0;

  std::int32_t room() const { return (points + batch_draws - 1) / batch_draws * batch_draws; }
};

struct DesignWork {
  std::vector<DesignUnit> units;
  // Fills rows of words, row r at words + r * stride: A's word of each random number, B's,
  // then what the method asks for; of each segment room() words from `first` on. Called from
  // several threads.
  using FillWords = std::function<void(std::span<const DesignSegment> segments,
                                       std::uint32_t* words, std::size_t stride)>;
  FillWords fill_words = {};
  // Called now and then, by one thread at a time, with the evaluations of points done since
  // it was called before. What it throws ends the work.
  std::function<void(std::uint64_t evaluations)> done = {};
};

// Pick-freeze sums over blocks of points. Units are whole blocks, or the other way round.
struct PairDesign {
  std::uint64_t block_points = 0;    // a power of two, 8 at least
  std::span<const double> centres;   // of the outputs
  std::span<DesignMoments> moments;  // blocks x outputs; by units whose first group is 0
  std::span<PickFreezeSums> pairs;   // blocks x groups x outputs
};

// Elementary effects. The words have a row more for each group, whose upper half says that the
// group moves downwards.
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
