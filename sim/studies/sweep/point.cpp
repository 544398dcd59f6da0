// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sweep/point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>

#include "sim/results/summary.hpp"
#include "sim/scenario/read/inner_table.hpp"
#include "sim/simulate/lowering/headline_metric.hpp"
#include "sim/simulate/lowering/metrics.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

// Appends a field to a row; empty if the value is unknown.
void add_field(double figure, std::string& row) {
  row += ',';
  if (!std::isnan(figure)) fmt::format_to(std::back_inserter(row), "{:.7g}", figure);
}

}  // namespace

SweepOutputs sweep_outputs(const SweepSpec& spec, const ScenarioSet& set,
                           const Catalogue& catalogue) {
  const Scenario& base = set.variants.front().scenario;
  SweepOutputs wanted;
  wanted.metrics = spec.metrics;
  if (wanted.metrics.empty()) wanted.metrics = {headline_metric(set, catalogue)};
  wanted.firms = spec.firms;
  const auto step_of = [&](const std::string& month) {
    for (std::int32_t step = 0; step < base.steps; ++step)
      if (step_label(base, step) == month) return step;
    return base.steps - 1;
  };
  std::vector<std::string> months = spec.months;
  if (months.empty()) months = {headline_month(base), "last"};
  for (const std::string& month : months) {
    if (month == "all")
      for (std::int32_t step = 0; step < base.steps; ++step) wanted.steps.push_back(step);
    else
      wanted.steps.push_back(step_of(month));
  }
  std::vector<std::int32_t> once;
  for (const std::int32_t step : wanted.steps)
    if (std::find(once.begin(), once.end(), step) == once.end()) once.push_back(step);
  wanted.steps = std::move(once);
  return wanted;
}

PointRunner::PointRunner(const ScenarioSource& source, const Catalogue& catalogue,
                         const SweepSpec& spec, const Execution& execution, SweepOutputs outputs)
    : source_(source),
      catalogue_(catalogue),
      spec_(spec),
      execution_(execution),
      outputs_(std::move(outputs)),
      backend_(choose_backend(execution, device_note_)) {}

Variant PointRunner::variant(const SweepPoint& point) const {
  Variant variant = source_.variant(point.change);
  variant.scenario.metrics = outputs_.metrics;
  return variant;
}

void PointRunner::check(const SweepPoint& point) {
  const LoweredScenario lowered = lower(compared({&point}), catalogue_, cache_);
  for (const std::string& name : outputs_.metrics) metric_named(lowered, name);
}

std::size_t PointRunner::max_together(std::size_t points, int ranks) const {
  // The scale of workload and yardstick metrics is common to all variants, so the last digits of a
  // point could depend on its neighbours.
  const auto counted_alike = [](const std::string& metric) {
    constexpr std::string_view alike[] = {"chips_delivered",
                                          "chips_installed",
                                          "chips_available",
                                          "power_mw",
                                          "energy_mwh_cumulative",
                                          "cost_usd_cumulative",
                                          "training_flop_per_s",
                                          "training_flop",
                                          "training_flop_cumulative",
                                          "largest_run_flop_90d",
                                          "mfu",
                                          "goodput_fraction",
                                          "decode_tokens_per_s",
                                          "memory_bound_bytes_per_s"};
    return std::find(std::begin(alike), std::end(alike), metric) != std::end(alike);
  };
  if (!std::all_of(outputs_.metrics.begin(), outputs_.metrics.end(), counted_alike)) return 1;
  // Several blocks per rank, so that ranks end at about the same time and an interruption loses
  // little.
  constexpr std::size_t blocks_a_rank = 4, most = 8;
  return std::clamp<std::size_t>(points / (blocks_a_rank * static_cast<std::size_t>(ranks)), 1,
                                 most);
}

// The scenario as written comes first: points are compared with it.
ScenarioSet PointRunner::compared(const PointBlock& points) const {
  ScenarioSet set;
  set.variants.push_back(source_.set().variants.front());
  set.variants.front().scenario.metrics = outputs_.metrics;
  for (const SweepPoint* const point : points) set.variants.push_back(variant(*point));
  return set;
}

PointRunner::Prepared PointRunner::prepare(const PointBlock& points) {
  LoweredScenario lowered = lower(compared(points), catalogue_, cache_);
  lowered.data.numbers.steps = *std::max_element(outputs_.steps.begin(), outputs_.steps.end()) + 1;
  const kernels::FleetView view = lowered.data.view();
  kernels::Pilot pilot = kernels::simulate_pilot(lowered.data);
  kernels::Tally tally(std::move(pilot.cells), static_cast<std::size_t>(kernels::binding_counter(
                                                   view, view.steps, 0, 0, 0)));
  tally.atoms = std::move(pilot.atoms);
  return {std::move(lowered), std::move(tally)};
}

void PointRunner::simulate(Prepared& prepared, kernels::DrawRange range,
                           const std::function<void(std::uint64_t)>& progress) const {
  kernels::RunControl control;
  control.stop = execution_.stop;
  if (execution_.progress) control.progress = progress;
  if (backend_->run(prepared.lowered.data, range, prepared.tally, control) < range.count)
    throw Interrupted("interrupted");
}

std::vector<std::string> PointRunner::run(const PointBlock& points, std::uint64_t draws,
                                          std::uint64_t before, std::uint64_t total) {
  Prepared prepared = prepare(points);
  simulate(prepared, {0, draws},
           [&](std::uint64_t done) { execution_.progress(before + done * points.size(), total); });
  if (execution_.progress) execution_.progress(before + draws * points.size(), total);
  std::vector<std::string> rows;
  for (std::size_t k = 0; k < points.size(); ++k) rows.push_back(rows_of(*points[k], k, prepared));
  return rows;
}

std::string PointRunner::run_shared(const SweepPoint& point, std::uint64_t draws,
                                    std::uint64_t before, std::uint64_t total,
                                    const SharedWork& work) {
  std::optional<Prepared> prepared;
  const auto ranks = static_cast<std::uint64_t>(work.count());
  work.together([&] {
    prepared = prepare({&point});
    simulate(*prepared, work.own_draws(draws), [&](std::uint64_t done) {
      execution_.progress(before + std::min(done * ranks, draws), total);
    });
  });
  work.sum_on_first(prepared->tally);
  if (execution_.progress && work.is_first()) execution_.progress(before + draws, total);
  std::string rows;
  work.together([&] {
    if (work.is_first()) rows = rows_of(point, 0, *prepared);
  });
  return rows;
}

std::string PointRunner::rows_of(const SweepPoint& point, std::size_t place,
                                 const Prepared& prepared) const {
  std::string rows;
  const LoweredScenario& lowered = prepared.lowered;
  const kernels::Tally& tally = prepared.tally;
  const auto changed = static_cast<std::int32_t>(place) + 1;  // the first is as written
  const kernels::FleetView view = lowered.data.view();
  std::string axes;
  for (const std::string& label : point.labels) axes += csv_field(label) + ",";
  for (const std::string& name : outputs_.metrics) {
    const MetricInfo& metric = metric_named(lowered, name);
    const auto index = static_cast<std::int32_t>(&metric - lowered.metrics.data());
    for (std::int32_t firm = 0; firm < std::ssize(lowered.firms); ++firm) {
      const std::string& firm_name = lowered.firms[static_cast<std::size_t>(firm)];
      if (!outputs_.firms.empty() && std::find(outputs_.firms.begin(), outputs_.firms.end(),
                                               firm_name) == outputs_.firms.end())
        continue;
      for (const std::int32_t step : outputs_.steps) {
        const auto of = [&](std::int64_t cell, bool minus_base) {
          return metric_statistics(lowered, tally, cell, changed, firm, index, minus_base);
        };
        const Statistics s =
            of(kernels::value_cell(view, step, changed, firm, metric.stored), false);
        const Statistics d =
            of(kernels::difference_cell(view, step, changed, firm, metric.stored), true);
        fmt::format_to(std::back_inserter(rows), "{},{}{},{},{},{}", point.number, axes,
                       csv_field(firm_name), lowered.steps[static_cast<std::size_t>(step)],
                       csv_field(metric.name), csv_field(metric.unit));
        for (const double figure :
             {s.mean, s.sd, s.p05, s.p25, s.p50, s.p75, s.p95, s.mc_error_p50, d.mean, d.p05, d.p50,
              d.p95, d.share_positive, d.share_negative})
          add_field(figure, rows);
        rows += '\n';
      }
    }
  }
  return rows;
}

const MetricInfo& PointRunner::metric_named(const LoweredScenario& lowered,
                                            const std::string& name) const {
  if (const MetricInfo* const metric = find_metric(lowered.metrics, name)) return *metric;
  Problems problems = source_.problems();
  problems.error(spec_.where, fmt::format("metric `{}` does not apply to this scenario", name),
                 {"no workload or counterpart of it gives this metric"});
  throw InputError(problems.list());
}

}  // namespace tranche
