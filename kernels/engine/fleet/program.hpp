// SPDX-License-Identifier: Apache-2.0

// Simulation of a batch of draws: sample, set up each variant, then step by step, variant by
// variant, firm by firm. Every value goes to a recorder as soon as it is known, so memory does not
// grow with steps or draws.
//
// A recorder has
//   records(step)                             true if outputs of this step are recorded
//   value(cell, const float* values)          one output of the batch
//   binding(counter, const float* constraint) the binding constraint of each draw
#pragma once

#include "kernels/engine/fleet/counterpart.hpp"
#include "kernels/engine/fleet/delivery.hpp"
#include "kernels/engine/fleet/run.hpp"
#include "kernels/engine/fleet/sampling.hpp"
#include "kernels/engine/fleet/stock.hpp"

namespace tranche::kernels {

// Installation and work of the firm in a step, after the deliveries.
template <class Lanes>
TRANCHE_HD_INLINE void run_firm(const FirmStep<Lanes>& at, float* binding) {
  begin_sums(at);
  if (at.firm.stock_group >= 0)
    begin_with_stock(at, at.view.stock_groups[at.firm.stock_group].sums);
  install(at, binding);
  for (std::int32_t l = at.firm.allotment_begin; l < at.firm.allotment_end; ++l)
    run_allotment(at, at.view.allotments[l]);
  if (at.firm.is_curtailed != 0) find_powered(at);
  finish_sums(at);
  if (uses(at.view, Sum::training_flop)) accumulate_flop(at);
  if (uses(at.view, Sum::power_w)) accumulate_energy(at);
}

// Contribution of one source to the firm's sums, from the state after the last step. `binding` is
// the constraint that binds its tranche.
template <class Lanes>
TRANCHE_HD_INLINE void run_source(const FirmStep<Lanes>& at, const SourceSpec& source,
                                  float* binding) {
  begin_sums(at);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { binding[j] = as_float(Constraint::none); });
  if (at.firm.stock_group >= 0 && source.stock != SourceSpec::none) {
    const StockGroupSpec& group = at.view.stock_groups[at.firm.stock_group];
    begin_with_stock(at, source.stock == SourceSpec::all ? group.sums : group.source_sums);
  }
  for (std::int32_t l = at.firm.allotment_begin; l < at.firm.allotment_end; ++l) {
    const AllotmentSpec& allotment = at.view.allotments[l];
    if (source.allotment != SourceSpec::all && allotment.source != source.allotment) continue;
    run_allotment(at, allotment);
    if (source.allotment == SourceSpec::all) continue;
    const float* const limit = at.lanes.column(allotment.limit);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { binding[j] = limit[j]; });
  }
  finish_sums(at);
  // Quantities that accumulate over the months are not kept by source.
  constexpr Sum accumulated[] = {Sum::training_flop, Sum::energy_j};
  for (const Sum sum : accumulated) zero_unwritten(at, static_cast<std::int32_t>(sum));
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
      lanes.each([=](int j) TRANCHE_INLINE_BODY { total[j] = max_of(total[j], own[j]); });
    else
      lanes.each([=](int j) TRANCHE_INLINE_BODY { total[j] = total[j] + own[j]; });
  }
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
      const float quotient = own[j] / max_of(below[j], 1e-30f);
      out[j] = below[j] > 0.0f ? quotient * factor : 0.0f;
    });
  } else {
    const float* const level = slot(lanes, variant.counterpart.level, 0);
    const float* const growth = slot(lanes, variant.counterpart.growth, 0);
    const float time = static_cast<float>(step + 1);
    const float months_per_step = variant.counterpart.months_per_step;
    if (variant.counterpart.growth.is_timeline != 0) {
      compare_over_time(lanes, variant.counterpart, metric.kind, own, step, out);
    } else if (metric.kind == MetricKind::months_behind)
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        out[j] = months_behind(own[j], level[j], growth[j], time, months_per_step);
      });
    else
      lanes.each([=](int j)
                     TRANCHE_INLINE_BODY { out[j] = own[j] / (level[j] * exp(growth[j] * time)); });
  }
}

// Difference of the value to the base case: 0 if rounding alone can explain it, since sums over
// firms and months add the same chips in different parts.
TRANCHE_HD_INLINE float difference_to(float base, float value) {
  const float difference = value - base;
  const float rounding = max_of(base, -base) * rounding_rest;
  return max_of(difference, -difference) > rounding ? difference : 0.0f;
}

// Records the metrics of one firm (or of all firms), and their differences to the base case.
template <class Lanes, class Recorder>
TRANCHE_HD_INLINE void record(const FleetView& view, const Lanes& lanes, Recorder& recorder,
                              HotColumn sums, Round round, std::int32_t variant,
                              std::int32_t firm) {
  const VariantSpec& spec = view.variants[variant];
  const bool is_compared = !round.is_source();
  for (std::int32_t m = 0; m < view.metric_count; ++m) {
    const MetricSpec metric = view.metrics[m];
    float* const base = lanes.column(view.base_columns + firm * view.metric_count + m);
    const float* value = lanes.column(sums + metric.sum);
    // The base case is kept if other variants are compared with it.
    const bool is_kept = is_compared && variant == 0 && view.variant_count > 1;
    if (is_kept || metric.kind != MetricKind::sum || metric.factor != 1.0f) {
      float* const evaluated = is_kept ? base : lanes.column(view.value_columns);
      evaluate_metric(lanes, spec, metric, sums, round.step, evaluated);
      value = evaluated;
    }
    recorder.value(value_cell(view, round.place, variant, firm, m), value);
    if (variant == 0 || !is_compared) continue;
    float* const difference = lanes.column(view.value_columns + 1);
    lanes.each([=](int j)
                   TRANCHE_INLINE_BODY { difference[j] = difference_to(base[j], value[j]); });
    recorder.value(difference_cell(view, round.place, variant, firm, m), difference);
  }
}

// Steps timelines, and the shares that follow them.
template <class Lanes>
TRANCHE_HD_INLINE void begin_timelines(const FleetView& view, const Lanes& lanes,
                                       std::int32_t step) {
  if (view.timeline_count == 0) return;
  step_timelines(view, lanes, step);
  for (std::int32_t v = 0; v < view.variant_count; ++v)
    keep_growth(lanes, view.variants[v].counterpart, step);
  for (std::int32_t f = 0; f < view.variant_count * view.firm_count; ++f) {
    const std::int32_t v = f / view.firm_count;
    const FirmSpec& firm = view.firms[view.variants[v].firm_begin + f % view.firm_count];
    if (firm.shares_change != 0 && firm.sets_up_shares != 0)
      find_workload_shares(view, lanes, firm);
  }
}

// Steps timelines, schedules and stocks, once for all variants.
template <class Lanes>
TRANCHE_HD_INLINE void begin_step(const FleetView& view, const Lanes& lanes, std::int32_t step) {
  begin_timelines(view, lanes, step);
  for (std::int32_t s = 0; s < view.schedule_count; ++s)
    step_schedule(lanes, view.schedules[s], step);
  for (std::int32_t g = 0; g < view.stock_group_count; ++g)
    step_stocks(view, lanes, view.stock_groups[g], step);
}

// Steps the stocks of a source, once for all variants.
template <class Lanes>
TRANCHE_HD_INLINE void begin_source(const FleetView& view, const Lanes& lanes, Round round) {
  const SourceSpec source = view.sources[round.place - view.steps];
  if (source.stock < 0) return;
  for (std::int32_t g = 0; g < view.stock_group_count; ++g)
    keep_source_stocks(view, lanes, view.stock_groups[g], source.stock, round.step);
}

// Simulates the next round of every variant and firm; rounds run in order, from 0.
template <class Lanes, class Recorder>
TRANCHE_HD_INLINE void simulate_round(const FleetView& view, const Lanes& lanes, Recorder& recorder,
                                      std::int32_t number) {
  const Round round = round_of(view, number);
  float* const binding = lanes.column(view.binding_column);
  if (round.is_source())
    begin_source(view, lanes, round);
  else
    begin_step(view, lanes, round.step);
  for (std::int32_t v = 0; v < view.variant_count; ++v) {
    const VariantSpec& variant = view.variants[v];
    if (!round.is_source()) deliver(view, lanes, variant, round.step);
    for (std::int32_t f = 0; f < view.firm_count; ++f) {
      const FirmSpec& firm = view.firms[variant.firm_begin + f];
      WrittenSums written;
      const FirmStep<Lanes> at{view, lanes, variant, firm, round.step, written};
      if (round.is_source())
        run_source(at, view.sources[round.place - view.steps], binding);
      else
        run_firm(at, binding);
      recorder.binding(binding_counter(view, round.place, v, f, 0), binding);
      add_to_total(view, lanes, f == 0);
      if (recorder.records(round.step))
        record(view, lanes, recorder, view.sums_columns, round, v, f);
    }
    if (recorder.records(round.step))
      record(view, lanes, recorder, view.total_columns, round, v, view.firm_count);
  }
}

// Simulates draws whose input columns are filled; leaves the input columns unchanged.
template <class Lanes, class Recorder>
TRANCHE_HD_INLINE void simulate_inputs(const FleetView& view, const Lanes& lanes,
                                       Recorder& recorder) {
  set_up(view, lanes);
  for (std::int32_t round = 0; round < round_count(view); ++round)
    simulate_round(view, lanes, recorder, round);
}

template <class Lanes, class Recorder>
TRANCHE_HD_INLINE void simulate(const FleetView& view, const Lanes& lanes, Recorder& recorder) {
  draw_independent(view, lanes);
  draw_correlated(view, lanes);
  simulate_inputs(view, lanes, recorder);
}

}  // namespace tranche::kernels
