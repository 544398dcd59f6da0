// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/values.hpp"

#include <algorithm>

#include "kernels/engine/cpu/batch_runner.hpp"
#include "sim/simulate/run.hpp"
#include "sim/studies/allocate/shares.hpp"

namespace tranche {
namespace {

using kernels::batch_draws;
using kernels::BatchRunner;

void set_column(BatchRunner& runner, std::int32_t column, double value) {
  std::fill_n(runner.column(column), batch_draws, static_cast<float>(value));
}

class SeparateFigures : public SplitFigures {
 public:
  SeparateFigures(const SplitProblem& problem, const CounterpartColumns& counterpart,
                  const SplitValues& values, Split split)
      : SplitFigures(problem, counterpart), values_(values), split_(std::move(split)) {}

 protected:
  void quantity_of(std::size_t quantity, std::int32_t firm, DrawColumn& out) const override {
    values_.quantity_of(quantity, firm, split_, out);
  }

 private:
  const SplitValues& values_;
  const Split split_;
};

}  // namespace

SplitValues::SplitValues(const SplitProblem& problem, LevelShares shares, std::uint64_t draws,
                         const Execution& execution)
    : problem_(problem), shares_(std::move(shares)), draws_(draws) {
  const SharedWork work(execution.ranks);
  work.together([&] {
    make_columns();
    for_sampled_batches(problem_, work.own_draws(draws, batch_draws), execution,
                        [&](BatchRunner& runner, std::uint64_t first, int count) {
                          simulate_batch(first, count, runner);
                        });
  });
  complete_columns(work);
  for (std::size_t q = 0; q < problem.quantities.size(); ++q)
    for (const DrawColumn& of_firm : fixed_[q])
      combine(fixed_all_[q], of_firm.data(), problem.quantities[q].is_largest);
}

std::unique_ptr<SplitFigures> SplitValues::at(const std::vector<double>& shares) const {
  return std::make_unique<SeparateFigures>(problem_, counterpart_, *this,
                                           split_at(shares_, shares));
}

void SplitValues::make_columns() {
  const std::size_t quantities = problem_.quantities.size();
  const auto firms = static_cast<std::size_t>(problem_.lowered.data.numbers.firm_count);
  const DrawColumn none(draws_);
  parts_.assign(quantities,
                {problem_.names.size(), std::vector<DrawColumn>(shares_.front().size(), none)});
  fixed_.assign(quantities, std::vector<DrawColumn>(firms, none));
  fixed_all_.assign(quantities, none);
  counterpart_ = CounterpartColumns(draws_);
}

void SplitValues::complete_columns(const SharedWork& work) {
  for (auto& of_quantity : parts_)
    for (auto& of_part : of_quantity)
      for (DrawColumn& column : of_part) work.complete(column, batch_draws);
  for (auto& of_quantity : fixed_)
    for (DrawColumn& column : of_quantity) work.complete(column, batch_draws);
  work.complete(counterpart_.level, batch_draws);
  work.complete(counterpart_.growth, batch_draws);
}

void SplitValues::simulate_batch(std::uint64_t first, int count, BatchRunner& runner) {
  const kernels::FleetView view = problem_.lowered.data.view();
  counterpart_.copy(runner, view, first, count);
  const auto simulate = [&](const QuantityPlace& place) {
    simulate_quantities(problem_, runner, first, place);
  };
  const auto set_all = [&](double share) {
    for (const std::int32_t column : problem_.share_columns) set_column(runner, column, share);
  };

  set_all(0.0);
  simulate([&](std::size_t q, std::size_t firm) { return fixed_[q][firm].data(); });
  for (std::size_t level = 0; level < shares_.front().size(); ++level) {
    if (problem_.over_firms) {
      for (std::size_t p = 0; p < problem_.names.size(); ++p)
        set_column(runner, problem_.share_columns[p], shares_[p][level]);
      simulate([&](std::size_t q, std::size_t firm) -> float* {
        for (std::size_t p = 0; p < problem_.part_firm.size(); ++p)
          if (static_cast<std::size_t>(problem_.part_firm[p]) == firm)
            return parts_[q][p][level].data();
        return nullptr;
      });
      continue;
    }
    for (std::size_t p = 0; p < problem_.names.size(); ++p) {
      set_all(0.0);
      set_column(runner, problem_.share_columns[p], shares_[p][level]);
      simulate([&](std::size_t q, std::size_t firm) -> float* {
        return static_cast<std::size_t>(problem_.part_firm[p]) == firm ? parts_[q][p][level].data()
                                                                       : nullptr;
      });
    }
  }
  // Difference of a part to its firm without it; for a maximum, the value itself.
  for (std::size_t q = 0; q < problem_.quantities.size(); ++q) {
    if (problem_.quantities[q].is_largest) continue;
    for (std::size_t p = 0; p < problem_.names.size(); ++p)
      for (DrawColumn& values : parts_[q][p]) {
        const DrawColumn& without = fixed_[q][static_cast<std::size_t>(problem_.part_firm[p])];
        for (std::size_t j = first; j < first + static_cast<std::size_t>(count); ++j)
          values[j] -= without[j];
      }
  }
}

void SplitValues::quantity_of(std::size_t q, std::int32_t firm, const Split& split,
                              DrawColumn& out) const {
  const bool is_largest = problem_.quantities[q].is_largest;
  const bool all = firm == Figure::all_firms;
  out = all ? fixed_all_[q] : fixed_[q][static_cast<std::size_t>(firm)];
  for (std::size_t p = 0; p < split.size(); ++p) {
    if (!all && problem_.part_firm[p] != firm) continue;
    const float* const low = parts_[q][p][split[p].low].data();
    const float* const high = parts_[q][p][split[p].high].data();
    const float weight = split[p].weight;
    if (weight == 0.0f) {
      combine(out, low, is_largest);
    } else {
      for (std::size_t j = 0; j < out.size(); ++j) {
        const float value = low[j] + weight * (high[j] - low[j]);
        out[j] = is_largest ? std::max(out[j], value) : out[j] + value;
      }
    }
  }
}

}  // namespace tranche
