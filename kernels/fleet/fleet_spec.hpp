// What a fleet simulation reads: flat, trivially copyable descriptions with indices
// into each other. Built by sim/run/lowering; the same bytes go to the CPU and the GPU.
//
// A *column* is one float per draw. Columns hold drawn inputs, constants and the
// running state of the simulation. Time is in steps (months or quarters) from the
// start; rates are per step; everything else is in base units.
#pragma once

#include <cstdint>

#include "kernels/base/host_device.hpp"
#include "kernels/fleet/histogram.hpp"
#include "kernels/sampling/quantile_table.hpp"

namespace tranche::kernels {

// A column that may differ by step.
struct Slot {
  std::int32_t column = 0;
  std::int32_t step_stride = 0;  // 0: the same at every step
  TRANCHE_HD_INLINE std::int32_t at(std::int32_t step) const { return column + step * step_stride; }
};

// Up to four columns from one block of random words.
struct DrawSpec {
  std::uint64_t variable = 0;
  std::uint32_t block = 0;
  std::int32_t first_column = 0;
  std::int32_t count = 0;
  std::int32_t table = 0;
  std::int32_t is_single = 0;  // drawn once a draw: four draws share a block
};

// Up to four standard normal scores from one block, for correlated inputs.
struct ScoreSpec {
  std::uint64_t variable = 0;
  std::uint32_t block = 0;
  std::int32_t first_score = 0;
  std::int32_t count = 0;
  std::int32_t is_single = 0;
};

struct CopulaTerm {
  std::int32_t score = 0;
  double weight = 0;
};

// A column whose normal score is a weighted sum of independent scores.
struct CopulaSpec {
  std::int32_t column = 0;
  std::int32_t table = 0;
  std::int32_t term_begin = 0, term_end = 0;
};

struct ConstantSpec {
  std::int32_t column = 0;
  float value = 0;
};

enum class Constraint : std::int32_t {
  quantity,     // all that was allotted has arrived and runs
  permission,   // an approval or licence was not granted
  rule,         // the chip is not eligible under the licence's rule
  schedule,     // decision, lead time, tests, batches and slips
  licence_cap,  // per buyer
  total_cap,    // over all buyers
  ratio_cap,    // share of the reference market's shipments
  supply,
  budget,
  demand,
  installation_delay,
  installation_rate,
  site,
  power,
};
inline constexpr int constraint_count = 14;

struct PermissionSpec {
  Slot granted;    // 0 or 1
  Slot effective;  // when decided, in steps
  Slot delay;
  Slot test_delay;  // after the permission is in effect, for each shipment
};

// When the parts of a tranche arrive.
struct ScheduleSpec {
  Slot announced, lead_time;
  std::int32_t permission_begin = 0, permission_end = 0;
  std::int32_t batches = 1;  // 0: evenly over `interval`
  Slot interval;             // between batches
  Slot slip_probability;
  Slot slip_uniform, slip_length;  // one column a batch: step_stride counts batches
  std::int32_t has_slips = 0;
  std::int32_t arrival_columns = 0;  // state: max(batches, 1) columns of arrival times
  std::int32_t granted_column = 0;   // state: 1 when every permission was granted
};

// One tranche at one firm.
struct LineSpec {
  std::int32_t schedule = 0;
  std::int32_t eligible = 1;
  std::int32_t is_limited = 1;  // 0: no cap, supply, budget or demand that could ever bind
  Slot quantity;
  Slot share;                                           // of the quantity
  std::int32_t share_sum_begin = 0, share_sum_end = 0;  // Dirichlet: normalise over these slots
  Slot licence_cap, total_cap;                          // chips; very large when there is none
  // Where there is no such limit: share 1 and an unlimited market, an unlimited stock.
  Slot ratio_share, reference_shipments, reference_shipped;
  Slot supply_stock, supply_rate;
  Slot unit_cost;  // US dollars, without tariff
  Slot tariff;
  std::int32_t chip = 0;  // index into the chips of the variant
  // state columns
  std::int32_t allotted = 0, share_column = 0, delivered = 0, gross = 0, alive = 0, cost = 0;
  std::int32_t rates = 0;  // one column a workload: units per second and chip
  // 0: the columns are those of a line that is set up before
  std::int32_t sets_up_allotted = 1;  // and share_column
  std::int32_t sets_up_cost = 1, sets_up_rates = 1;
};

struct StockSpec {
  Slot units;
  std::int32_t chip = 0;
};

// Figures of one chip as the fleet model uses it.
struct FleetChip {
  float server_w = 0;  // TDP; overheads multiply it
  float peak_training_flop_per_s = 0;
  std::int32_t yardstick_begin = 0;   // one float a yardstick
  std::int32_t throughput_begin = 0;  // one ThroughputSpec a workload
};

struct FirmSpec {
  std::int32_t is_delayed = 1;    // 0: what is delivered is ready at once
  std::int32_t has_spending = 1;  // 0: neither budget nor demand
  std::int32_t line_begin = 0, line_end = 0;
  std::int32_t stock_begin = 0, stock_end = 0;
  Slot power_cap;  // watts; very large when there is none
  Slot pue, server_overhead, power_utilisation;
  Slot installation_rate, installation_delay, site_ready;
  Slot availability, retirement, budget, demand;
  Slot electricity;                                     // US dollars per joule
  std::int32_t workload_begin = 0;                      // workload_count entries
  std::int32_t workload_share_begin = 0;                // one Slot a workload
  std::int32_t share_sum_begin = 0, share_sum_end = 0;  // Dirichlet over workloads
  // state columns
  std::int32_t survival = 0, survival_step = 0, flop_cumulative = 0, energy_cumulative = 0,
               energy_cost = 0;
  std::int32_t stock_chips = 0, stock_w = 0, stock_training = 0, stock_peak = 0, stock_largest = 0;
  std::int32_t stock_yardsticks = 0;  // one column a yardstick
  std::int32_t stock_units = 0;       // one column a workload: units/s of all stock chips
  std::int32_t stock_goodput = 0;     // chips weighted with their goodput
  std::int32_t workload_shares = 0;   // state: one column a workload
  // 0: the columns are those of a firm that is set up before
  std::int32_t sets_up_shares = 1, sets_up_stock = 1;
};

// Seconds of one chip per unit of work, by what they are spent on, at full efficiency.
struct ThroughputPoint {
  float compute_s = 0, memory_s = 0, network_s = 0, bubble_s = 0;
};
inline constexpr int throughput_points = 21;  // clusters of 2^0 ... 2^20 chips
// Seconds of a cluster that is too small to hold the work; see units_per_s.
inline constexpr float no_throughput_s = 1e30f;

struct ThroughputSpec {
  std::int32_t point_begin = 0;     // throughput_points entries
  std::int32_t size_dependent = 0;  // 0: all points are the same
  std::int32_t possible = 1;        // 0: the work does not fit or the format is not supported
  // A larger cluster runs several jobs of this size; 1e30: it runs one.
  float largest_job_chips = 1e30f;
};

enum class WorkloadKind : std::int32_t { training, decode, memory_bound };

struct WorkloadSpec {
  WorkloadKind kind = WorkloadKind::training;
  float flop_per_unit = 0;   // model FLOP, for training
  float bytes_per_unit = 0;  // for memory_bound
  Slot compute_efficiency, bandwidth_efficiency, network_efficiency;
  Slot achieved;   // throughput over what the parts of the time say
  Slot job_chips;  // very large: the whole share is one job
};

struct ReliabilitySpec {
  std::int32_t present = 0;
  Slot node_failures, job_failures;  // per node and second, per job and second
  Slot chips_per_node, detection, restart, checkpoint_write, checkpoint_interval;  // seconds
  std::int32_t optimal_interval = 1;
};

// A quantity summed over firms while a step is simulated.
enum class Sum : std::int32_t {
  delivered,
  installed,
  available,
  power_w,
  energy_j,
  training_flop_per_s,
  training_flop,
  training_tokens_per_s,
  training_peak,
  training_chips,
  training_chips_goodput,
  decode_units_per_s,
  memory_bytes_per_s,
  cost_usd,
  largest_run_flop,  // the last: maximum
  first_yardstick    // then yardsticks, then workloads
};
inline constexpr int fixed_sums = static_cast<int>(Sum::first_yardstick);

enum class MetricKind : std::int32_t { sum, ratio, months_behind, counterpart_ratio };

struct MetricSpec {
  MetricKind kind = MetricKind::sum;
  std::int32_t sum = 0;  // Sum index; the numerator of a ratio
  std::int32_t denominator = 0;
  float factor = 1.0f;  // from base units to the metric's unit
};

struct CounterpartSpec {
  std::int32_t present = 0;
  Slot level;   // in base units of the compared sum
  Slot growth;  // continuous, per step
  float months_per_step = 1.0f;
};

struct VariantSpec {
  std::int32_t firm_begin = 0;  // firm_count entries
  std::int32_t schedule_begin = 0, schedule_end = 0;
  ReliabilitySpec reliability;
  CounterpartSpec counterpart;
};

// The number of a column that is touched many times in a step. A type of its own, so that a
// GPU can keep such columns apart; everywhere else it is a column like any other.
struct HotColumn {
  std::int32_t column = 0;
  TRANCHE_HD_INLINE HotColumn& operator=(std::int32_t c) {
    column = c;
    return *this;
  }
  TRANCHE_HD_INLINE operator std::int32_t() const { return column; }
  TRANCHE_HD_INLINE HotColumn operator+(std::int32_t more) const { return {column + more}; }
};

// Pointers to everything above, on the host or on the device.
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
  const LineSpec* lines;
  const StockSpec* stocks;
  const ScheduleSpec* schedules;
  const PermissionSpec* permissions;
  const WorkloadSpec* workloads;
  const FleetChip* chips;
  const ThroughputSpec* throughputs;
  const ThroughputPoint* points;
  const float* yardsticks;
  const Slot* slots;  // workload shares, Dirichlet sums
  const MetricSpec* metrics;
  std::uint64_t used_sums;      // bit s: some metric needs sum s, or needs what needs it
  HotColumn sums_columns;       // (fixed + yardsticks + workloads) columns of one firm
  HotColumn total_columns;      // the same for all firms together
  std::int32_t base_columns;    // metric_count * (firm_count + 1): values of the base case
  HotColumn value_columns;      // metric_count: values being counted, then differences
  HotColumn binding_column;     // constraint of each draw (as a float), and its shortfall
  HotColumn temporary_columns;  // temporary_count columns
};
inline constexpr int temporary_count = 11;

// Whether a sum has to be kept: index of a Sum, a yardstick or a workload.
TRANCHE_HD_INLINE bool uses(const FleetView& view, std::int32_t sum) {
  return sum >= 64 || ((view.used_sums >> sum) & 1u) != 0;
}
TRANCHE_HD_INLINE bool uses(const FleetView& view, Sum sum) {
  return uses(view, static_cast<std::int32_t>(sum));
}

// A value so large that it never limits anything, yet survives a product.
inline constexpr float unlimited = 1e30f;

// Order of the cells: step, then variant, then firm (the last is all firms), then metric.
// Differences follow all values, in the same order without the base case.
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
  const std::int64_t values = static_cast<std::int64_t>(view.steps) * view.variant_count *
                              (view.firm_count + 1) * view.metric_count;
  return values +
         ((static_cast<std::int64_t>(step) * (view.variant_count - 1) + variant - 1) *
              (view.firm_count + 1) +
          firm) *
             view.metric_count +
         metric;
}
TRANCHE_HD_INLINE std::int64_t cell_count(const FleetView& view) {
  return static_cast<std::int64_t>(view.steps) * (2 * view.variant_count - 1) *
         (view.firm_count + 1) * view.metric_count;
}
// Cells of one step: its values, then its differences, each in the order above.
TRANCHE_HD_INLINE std::int64_t value_cells_of_step(const FleetView& view) {
  return static_cast<std::int64_t>(view.variant_count) * (view.firm_count + 1) * view.metric_count;
}
TRANCHE_HD_INLINE std::int64_t difference_cells_of_step(const FleetView& view) {
  return static_cast<std::int64_t>(view.variant_count - 1) * (view.firm_count + 1) *
         view.metric_count;
}
// Counters of binding constraints: step, variant, firm, constraint.
TRANCHE_HD_INLINE std::int64_t binding_counter(const FleetView& view, std::int32_t step,
                                               std::int32_t variant, std::int32_t firm,
                                               std::int32_t constraint) {
  return ((static_cast<std::int64_t>(step) * view.variant_count + variant) * view.firm_count +
          firm) *
             constraint_count +
         constraint;
}

}  // namespace tranche::kernels
