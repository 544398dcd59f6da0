// SPDX-License-Identifier: Apache-2.0

// Pointers to all arrays that a fleet simulation reads, and the order of its outputs.
#pragma once

#include "kernels/engine/fleet/decision_spec.hpp"
#include "kernels/engine/fleet/histogram.hpp"
#include "kernels/engine/fleet/spec.hpp"
#include "kernels/engine/fleet/timeline_spec.hpp"

namespace tranche::kernels {

// Number of a column that is accessed many times per step. It has its own type so that a GPU can
// keep such columns in shared memory; elsewhere it is a column like any other.
struct HotColumn {
  std::int32_t column = 0;
  TRANCHE_HD_INLINE HotColumn& operator=(std::int32_t c) {
    column = c;
    return *this;
  }
  // NOLINTNEXTLINE(google-explicit-constructor): it is an index, and used as one
  TRANCHE_HD_INLINE operator std::int32_t() const { return column; }
  TRANCHE_HD_INLINE HotColumn operator+(std::int32_t more) const { return {column + more}; }
};

// Pointers to the arrays above, on the host or on the device.
struct FleetView {
  std::uint64_t seed;
  std::int32_t steps, variant_count, firm_count, workload_count, yardstick_count, metric_count;
  float step_seconds;
  std::int32_t column_count, score_count;
  const DrawSpec* draws;
  std::int32_t draw_count;
  const ScoreSpec* scores;
  std::int32_t score_spec_count;
  const CopulaSpec* copulas;
  std::int32_t copula_count;
  const CopulaTerm* copula_terms;
  const ConstantSpec* constants;
  std::int32_t constant_count;
  const VariableTable* tables;
  const float* coefficients;
  const VariantSpec* variants;
  const FirmSpec* firms;
  const AllotmentSpec* allotments;
  const StockSpec* stocks;
  const StockGroupSpec* stock_groups;
  std::int32_t stock_group_count;
  const LevelSpec* levels;
  const LimitSpec* limits;
  const PassingSpec* passing;
  const ServeSpec* serves;
  const std::int32_t* members;  // lines of limits, passing tranches and classes
  const SourceSpec* sources;
  std::int32_t source_count;
  std::int32_t source_step;  // step whose work is recorded by source
  const ScheduleSpec* schedules;
  std::int32_t schedule_count;
  const PermissionSpec* permissions;
  const EventSpec* events;
  const RegimeSpec* regimes;
  std::int32_t regime_count;
  const TimelineSpec* timelines;
  std::int32_t timeline_count;
  const TimelinePoint* timeline_points;
  const WorkloadSpec* workloads;
  const FleetChip* chips;
  const ThroughputSpec* throughputs;
  const ThroughputPoint* points;
  const float* yardsticks;
  const Slot* slots;  // workload shares, Dirichlet sums
  const MetricSpec* metrics;
  std::uint64_t used_sums;       // bit s: some metric needs sum s, directly or through another sum
  HotColumn sums_columns;        // (fixed + yardsticks + workloads) columns of one firm
  HotColumn total_columns;       // the same for all firms together
  std::int32_t base_columns;     // metric_count * (firm_count + 1): values of the base case
  HotColumn value_columns;       // metric_count: values being counted, then differences
  HotColumn binding_column;      // binding constraint of each draw (as a float), and its shortfall
  HotColumn temporary_columns;   // temporary_count columns
  std::int32_t serving_columns;  // serving_count for each line of a variant
  std::int32_t room_columns;     // room_columns_of_limit for each limit of a class
};
inline constexpr int temporary_count = 8;
inline constexpr int serving_count = 7;
inline constexpr int room_columns_of_limit = 2;

// True if a sum has to be kept. `sum` is the index of a Sum, a yardstick or a workload.
TRANCHE_HD_INLINE bool uses(const FleetView& view, std::int32_t sum) {
  return sum >= sum_bits || ((view.used_sums >> sum) & 1u) != 0;
}
TRANCHE_HD_INLINE bool uses(const FleetView& view, Sum sum) {
  return uses(view, static_cast<std::int32_t>(sum));
}

// A run consists of rounds: its steps and, right after the step that is recorded by source, one
// round for each source. Outputs of source rounds come after those of all steps, as if they were
// further steps; only their values are recorded, no differences.
// A round has a step, and a place of its outputs among those of steps.
struct Round {
  std::int32_t step, place;
  TRANCHE_HD_INLINE bool is_source() const { return place != step; }
};
struct RoundOrder {
  std::int32_t steps, source_count, source_step;  // as in the view

  TRANCHE_HD_INLINE std::int32_t count() const { return steps + source_count; }
  TRANCHE_HD_INLINE Round of(std::int32_t round) const {
    if (round <= source_step || source_count == 0) return {round, round};
    const std::int32_t source = round - source_step - 1;
    if (source < source_count) return {source_step, steps + source};
    return {round - source_count, round - source_count};
  }
};
TRANCHE_HD_INLINE RoundOrder round_order(const FleetView& view) {
  return {view.steps, view.source_count, view.source_step};
}
TRANCHE_HD_INLINE std::int32_t round_count(const FleetView& view) {
  return round_order(view).count();
}
TRANCHE_HD_INLINE Round round_of(const FleetView& view, std::int32_t round) {
  return round_order(view).of(round);
}

// Index of a cell: step, then variant, then firm (the last is all firms), then metric. Differences
// follow all values, in the same order without the base case.
TRANCHE_HD_INLINE std::int64_t value_cell(const FleetView& view, std::int32_t step,
                                          std::int32_t variant, std::int32_t firm,
                                          std::int32_t metric) {
  return ((static_cast<std::int64_t>(step) * view.variant_count + variant) * (view.firm_count + 1) +
          firm) *
             view.metric_count +
         metric;
}
TRANCHE_HD_INLINE std::int64_t difference_cell(const FleetView& view, std::int32_t step,
                                               std::int32_t variant, std::int32_t firm,
                                               std::int32_t metric) {
  const std::int64_t values = static_cast<std::int64_t>(round_count(view)) * view.variant_count *
                              (view.firm_count + 1) * view.metric_count;
  return values +
         ((static_cast<std::int64_t>(step) * (view.variant_count - 1) + variant - 1) *
              (view.firm_count + 1) +
          firm) *
             view.metric_count +
         metric;
}
TRANCHE_HD_INLINE std::int64_t cell_count(const FleetView& view) {
  return static_cast<std::int64_t>(round_count(view)) * (2 * view.variant_count - 1) *
         (view.firm_count + 1) * view.metric_count;
}
// Number of cells of the values of one step; its differences follow, each in the order above.
TRANCHE_HD_INLINE std::int64_t value_cells_of_step(const FleetView& view) {
  return static_cast<std::int64_t>(view.variant_count) * (view.firm_count + 1) * view.metric_count;
}
TRANCHE_HD_INLINE std::int64_t difference_cells_of_step(const FleetView& view) {
  return static_cast<std::int64_t>(view.variant_count - 1) * (view.firm_count + 1) *
         view.metric_count;
}
// Counters of binding constraints: step (or place of a source), variant, firm, constraint.
TRANCHE_HD_INLINE std::int64_t binding_counter(const FleetView& view, std::int32_t step,
                                               std::int32_t variant, std::int32_t firm,
                                               std::int32_t constraint) {
  return ((static_cast<std::int64_t>(step) * view.variant_count + variant) * view.firm_count +
          firm) *
             constraint_count +
         constraint;
}

}  // namespace tranche::kernels
