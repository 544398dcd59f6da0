// SPDX-License-Identifier: Apache-2.0
#include "tests/support/run_result_builder.hpp"

#include <algorithm>

namespace tranche {
namespace {

void count_values(kernels::Tally& tally, std::size_t index, const std::vector<float>& values) {
  const kernels::Cell& cell = tally.cells[index];
  for (const float value : values) {
    ++tally.counts[cell.offset + static_cast<std::size_t>(kernels::counter_of(cell, value))];
    const std::int32_t units = kernels::fixed_point_units(cell, value);
    tally.sums[index].units += units;
    kernels::add_squares(tally.sums[index], kernels::square_of_units(units));
  }
}

}  // namespace

kernels::Tally tally_of(const std::vector<float>& values) {
  return tally_of(values, values.size());
}

kernels::Tally tally_of(const std::vector<float>& values, std::size_t pilot) {
  const int count = static_cast<int>(pilot);
  std::vector<kernels::Cell> cells = {kernels::cell_for(values.data(), count)};
  kernels::lay_out_cells(cells);
  kernels::Tally tally(std::move(cells), 0);
  tally.draws = values.size();
  count_values(tally, 0, values);
  for (const float value : kernels::shared_values(values.data(), count))
    tally.atoms.push_back({0, value});
  return tally;
}

RunResult make_run_result(const MadeRun& made) {
  LoweredScenario lowered;
  lowered.metrics = made.metrics;
  lowered.variants = made.variants;
  lowered.firms = made.firms;
  lowered.steps = made.steps;
  std::int32_t stored_metrics = 0;
  for (const MetricInfo& metric : made.metrics)
    stored_metrics = std::max(stored_metrics, metric.stored + 1);
  lowered.data.variants.resize(made.variants.size());
  lowered.data.metrics.resize(static_cast<std::size_t>(stored_metrics));
  lowered.data.numbers.steps = static_cast<std::int32_t>(made.steps.size());
  lowered.data.numbers.firm_count = static_cast<std::int32_t>(made.firms.size()) - 1;
  const kernels::FleetView view = lowered.data.view();

  std::vector<std::vector<float>> values(static_cast<std::size_t>(kernels::cell_count(view)));
  for (std::int32_t step = 0; step < view.steps; ++step)
    for (std::int32_t variant = 0; variant < view.variant_count; ++variant)
      for (std::int32_t firm = 0; firm <= view.firm_count; ++firm)
        for (std::int32_t metric = 0; metric < stored_metrics; ++metric)
          for (std::uint64_t draw = 0; draw < made.draws; ++draw) {
            const float value = made.value(draw, step, variant, firm, metric);
            values[static_cast<std::size_t>(kernels::value_cell(view, step, variant, firm, metric))]
                .push_back(value);
            if (variant > 0)
              values[static_cast<std::size_t>(
                         kernels::difference_cell(view, step, variant, firm, metric))]
                  .push_back(value - made.value(draw, step, 0, firm, metric));
          }
  std::vector<kernels::Cell> cells;
  for (const std::vector<float>& of_cell : values)
    cells.push_back(kernels::cell_for(of_cell.data(), static_cast<int>(of_cell.size())));
  kernels::lay_out_cells(cells);
  kernels::Tally tally(std::move(cells), static_cast<std::size_t>(
                                             kernels::binding_counter(view, view.steps, 0, 0, 0)));
  tally.draws = made.draws;
  for (std::size_t cell = 0; cell < values.size(); ++cell) count_values(tally, cell, values[cell]);

  ScenarioSet set;
  set.file = "made.toml";
  for (const std::string& name : made.variants) {
    Variant variant;
    variant.name = name;
    variant.scenario.name = "made";
    variant.scenario.draws = made.draws;
    set.variants.push_back(std::move(variant));
  }
  constexpr double seconds = 0.5;
  return {.set = std::move(set),
          .lowered = std::move(lowered),
          .tally = std::move(tally),
          .draws = made.draws,
          .seed = 1,
          .device = "cpu",
          .device_description = "CPU, x86-64-v4, 2 threads",
          .device_note = "",
          .threads = 2,
          .seconds_preparation = 0.01,
          .seconds_simulation = seconds,
          .draws_per_second = static_cast<double>(made.draws) / seconds,
          .started_utc = "2026-11-22T12:00:00Z"};
}

}  // namespace tranche
