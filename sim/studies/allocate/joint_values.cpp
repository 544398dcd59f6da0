// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/joint_values.hpp"

#include <algorithm>
#include <utility>

namespace tranche {
namespace {

using kernels::BatchRunner;

class JointFigures : public SplitFigures {
 public:
  JointFigures(const SplitProblem& problem, const CounterpartColumns& counterpart,
               std::vector<std::vector<DrawColumn>> firms)
      : SplitFigures(problem, counterpart), problem_(problem), firms_(std::move(firms)) {}

 protected:
  void quantity_of(std::size_t quantity, std::int32_t firm, DrawColumn& out) const override {
    const std::vector<DrawColumn>& firms = firms_[quantity];
    if (firm != Figure::all_firms) {
      out = firms[static_cast<std::size_t>(firm)];
      return;
    }
    out = firms.front();
    for (std::size_t f = 1; f < firms.size(); ++f)
      combine(out, firms[f].data(), problem_.quantities[quantity].is_largest);
  }

 private:
  const SplitProblem& problem_;
  const std::vector<std::vector<DrawColumn>> firms_;  // [quantity][firm]
};

}  // namespace

JointValues::JointValues(const SplitProblem& problem, std::uint64_t draws, std::uint64_t splits,
                         const Execution& execution)
    : problem_(problem),
      splits_(splits),
      progress_(execution.progress),
      range_{0, draws},
      execution_(execution),
      counterpart_(draws) {
  execution_.progress = nullptr;
  const kernels::FleetView view = problem.lowered.data.view();
  if (view.variants[0].counterpart.present == 0) return;
  for_sampled_batches(problem, range_, execution_,
                      [&](BatchRunner& runner, std::uint64_t first, int count) {
                        counterpart_.copy(runner, view, first, count);
                      });
}

std::unique_ptr<SplitFigures> JointValues::at(const std::vector<double>& shares) const {
  const auto firm_count = static_cast<std::size_t>(problem_.lowered.data.numbers.firm_count);
  std::vector<std::vector<DrawColumn>> firms(
      problem_.quantities.size(), std::vector<DrawColumn>(firm_count, DrawColumn(range_.count)));
  for_sampled_batches(
      problem_, range_, execution_, [&](BatchRunner& runner, std::uint64_t first, int) {
        for (std::size_t p = 0; p < shares.size(); ++p)
          std::fill_n(runner.column(problem_.share_columns[p]), kernels::batch_draws,
                      static_cast<float>(shares[p]));
        simulate_quantities(problem_, runner, first,
                            [&](std::size_t q, std::size_t firm) { return firms[q][firm].data(); });
      });
  const std::uint64_t done = ++done_;
  if (progress_ && done <= splits_) progress_(done * range_.count, splits_ * range_.count);
  return std::make_unique<JointFigures>(problem_, counterpart_, std::move(firms));
}

}  // namespace tranche
