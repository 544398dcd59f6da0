// SPDX-License-Identifier: Apache-2.0

// Values of every firm at every share of a split, by draw, and from them the values of any split.
//
// If unused chips are not passed on, a firm's chips depend only on its own share, and so does the
// throughput of a workload. Each share is therefore simulated once, for all firms at the same time,
// on the same draws: 101 simulations instead of 5,151 for three firms in steps of 1 %. The values
// of a split are sums over them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/engine/cpu/batch_runner.hpp"
#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/simulate/run.hpp"
#include "sim/studies/allocate/split_figures.hpp"

namespace tranche {

// A part's share between two simulated levels: low + weight * (high - low).
struct LevelMix {
  std::size_t low = 0, high = 0;
  float weight = 0;
};
using Split = std::vector<LevelMix>;  // one per part

using LevelShares = std::vector<std::vector<double>>;  // simulated shares of each part

class SplitValues : public SplitSource {
 public:
  // Simulates each part at each of its shares; all parts have equally many. The results do not
  // depend on threads or ranks, and every rank has all of them at the end. Throws Interrupted if
  // `stop` was set.
  SplitValues(const SplitProblem& problem, LevelShares shares, std::uint64_t draws,
              const Execution& execution);

  // Interpolates linearly between simulated shares, draw by draw.
  std::unique_ptr<SplitFigures> at(const std::vector<double>& shares) const override;
  // A quantity of one firm, or of all.
  void quantity_of(std::size_t quantity, std::int32_t firm, const Split& split,
                   DrawColumn& out) const;

 private:
  // Allocates zeroed columns for all draws.
  void make_columns();
  void complete_columns(const SharedWork& work);
  void simulate_batch(std::uint64_t first, int count, kernels::BatchRunner& runner);

  const SplitProblem& problem_;
  LevelShares shares_;
  std::uint64_t draws_;
  // [quantity][part][level]: the part's contribution to its firm.
  std::vector<std::vector<std::vector<DrawColumn>>> parts_;
  std::vector<std::vector<DrawColumn>> fixed_;  // [quantity][firm]: independent of all parts
  std::vector<DrawColumn> fixed_all_;           // [quantity]
  CounterpartColumns counterpart_;
};

}  // namespace tranche
