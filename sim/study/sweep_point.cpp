#include "sim/study/sweep_point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "sim/results/summary.hpp"
#include "sim/scenario/inner_table.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

SweepOutputs sweep_outputs(const SweepSpec& spec, const Scenario& base) {
  SweepOutputs wanted;
  wanted.metrics = spec.metrics;
  if (wanted.metrics.empty()) wanted.metrics = {base.headline.metric};
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
                         const SweepSpec& spec, const RunOptions& options, SweepOutputs outputs)
    : source_(source),
      catalogue_(catalogue),
      spec_(spec),
      options_(options),
      outputs_(std::move(outputs)),
      backend_(choose_backend(options, device_note_)) {}

Variant PointRunner::variant(const SweepPoint& point) const {
  Variant variant = source_.variant(point.change);
  variant.scenario.metrics = outputs_.metrics;
  return variant;
}

// The scenario as written comes first: it is what the point is compared with.
ScenarioSet PointRunner::compared(const SweepPoint& point) const {
  ScenarioSet set;
  set.variants.push_back(source_.set().variants.front());
  set.variants.front().scenario.metrics = outputs_.metrics;
  set.variants.push_back(variant(point));
  return set;
}

PointRunner::Prepared PointRunner::prepare(const SweepPoint& point) {
  LoweredScenario lowered = lower(compared(point), catalogue_, cache_);
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
  control.stop = options_.stop;
  if (options_.progress) control.progress = progress;
  if (backend_->run(prepared.lowered.data, range, prepared.tally, control) < range.count)
    throw Interrupted("interrupted");
}

std::string PointRunner::run(const SweepPoint& point, std::uint64_t draws, std::uint64_t before,
                             std::uint64_t total) {
  Prepared prepared = prepare(point);
  simulate(prepared, {0, draws},
           [&](std::uint64_t done) { options_.progress(before + done, total); });
  return rows_of(point, prepared.lowered, prepared.tally);
}

std::string PointRunner::run_shared(const SweepPoint& point, std::uint64_t draws,
                                    std::uint64_t before, std::uint64_t total,
                                    const SharedWork& work) {
  std::optional<Prepared> prepared;
  const auto ranks = static_cast<std::uint64_t>(work.count());
  work.together([&] {
    prepared = prepare(point);
    simulate(*prepared, work.own_draws(draws), [&](std::uint64_t done) {
      options_.progress(before + std::min(done * ranks, draws), total);
    });
  });
  work.sum_on_first(prepared->tally);
  std::string rows;
  work.together([&] {
    if (work.is_first()) rows = rows_of(point, prepared->lowered, prepared->tally);
  });
  return rows;
}

std::string PointRunner::rows_of(const SweepPoint& point, const LoweredScenario& lowered,
                                 const kernels::Tally& tally) const {
  std::string rows;
  const kernels::FleetView view = lowered.data.view();
  std::string axes;
  for (const std::string& label : point.labels) axes += csv_field(label) + ",";
  for (const std::string& name : outputs_.metrics) {
    const MetricInfo& metric = metric_named(lowered, name);
    for (std::int32_t firm = 0; firm < std::ssize(lowered.firms); ++firm) {
      const std::string& firm_name = lowered.firms[static_cast<std::size_t>(firm)];
      if (!outputs_.firms.empty() && std::find(outputs_.firms.begin(), outputs_.firms.end(),
                                               firm_name) == outputs_.firms.end())
        continue;
      for (const std::int32_t step : outputs_.steps) {
        const auto of = [&](std::int64_t cell) {
          return statistics(tally, static_cast<std::size_t>(cell), metric.factor);
        };
        constexpr std::int32_t changed = 1;
        const Statistics s = of(kernels::value_cell(view, step, changed, firm, metric.stored));
        const Statistics d = of(kernels::difference_cell(view, step, changed, firm, metric.stored));
        fmt::format_to(std::back_inserter(rows),
                       "{},{}{},{},{},{},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},"
                       "{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g}\n",
                       point.number, axes, csv_field(firm_name),
                       lowered.steps[static_cast<std::size_t>(step)], csv_field(metric.name),
                       csv_field(metric.unit), s.mean, s.sd, s.p05, s.p25, s.p50, s.p75, s.p95,
                       s.mc_error_p50, d.mean, d.p05, d.p50, d.p95, d.share_positive,
                       d.share_negative);
      }
    }
  }
  return rows;
}

const MetricInfo& PointRunner::metric_named(const LoweredScenario& lowered,
                                            const std::string& name) const {
  for (const MetricInfo& metric : lowered.metrics)
    if (metric.name == name) return metric;
  Problems problems = source_.problems();
  problems.error(spec_.where, fmt::format("metric `{}` does not apply to this scenario", name),
                 {"no workload or counterpart of it gives this metric"});
  throw InputError(problems.list());
}

}  // namespace tranche
