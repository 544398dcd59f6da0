#include "sim/study/allocation_values.hpp"

#include <omp.h>

#include <algorithm>
#include <exception>
#include <mutex>

#include "kernels/backend/batch_runner.hpp"
#include "kernels/fleet/fleet_program.hpp"
#include "sim/run/run.hpp"

namespace tranche {
namespace {

using kernels::batch_draws;
using kernels::BatchRunner;

void set_column(BatchRunner& runner, std::int32_t column, double value) {
  std::fill_n(runner.column(column), batch_draws, static_cast<float>(value));
}

void combine(std::vector<float>& so_far, const float* more, bool is_largest) {
  if (is_largest)
    for (std::size_t j = 0; j < so_far.size(); ++j) so_far[j] = std::max(so_far[j], more[j]);
  else
    for (std::size_t j = 0; j < so_far.size(); ++j) so_far[j] += more[j];
}

}  // namespace

SplitValues::SplitValues(const SplitProblem& problem, LevelShares shares, std::uint64_t draws,
                         const RunOptions& options)
    : problem_(problem), shares_(std::move(shares)), draws_(draws) {
  const SharedWork work(options.ranks);
  work.together([&] {
    make_columns();
    simulate_draws(work.own_draws(draws, batch_draws), options);
  });
  complete_columns(work);
  for (std::size_t q = 0; q < problem.quantities.size(); ++q)
    for (const Column& of_firm : fixed_[q])
      combine(fixed_all_[q], of_firm.data(), problem.quantities[q].is_largest);
}

void SplitValues::make_columns() {
  const std::size_t quantities = problem_.quantities.size();
  const auto firms = static_cast<std::size_t>(problem_.lowered.data.numbers.firm_count);
  const Column none(draws_);
  parts_.assign(quantities,
                {problem_.names.size(), std::vector<Column>(shares_.front().size(), none)});
  fixed_.assign(quantities, std::vector<Column>(firms, none));
  fixed_all_.assign(quantities, none);
  counterpart_level_ = counterpart_growth_ = Column(draws_, 1.0f);
}

void SplitValues::simulate_draws(kernels::DrawRange range, const RunOptions& options) {
  const std::uint64_t batches = (range.count + batch_draws - 1) / batch_draws;
  const int most = options.threads > 0 ? options.threads : omp_get_max_threads();
  const int team =
      static_cast<int>(std::clamp<std::uint64_t>(batches, 1, static_cast<std::uint64_t>(most)));
  std::exception_ptr failure;
  std::mutex reporting;
  std::uint64_t done = 0;
#pragma omp parallel num_threads(team)
  {
    std::unique_ptr<BatchRunner> runner;
#pragma omp for schedule(dynamic, 1)
    for (std::uint64_t b = 0; b < batches; ++b) {
      try {
        throw_if_stopped(options.stop);
        if (!runner) runner = std::make_unique<BatchRunner>(problem_.lowered.data);
        const std::uint64_t at = b * batch_draws;
        const int count = static_cast<int>(std::min<std::uint64_t>(batch_draws, range.count - at));
        runner->sample(range.first + at, count);
        simulate_batch(range.first + at, count, *runner);
        const std::lock_guard lock(reporting);
        done += static_cast<std::uint64_t>(count);
        if (options.progress) options.progress(done, range.count);
      } catch (...) {
        const std::lock_guard lock(reporting);
        failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void SplitValues::complete_columns(const SharedWork& work) {
  for (auto& of_quantity : parts_)
    for (auto& of_part : of_quantity)
      for (Column& column : of_part) work.complete(column, batch_draws);
  for (auto& of_quantity : fixed_)
    for (Column& column : of_quantity) work.complete(column, batch_draws);
  work.complete(counterpart_level_, batch_draws);
  work.complete(counterpart_growth_, batch_draws);
}

void SplitValues::simulate_batch(std::uint64_t first, int count, BatchRunner& runner) {
  const kernels::FleetView view = problem_.lowered.data.view();
  const kernels::CounterpartSpec& counterpart = view.variants[0].counterpart;
  if (counterpart.present != 0) {
    std::copy_n(runner.column(counterpart.level.column), count, counterpart_level_.data() + first);
    std::copy_n(runner.column(counterpart.growth.column), count,
                counterpart_growth_.data() + first);
  }
  // Where the values of a firm go; null where they are not wanted.
  using Place = std::function<float*(std::size_t quantity, std::size_t firm)>;
  const auto simulate = [&](const Place& place) {
    runner.simulate([&](std::int64_t cell, const float* values, int n) {
      const std::int64_t metric = cell % view.metric_count;
      const std::int64_t firm = cell / view.metric_count % (view.firm_count + 1);
      const std::int64_t step = cell / view.metric_count / (view.firm_count + 1);
      if (firm == view.firm_count) return;
      for (std::size_t q = 0; q < problem_.quantities.size(); ++q) {
        const Quantity& quantity = problem_.quantities[q];
        if (quantity.step != step || view.metrics[metric].sum != quantity.sum) continue;
        float* const to = place(q, static_cast<std::size_t>(firm));
        if (to != nullptr) std::copy_n(values, n, to + first);
      }
    });
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
  // What a part adds to what its firm does without it; for a maximum, the value itself.
  for (std::size_t q = 0; q < problem_.quantities.size(); ++q) {
    if (problem_.quantities[q].is_largest) continue;
    for (std::size_t p = 0; p < problem_.names.size(); ++p)
      for (Column& values : parts_[q][p]) {
        const Column& without = fixed_[q][static_cast<std::size_t>(problem_.part_firm[p])];
        for (std::size_t j = first; j < first + static_cast<std::size_t>(count); ++j)
          values[j] -= without[j];
      }
  }
}

void SplitValues::quantity_of(std::size_t q, std::int32_t firm, const Split& split,
                              Column& out) const {
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

void SplitValues::figure_of(const Figure& figure, std::int32_t firm, const Split& split,
                            Column& out) const {
  quantity_of(figure.quantity, firm, split, out);
  const auto factor = static_cast<float>(figure.factor);
  switch (figure.kind) {
    case kernels::MetricKind::sum:
      for (float& value : out) value *= factor;
      return;
    case kernels::MetricKind::ratio: {
      Column below;
      quantity_of(figure.denominator, firm, split, below);
      for (std::size_t j = 0; j < out.size(); ++j)
        out[j] = below[j] > 0.0f ? factor * out[j] / below[j] : 0.0f;
      return;
    }
    case kernels::MetricKind::months_behind:
    case kernels::MetricKind::counterpart_ratio:
      break;
  }
  const float time = static_cast<float>(figure.step + 1);
  const float months_per_step = problem_.lowered.data.variants.front().counterpart.months_per_step;
  for (std::size_t j = 0; j < out.size(); ++j)
    out[j] = figure.kind == kernels::MetricKind::months_behind
                 ? kernels::months_behind(out[j], counterpart_level_[j], counterpart_growth_[j],
                                          time, months_per_step)
                 : out[j] / (counterpart_level_[j] * kernels::exp(counterpart_growth_[j] * time));
}

void SplitValues::values_of(const Figure& figure, const Split& split,
                            std::vector<float>& out) const {
  if (figure.firm_index != Figure::worst_firm) {
    figure_of(figure, figure.firm_index, split, out);
    return;
  }
  Column one;
  bool is_first = true;
  for (const std::int32_t firm : problem_.judged_firms) {
    figure_of(figure, firm, split, is_first ? out : one);
    if (!is_first)
      for (std::size_t j = 0; j < out.size(); ++j)
        out[j] =
            figure.better == Better::lower ? std::max(out[j], one[j]) : std::min(out[j], one[j]);
    is_first = false;
  }
}

}  // namespace tranche
