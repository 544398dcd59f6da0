// SPDX-License-Identifier: Apache-2.0
#include "sim/results/summary.hpp"

#include <cmath>
#include <functional>
#include <limits>

#include "sim/base/parallel_for.hpp"
#include "sim/statistics/histogram_quantile.hpp"

namespace tranche {

Statistics statistics(const kernels::Tally& tally, std::size_t cell, double factor) {
  const HistogramQuantiles values(tally, cell);
  Statistics out;
  if (values.draws() == 0) return out;
  const double draws = static_cast<double>(values.draws());
  out.mean = factor * values.mean();
  out.sd = factor * values.standard_deviation();
  out.p05 = factor * values.quantile(0.05);
  out.p25 = factor * values.quantile(0.25);
  out.p50 = factor * values.quantile(0.50);
  out.p75 = factor * values.quantile(0.75);
  out.p95 = factor * values.quantile(0.95);
  // The number of draws below the median is binomial with standard deviation sqrt(n) / 2: the order
  // statistics at that distance from the middle are one standard error away.
  const double half_width = 0.5 / std::sqrt(draws);
  out.mc_error_p50 =
      factor * 0.5 * (values.quantile(0.5 + half_width) - values.quantile(0.5 - half_width));
  out.share_positive = static_cast<double>(values.positive()) / draws;
  out.share_negative = static_cast<double>(values.negative()) / draws;
  out.share_zero = static_cast<double>(values.zero()) / draws;
  out.share_beyond_bins = static_cast<double>(values.beyond_bins()) / draws;
  return out;
}

Statistics unknown_statistics() {
  Statistics out;
  for (double Statistics::*const figure :
       {&Statistics::mean, &Statistics::sd, &Statistics::p05, &Statistics::p25, &Statistics::p50,
        &Statistics::p75, &Statistics::p95, &Statistics::mc_error_p50, &Statistics::share_positive,
        &Statistics::share_negative, &Statistics::share_zero, &Statistics::share_beyond_bins})
    out.*figure = std::numeric_limits<double>::quiet_NaN();
  return out;
}

Statistics metric_statistics(const LoweredScenario& lowered, const kernels::Tally& tally,
                             std::int64_t cell, std::int32_t variant, std::int32_t firm,
                             std::int32_t metric, bool minus_base) {
  if (is_unknown(lowered, variant, firm, metric) ||
      (minus_base && is_unknown(lowered, 0, firm, metric)))
    return unknown_statistics();
  return statistics(tally, static_cast<std::size_t>(cell),
                    lowered.metrics[static_cast<std::size_t>(metric)].factor);
}

double quantile_of(const kernels::Tally& tally, std::size_t cell, double p, double factor) {
  return factor * HistogramQuantiles(tally, cell).quantile(p);
}

namespace {

using CellOf = std::int64_t (*)(const kernels::FleetView&, std::int32_t, std::int32_t, std::int32_t,
                                std::int32_t);

// `beside` is called once, on one of the threads that build the rows; may be empty.
std::vector<SummaryRow> rows_of(const RunResult& result, std::int32_t first_variant, CellOf cell_of,
                                const std::function<void()>& beside) {
  const LoweredScenario& lowered = result.lowered;
  const kernels::FleetView view = lowered.data.view();
  const std::int64_t firms = view.firm_count + 1, steps = view.steps,
                     metrics = std::ssize(lowered.metrics);
  const std::int64_t count = (view.variant_count - first_variant) * firms * steps;
  std::vector<SummaryRow> rows(static_cast<std::size_t>(count * metrics));
  const auto add_rows = [&](std::size_t item) {
    if (item == 0) {
      if (beside) beside();
      return;
    }
    const auto i = static_cast<std::int64_t>(item) - 1;
    const auto step = static_cast<std::int32_t>(i % steps);
    const auto firm = static_cast<std::int32_t>(i / steps % firms);
    const auto variant = first_variant + static_cast<std::int32_t>(i / steps / firms);
    for (std::int64_t m = 0; m < metrics; ++m) {
      const MetricInfo& info = lowered.metrics[static_cast<std::size_t>(m)];
      const auto cell = cell_of(view, step, variant, firm, info.stored);
      rows[static_cast<std::size_t>(i * metrics + m)] = {
          variant, firm, step, static_cast<std::int32_t>(m),
          metric_statistics(lowered, result.tally, cell, variant, firm,
                            static_cast<std::int32_t>(m), first_variant > 0)};
    }
  };
  parallel_for(static_cast<std::size_t>(count) + 1, result.threads, add_rows);
  return rows;
}

}  // namespace

std::vector<SummaryRow> summary_rows(const RunResult& result) {
  return rows_of(result, 0, kernels::value_cell, {});
}

SummaryAndDigest summary_and_digest(const RunResult& result) {
  SummaryAndDigest made;
  made.rows = rows_of(result, 0, kernels::value_cell, [&] { made.digest = digest_of(result); });
  return made;
}

std::vector<SummaryRow> difference_rows(const RunResult& result) {
  return rows_of(result, 1, kernels::difference_cell, {});
}

double probability_better(const Statistics& difference, Better better) {
  if (better == Better::neither) return 0.5;
  const double wins =
      better == Better::higher ? difference.share_positive : difference.share_negative;
  return wins + 0.5 * difference.share_zero;
}

std::vector<BindingRow> binding_rows(const RunResult& result) {
  const kernels::FleetView view = result.lowered.data.view();
  std::vector<BindingRow> rows;
  const double draws = static_cast<double>(result.tally.draws);
  if (result.tally.draws == 0) return rows;
  const auto count = [&](std::int32_t step, std::int32_t variant, std::int32_t firm,
                         std::int32_t constraint) {
    const auto counter = kernels::binding_counter(view, step, variant, firm, constraint);
    return static_cast<double>(result.tally.bindings[static_cast<std::size_t>(counter)]);
  };
  for (std::int32_t variant = 0; variant < view.variant_count; ++variant)
    for (std::int32_t firm = 0; firm <= view.firm_count; ++firm)
      for (std::int32_t step = 0; step < view.steps; ++step)
        for (std::int32_t constraint = 0; constraint < kernels::constraint_count; ++constraint) {
          const bool all = firm == view.firm_count;
          double bound = 0;
          for (std::int32_t f = all ? 0 : firm; f < (all ? view.firm_count : firm + 1); ++f)
            bound += count(step, variant, f, constraint);
          const double share = bound / (draws * (all ? view.firm_count : 1));
          if (share > 0)
            rows.push_back(
                {variant, firm, step, static_cast<kernels::Constraint>(constraint), share});
        }
  return rows;
}

}  // namespace tranche
