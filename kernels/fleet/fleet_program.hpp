// The whole simulation of a batch of draws: sample, set up each variant, then step by
// step, variant by variant, firm by firm; every value goes to a recorder as soon as it
// is known, so memory does not grow with steps or draws.
//
// A recorder has
//   records(step)                             whether outputs of this step are wanted at all
//   value(cell, const float* values)          one output of the batch
//   binding(counter, const float* constraint) the constraint that binds, by draw
#pragma once

#include "kernels/fleet/fleet_run.hpp"
#include "kernels/sampling/sampling.hpp"

namespace tranche::kernels {

// What the firm has for its tranches in this step, before the first of them.
template <class Lanes>
TRANCHE_HD_INLINE void begin_step(const FirmStep<Lanes>& at, float* binding) {
  const auto& lanes = at.lanes;
  const float* const power_cap = slot(lanes, at.firm.power_cap, at.step);
  const float* const installation_rate = slot(lanes, at.firm.installation_rate, at.step);
  const float* const budget = slot(lanes, at.firm.budget, at.step);
  const float* const demand = slot(lanes, at.firm.demand, at.step);
  const float* const pue = slot(lanes, at.firm.pue, at.step);
  const float* const overhead = slot(lanes, at.firm.server_overhead, at.step);
  const float* const stock_w = lanes.column(at.firm.stock_w);
  const float* const survival_step = lanes.column(at.firm.survival_step);
  float* const survival = lanes.column(at.firm.survival);
  float* const power = at.temporary(power_left);
  float* const rate_left_now = at.temporary(rate_left);
  float* const budget_now = at.temporary(budget_left);
  float* const demand_now = at.temporary(demand_left);
  float* const missing = at.temporary(shortfall);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    survival[j] = survival[j] * survival_step[j];
    power[j] = power_cap[j] - stock_w[j] * survival[j] * overhead[j] * pue[j];
    rate_left_now[j] = installation_rate[j];
    budget_now[j] = budget[j];
    demand_now[j] = demand[j];
    missing[j] = 0.0f;
    binding[j] = as_float(Constraint::quantity);
  });
}

template <class Lanes>
TRANCHE_HD_INLINE void run_firm(const FirmStep<Lanes>& at, float* binding) {
  for (std::int32_t s = 64; s < at.workload_sum(at.view.workload_count); ++s) {
    float* const value = at.sum(s);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { value[j] = 0.0f; });
  }
  const float time = static_cast<float>(at.step + 1);
  const bool is_alone = has_one_line(at.firm);
  if (!is_alone) begin_step(at, binding);
  for (std::int32_t l = at.firm.line_begin; l < at.firm.line_end; ++l) {
    const LineSpec& line = at.view.lines[l];
    const ScheduleSpec& schedule = at.view.schedules[line.schedule];
    const bool is_even = schedule.batches == 0;
    if (!is_even) count_arrivals(at, schedule, time);
    const bool known[] = {line.is_limited != 0, at.firm.is_delayed != 0, is_even, is_alone};
    serve_line_with(at, line, time, l == at.firm.line_begin, binding, known);
    // Before the first delivery there is nothing to add.
    if (at.lanes.any_above_zero(at.lanes.column(line.delivered), at.lanes.column(line.alive)))
      run_line(at, line);
  }
  run_stock_and_totals(at);
}

// Adds the sums of one firm to those of all firms; the largest run is a maximum.
template <class Lanes>
TRANCHE_HD_INLINE void add_to_total(const FleetView& view, const Lanes& lanes, bool is_first) {
  const std::int32_t sums = fixed_sums + view.yardstick_count + view.workload_count;
  for (std::int32_t s = 0; s < sums; ++s) {
    if (!uses(view, s)) continue;
    const float* const own = lanes.column(view.sums_columns + s);
    float* const total = lanes.column(view.total_columns + s);
    if (is_first)
      lanes.each([=](int j) TRANCHE_INLINE_BODY { total[j] = own[j]; });
    else if (s == static_cast<std::int32_t>(Sum::largest_run_flop))
      lanes.each([=](int j) TRANCHE_INLINE_BODY { total[j] = most(total[j], own[j]); });
    else
      lanes.each([=](int j) TRANCHE_INLINE_BODY { total[j] = total[j] + own[j]; });
  }
}

// Months until `level` of the compared sum is what the counterpart had: positive when
// behind. The counterpart grows as exp(growth x steps). Clamped to +-240 months.
TRANCHE_HD_INLINE float months_behind(float own, float counterpart_level, float growth_per_step,
                                      float time, float months_per_step) {
  const float growth = most(growth_per_step, 1e-5f);
  const float ratio = counterpart_level / most(own, 1e-30f);
  const float months = (time + log(ratio) / growth) * months_per_step;
  return most(least(months, 240.0f), -240.0f);
}

// One metric of the batch, from the sums that start at `sums`.
template <class Lanes>
TRANCHE_HD_INLINE void evaluate_metric(const Lanes& lanes, const VariantSpec& variant,
                                       const MetricSpec& metric, HotColumn sums, std::int32_t step,
                                       float* out) {
  const float* const own = lanes.column(sums + metric.sum);
  const float factor = metric.factor;
  if (metric.kind == MetricKind::sum) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = own[j] * factor; });
  } else if (metric.kind == MetricKind::ratio) {
    const float* const below = lanes.column(sums + metric.denominator);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const float quotient = own[j] / most(below[j], 1e-30f);
      out[j] = below[j] > 0.0f ? quotient * factor : 0.0f;
    });
  } else {
    const float* const level = slot(lanes, variant.counterpart.level, 0);
    const float* const growth = slot(lanes, variant.counterpart.growth, 0);
    const float time = static_cast<float>(step + 1);
    const float months_per_step = variant.counterpart.months_per_step;
    if (metric.kind == MetricKind::months_behind)
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        out[j] = months_behind(own[j], level[j], growth[j], time, months_per_step);
      });
    else
      lanes.each([=](int j)
                     TRANCHE_INLINE_BODY { out[j] = own[j] / (level[j] * exp(growth[j] * time)); });
  }
}

// Records the metrics of one firm (or of all), and their differences to the base case.
template <class Lanes, class Recorder>
TRANCHE_HD_INLINE void record(const FleetView& view, const Lanes& lanes, Recorder& recorder,
                              HotColumn sums, std::int32_t step, std::int32_t variant,
                              std::int32_t firm) {
  const VariantSpec& spec = view.variants[variant];
  for (std::int32_t m = 0; m < view.metric_count; ++m) {
    const MetricSpec metric = view.metrics[m];
    float* const base = lanes.column(view.base_columns + firm * view.metric_count + m);
    const float* value = lanes.column(sums + metric.sum);
    // The base case is kept where others are compared with it.
    const bool is_kept = variant == 0 && view.variant_count > 1;
    if (is_kept || metric.kind != MetricKind::sum || metric.factor != 1.0f) {
      float* const evaluated = variant == 0 ? base : lanes.column(view.value_columns);
      evaluate_metric(lanes, spec, metric, sums, step, evaluated);
      value = evaluated;
    }
    recorder.value(value_cell(view, step, variant, firm, m), value);
    if (variant == 0) continue;
    float* const difference = lanes.column(view.value_columns + 1);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { difference[j] = value[j] - base[j]; });
    recorder.value(difference_cell(view, step, variant, firm, m), difference);
  }
}

// What of the draws does not change from step to step, for every variant.
template <class Lanes>
TRANCHE_HD_INLINE void set_up(const FleetView& view, const Lanes& lanes) {
  for (std::int32_t v = 0; v < view.variant_count; ++v)
    set_up_variant(view, lanes, view.variants[v]);
}

// The next step of every variant and firm; steps are simulated in order, from 0.
template <class Lanes, class Recorder>
TRANCHE_HD_INLINE void simulate_step(const FleetView& view, const Lanes& lanes, Recorder& recorder,
                                     std::int32_t step) {
  float* const binding = lanes.column(view.binding_column);
  for (std::int32_t v = 0; v < view.variant_count; ++v) {
    const VariantSpec& variant = view.variants[v];
    for (std::int32_t f = 0; f < view.firm_count; ++f) {
      const FirmSpec& firm = view.firms[variant.firm_begin + f];
      WrittenSums written;
      run_firm(FirmStep<Lanes>{view, lanes, variant, firm, step, written}, binding);
      recorder.binding(binding_counter(view, step, v, f, 0), binding);
      add_to_total(view, lanes, f == 0);
      if (recorder.records(step)) record(view, lanes, recorder, view.sums_columns, step, v, f);
    }
    if (recorder.records(step))
      record(view, lanes, recorder, view.total_columns, step, v, view.firm_count);
  }
}

// The simulation of draws whose input columns are filled; it leaves those as they are.
template <class Lanes, class Recorder>
TRANCHE_HD_INLINE void simulate_inputs(const FleetView& view, const Lanes& lanes,
                                       Recorder& recorder) {
  set_up(view, lanes);
  for (std::int32_t step = 0; step < view.steps; ++step) simulate_step(view, lanes, recorder, step);
}

template <class Lanes, class Recorder>
TRANCHE_HD_INLINE void simulate(const FleetView& view, const Lanes& lanes, Recorder& recorder) {
  draw_independent(view, lanes);
  draw_correlated(view, lanes);
  simulate_inputs(view, lanes, recorder);
}

}  // namespace tranche::kernels
