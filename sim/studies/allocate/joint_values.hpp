// SPDX-License-Identifier: Apache-2.0

// Values of splits whose unused chips are passed on: every split is simulated for all firms
// together, draw by draw, with the code of a run.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "sim/studies/allocate/split_figures.hpp"

namespace tranche {

class JointValues : public SplitSource {
 public:
  // Simulates nothing yet. execution.progress is reported for the first `splits` splits. Throws
  // Interrupted.
  JointValues(const SplitProblem& problem, std::uint64_t draws, std::uint64_t splits,
              const Execution& execution);

  // Simulates all draws with these shares; throws Interrupted. In a parallel region it uses the
  // calling thread, otherwise the threads of the execution.
  std::unique_ptr<SplitFigures> at(const std::vector<double>& shares) const override;

 private:
  const SplitProblem& problem_;
  const std::uint64_t splits_;
  const Progress progress_;
  const kernels::DrawRange range_;
  Execution execution_;
  CounterpartColumns counterpart_;
  mutable std::atomic<std::uint64_t> done_{0};
};

}  // namespace tranche
