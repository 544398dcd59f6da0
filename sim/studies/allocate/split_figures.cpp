// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/split_figures.hpp"

#include <omp.h>

#include <algorithm>
#include <exception>
#include <mutex>

#include "kernels/engine/fleet/program.hpp"

namespace tranche {

void combine(DrawColumn& so_far, const float* more, bool is_largest) {
  if (is_largest)
    for (std::size_t j = 0; j < so_far.size(); ++j) so_far[j] = std::max(so_far[j], more[j]);
  else
    for (std::size_t j = 0; j < so_far.size(); ++j) so_far[j] += more[j];
}

void CounterpartColumns::copy(kernels::BatchRunner& runner, const kernels::FleetView& view,
                              std::uint64_t first, int count) {
  const kernels::CounterpartSpec& counterpart = view.variants[0].counterpart;
  if (counterpart.present == 0) return;
  std::copy_n(runner.column(counterpart.level.column), count, level.data() + first);
  std::copy_n(runner.column(counterpart.growth.column), count, growth.data() + first);
}

void simulate_quantities(const SplitProblem& problem, kernels::BatchRunner& runner,
                         std::uint64_t first, const QuantityPlace& place) {
  const kernels::FleetView view = problem.lowered.data.view();
  runner.simulate([&](std::int64_t cell, const float* values, int n) {
    const std::int64_t metric = cell % view.metric_count;
    const std::int64_t firm = cell / view.metric_count % (view.firm_count + 1);
    const std::int64_t step = cell / view.metric_count / (view.firm_count + 1);
    if (firm == view.firm_count) return;
    for (std::size_t q = 0; q < problem.quantities.size(); ++q) {
      const Quantity& quantity = problem.quantities[q];
      if (quantity.step != step || view.metrics[metric].sum != quantity.sum) continue;
      float* const to = place(q, static_cast<std::size_t>(firm));
      if (to != nullptr) std::copy_n(values, n, to + first);
    }
  });
}

void for_sampled_batches(const SplitProblem& problem, kernels::DrawRange range,
                         const Execution& execution, const BatchBody& body) {
  using kernels::batch_draws;
  using kernels::BatchRunner;
  const std::uint64_t batches = (range.count + batch_draws - 1) / batch_draws;
  const int most = execution.threads > 0 ? execution.threads : omp_get_max_threads();
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
        throw_if_stopped(execution.stop);
        if (!runner) runner = std::make_unique<BatchRunner>(problem.lowered.data);
        const std::uint64_t at = b * batch_draws;
        const int count = static_cast<int>(std::min<std::uint64_t>(batch_draws, range.count - at));
        runner->sample(range.first + at, count);
        body(*runner, range.first + at, count);
        const std::lock_guard lock(reporting);
        done += static_cast<std::uint64_t>(count);
        if (execution.progress) execution.progress(done, range.count);
      } catch (...) {
        const std::lock_guard lock(reporting);
        failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void SplitFigures::figure_of(const Figure& figure, std::int32_t firm, DrawColumn& out) const {
  quantity_of(figure.quantity, firm, out);
  const auto factor = static_cast<float>(figure.factor);
  switch (figure.kind) {
    case kernels::MetricKind::sum:
      for (float& value : out) value *= factor;
      return;
    case kernels::MetricKind::ratio: {
      DrawColumn below;
      quantity_of(figure.denominator, firm, below);
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
                 ? kernels::months_behind(out[j], counterpart_.level[j], counterpart_.growth[j],
                                          time, months_per_step)
                 : out[j] / (counterpart_.level[j] * kernels::exp(counterpart_.growth[j] * time));
}

void SplitFigures::values_of(const Figure& figure, DrawColumn& out) const {
  if (figure.firm_index != Figure::worst_firm) {
    figure_of(figure, figure.firm_index, out);
    return;
  }
  DrawColumn one;
  bool is_first = true;
  for (const std::int32_t firm : problem_.judged_firms) {
    figure_of(figure, firm, is_first ? out : one);
    if (!is_first)
      for (std::size_t j = 0; j < out.size(); ++j)
        out[j] =
            figure.better == Better::lower ? std::max(out[j], one[j]) : std::min(out[j], one[j]);
    is_first = false;
  }
}

}  // namespace tranche
