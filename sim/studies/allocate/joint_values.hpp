// SPDX-License-Identifier: Apache-2.0

// The figures of splits where what one firm leaves goes to others: every split is simulated for
// all firms together, draw by draw, with the code of a run.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "sim/studies/allocate/split_figures.hpp"

namespace tranche {

class JointValues : public SplitSource {
 public:
  // Nothing is simulated yet. options.progress hears of the first `splits` splits. Throws
  // Interrupted.
  JointValues(const SplitProblem& problem, std::uint64_t draws, std::uint64_t splits,
              const RunOptions& options);

  // Simulates all draws with these shares; throws Interrupted. Called on one of several threads
  // of a parallel region it takes that thread, else as many as the options say.
  std::unique_ptr<SplitFigures> at(const std::vector<double>& shares) const override;

 private:
  const SplitProblem& problem_;
  const std::uint64_t splits_;
  const std::function<void(std::uint64_t, std::uint64_t)> progress_;
  const kernels::DrawRange range_;
  RunOptions options_;
  CounterpartColumns counterpart_;
  mutable std::atomic<std::uint64_t> done_{0};
};

}  // namespace tranche
