// SPDX-License-Identifier: Apache-2.0

// Input of a fleet simulation: flat, trivially copyable descriptions with indices into each other.
// Built by sim/simulate/lowering; the same bytes go to the CPU and the GPU.
//
// A *column* is one float per draw. Columns hold drawn inputs, constants and the running state of
// the simulation. Time is in steps (months or quarters) from the start; rates are per step;
// everything else is in base units.
#pragma once

#include <cstdint>

#include "kernels/base/host_device.hpp"
#include "kernels/random/quantile_table.hpp"

namespace tranche::kernels {

// A value that never limits anything; its products stay finite in float.
inline constexpr float unlimited = 1e30f;

// Reference to a column that may differ by step.
struct Slot {
  std::int32_t column = 0;
  std::int32_t step_stride = 0;  // 0: the same at every step
  std::int32_t is_timeline = 0;  // 1: the column of a timeline, which its steps rewrite
  TRANCHE_HD_INLINE std::int32_t at(std::int32_t step) const { return column + step * step_stride; }
  TRANCHE_HD_INLINE bool is_constant() const { return step_stride == 0 && is_timeline == 0; }
};

// Up to four columns from one block of random words.
struct DrawSpec {
  std::uint64_t variable = 0;
  std::uint32_t block = 0;
  std::int32_t first_column = 0;
  std::int32_t count = 0;
  std::int32_t table = 0;
  std::int32_t is_single = 0;  // 1: one instance per draw; four draws share a block
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
  none,                 // all that was allotted is in service
  permission,           // an approval or licence was not granted
  rule,                 // the chip is not eligible under the licence's rule
  schedule,             // decision, lead time, tests, batches and slips
  per_buyer_cap,        // of a licence
  total_cap,            // of a licence, over all buyers
  aggregate_share_cap,  // share of the reference market's shipments
  supply,
  budget,
  demand,
  installation_delay,
  installation_rate,
  site,
  power,
  count
};
inline constexpr int constraint_count = static_cast<int>(Constraint::count);

struct PermissionSpec {
  Slot granted;    // 0 or 1
  Slot effective;  // time of the decision, in steps
  Slot delay;
  Slot test_delay;                              // of each shipment
  std::int32_t event_begin = 0, event_end = 0;  // later decisions, in order
  std::int32_t regime = -1;                     // none
  std::uint32_t open_states = 0;                // of the regime: a bit each
  std::int32_t idles = 0;  // 1: chips in use stop while the permission is not in effect
};

// Arrival of the parts of a tranche.
struct ScheduleSpec {
  Slot announced, lead_time;
  std::int32_t permission_begin = 0, permission_end = 0;
  std::int32_t batches = 1;  // 0: evenly over `interval`
  Slot interval;             // steps between batches
  Slot slip_probability;
  Slot slip_uniform, slip_length;  // one column per batch: step_stride counts batches
  std::int32_t has_slips = 0;
  std::int32_t arrival_columns = 0;  // state: max(batches, 1) columns of arrival times, in steps
  std::int32_t granted_column = 0;   // state: 1 if every permission was granted
  std::int32_t fraction = 0;         // state: fraction that has arrived by now
  // state: fraction that had arrived at the end of each of the last steps (a ring buffer); 0
  // columns if no firm has an installation delay
  std::int32_t past_columns = 0, past_steps = 0;
  // Times in which some permission is not in effect, if decisions change: see closures.hpp. None if
  // closure_count is 0.
  std::int32_t closure_count = 0, closures = 0;    // state: two columns each, begin and end
  std::int32_t idle_count = 0, idle_closures = 0;  // those that stop chips in use
  std::int32_t transit_waits = 0;                  // 1: what is on its way then arrives afterwards
  std::int32_t on_the_way = 0;                     // state: steps from shipment to arrival
  std::int32_t is_open = 0;    // state: 1 if all permissions are in effect at the end of the step
  std::int32_t in_use = 0;     // state: fraction of the step in which chips may be used
  std::int32_t looked_at = 0;  // state: scratch
};

// One tranche at one firm.
struct AllotmentSpec {
  std::int32_t schedule = 0;
  std::int32_t eligible = 1;
  Slot quantity;
  Slot share;                                           // fraction of the tranche's quantity
  std::int32_t share_sum_begin = 0, share_sum_end = 0;  // Dirichlet: normalise over these slots
  std::int32_t level_begin = 0, level_end = 0;          // limits of this line alone
  Slot unit_cost;                                       // US dollars per chip, without tariff
  Slot tariff;
  std::int32_t chip = 0;    // index into the chips of the variant
  std::int32_t firm = 0;    // index into the firms
  std::int32_t source = 0;  // index of the tranche in the scenario: see SourceSpec
  // 1: passes on the chips that its firm cannot power, and no other line of the firm does.
  std::int32_t is_fed = 0;
  std::int32_t priority = 0;
  std::int32_t cost_changes = 0;  // 1: price or tariff are timelines
  // state columns
  std::int32_t allotted = 0, share_column = 0, delivered = 0, installed_ever = 0, in_service = 0,
               cost = 0;
  std::int32_t watts = 0;  // facility watts of one chip
  std::int32_t limit = 0;  // binding constraint of the line
  std::int32_t rank = 0;   // number of the firm's lines installed before this one
  std::int32_t rates = 0;  // one column per workload: units per second and chip
  // Deliveries at the end of each of the last steps (a ring buffer), as long as the
  // schedule's.
  std::int32_t past_columns = 0;
  // If the cost changes, two columns: US dollars paid up to the step before, and deliveries then.
  std::int32_t paid = 0;
  // 0: the columns are those of a line that is set up earlier
  std::int32_t sets_up_allotted = 1;  // and share_column
  std::int32_t sets_up_cost = 1, sets_up_rates = 1, sets_up_watts = 1;
};

struct StockSpec {
  Slot units;
  std::int32_t chip = 0;
  std::int32_t source = 0;
  std::int32_t in_service = 0;  // state: chips in service
  std::int32_t rates = 0;       // as in AllotmentSpec
  std::int32_t sets_up_rates = 1;
};

// All chips that a firm has from the start. Variants that change neither the chips nor their work
// share one group, so that the work is computed once.
struct StockGroupSpec {
  std::int32_t firm = 0, variant = 0;  // variant: the first that has the group
  std::int32_t stock_begin = 0, stock_end = 0;
  // state columns
  std::int32_t survival = 0;
  std::int32_t sums = 0;         // as many columns as sums of a firm
  std::int32_t source_sums = 0;  // the same for one of the stocks
};

// Upper bound of deliveries, in chips or US dollars:
//   share x (factor x max(base + growth x t, 0) - deliveries of others)
struct LevelSpec {
  Constraint constraint = Constraint::none;
  Slot base, growth, factor;  // growth is per step
  // If the unused part of the cap lapses: state column of the line's share, with the lines of other
  // tranches under the same limit as members. -1: the whole level applies.
  std::int32_t share_column = -1;
  std::int32_t others_begin = 0, others_end = 0;
};

enum class LimitUnit : std::int32_t { chips, usd, watts };

// A limit that several lines share, in chips, dollars or watts. In watts it is the firm's power
// cap.
struct LimitSpec {
  LimitUnit unit = LimitUnit::chips;
  std::int32_t level_begin = 0, level_end = 0;    // the smallest level applies; none for watts
  std::int32_t member_begin = 0, member_end = 0;  // lines, in FleetView::members
  std::int32_t firm = 0;                          // for watts
};

// Lines of one tranche whose firms pass on the chips that they leave.
struct PassingSpec {
  std::int32_t member_begin = 0, member_end = 0;
};

// Tranches of one priority, which are served together.
struct ServeSpec {
  std::int32_t member_begin = 0, member_end = 0;  // all lines
  std::int32_t limit_begin = 0, limit_end = 0;    // limits in watts come last
  std::int32_t watts_begin = 0;                   // the first limit in watts
  std::int32_t passing_begin = 0, passing_end = 0;
  std::int32_t counts_power = 0;  // 1: the power of some firm limits some line
  // 1: limits cover different lines, so one may have room while another is full.
  std::int32_t overlaps = 0;
};

// A subset of the chips whose work is also recorded separately: a stock, a tranche, or all of one
// kind.
struct SourceSpec {
  static constexpr std::int32_t all = -1, none = -2;
  std::int32_t allotment = none,
               stock = none;  // AllotmentSpec::source and StockSpec::source of the members
};

// Properties of one chip as the fleet model uses them.
struct FleetChip {
  float server_w = 0;  // TDP in watts; overheads multiply it
  float peak_training_flop_per_s = 0;
  std::int32_t yardstick_begin = 0;   // one float per yardstick
  std::int32_t throughput_begin = 0;  // one ThroughputSpec per workload
};

struct FirmSpec {
  std::int32_t is_delayed = 1;  // 0: deliveries are ready at once
  std::int32_t allotment_begin = 0, allotment_end = 0;
  std::int32_t stock_group = -1;  // none
  Slot power_cap;                 // watts; very large if there is none
  Slot pue, server_overhead, power_utilisation;
  Slot installation_rate, installation_delay, site_ready;
  Slot availability, retirement;
  Slot electricity;                       // US dollars per joule
  std::int32_t workload_begin = 0;        // workload_count entries
  std::int32_t workload_share_begin = 0;  // one Slot per workload
  std::int32_t shares_change = 0;         // 1: some of these slots are timelines
  std::int32_t is_curtailed = 0;  // 1: the power cap is a timeline, which chips in service obey
  std::int32_t share_sum_begin = 0, share_sum_end = 0;  // Dirichlet over workloads
  // state columns
  std::int32_t survival_step = 0, flop_cumulative = 0, energy_cumulative = 0, energy_cost = 0;
  std::int32_t workload_shares = 0;  // one column per workload
  std::int32_t lag = 0;              // two columns: see set_up_delay
  std::int32_t powered = 0;          // if is_curtailed: fraction of the chips that has power
  // Two columns: chips in service that may not be used, and those of one line that may. -1: all
  // may.
  std::int32_t idle_chips = -1;
  // 0: the columns are those of a firm that is set up earlier
  std::int32_t sets_up_shares = 1;
};

// Seconds of one chip per unit of work of the workload, by time term, at full efficiency.
struct ThroughputPoint {
  float compute_s = 0, memory_s = 0, network_s = 0, bubble_s = 0;
};
inline constexpr int throughput_points = 21;  // clusters of 2^0 ... 2^20 chips
// Seconds of a cluster that is too small to hold the work; see units_per_s.
inline constexpr float no_throughput_s = 1e30f;

struct ThroughputSpec {
  std::int32_t point_begin = 0;     // throughput_points entries
  std::int32_t size_dependent = 0;  // 0: all points are equal
  std::int32_t possible = 1;        // 0: the work does not fit or the format is not supported
  // A larger cluster runs several jobs of this size; 1e30: it runs one job.
  float largest_job_chips = unlimited;
  // Chips of one replica of a served model: fewer run nothing, more run as many whole replicas as
  // they make. 1: any number works.
  float replica_chips = 1.0f;
  // Measured over predicted throughput of this chip, once per draw; 1 if the performance is stated.
  Slot model_error;
};

enum class WorkloadKind : std::int32_t { training, decode, memory_bound };
inline constexpr int workload_kind_count = static_cast<int>(WorkloadKind::memory_bound) + 1;

struct WorkloadSpec {
  WorkloadKind kind = WorkloadKind::training;
  float flop_per_unit = 0;   // model FLOP per unit, for training
  float bytes_per_unit = 0;  // for memory_bound
  Slot compute_efficiency, bandwidth_efficiency, network_efficiency;
  Slot achieved;   // achieved throughput over the computed throughput, a fraction
  Slot job_chips;  // very large: the whole share is one job
};

struct ReliabilitySpec {
  std::int32_t present = 0;
  Slot node_failures, job_failures;  // per node and second, per job and second
  Slot chips_per_node, detection, restart, checkpoint_write, checkpoint_interval;  // seconds
  std::int32_t optimal_interval = 1;
};

// A quantity summed over firms in each step.
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
  decode_tokens_per_s,
  memory_bound_bytes_per_s,
  cost_usd,
  largest_run_flop,  // the last sum with a fixed index; a maximum
  first_yardstick    // followed by the other yardsticks, then the workloads
};
inline constexpr int fixed_sums = static_cast<int>(Sum::first_yardstick);

// Sums beyond this many are always kept: FleetView::used_sums has a bit for each before.
inline constexpr std::int32_t sum_bits = 64;
static_assert(fixed_sums <= sum_bits);

// The sums that the same code computes together with this one, or from which it is made: a bit
// each.
constexpr std::uint64_t computed_with(Sum sum) {
  constexpr auto bits = [](auto... sums) {
    return ((std::uint64_t{1} << static_cast<int>(sums)) | ...);
  };
  switch (sum) {
    case Sum::available:
      return bits(Sum::installed);
    case Sum::training_flop:
      return bits(Sum::training_flop_per_s);
    case Sum::power_w:
    case Sum::energy_j:
    case Sum::cost_usd:
      return bits(Sum::power_w, Sum::energy_j, Sum::cost_usd);
    case Sum::training_peak:
    case Sum::training_chips:
    case Sum::training_chips_goodput:
    case Sum::largest_run_flop:
      return bits(Sum::training_chips, Sum::training_chips_goodput, Sum::training_peak,
                  Sum::largest_run_flop);
    default:
      return 0;
  }
}

enum class MetricKind : std::int32_t { sum, ratio, months_behind, counterpart_ratio };

struct MetricSpec {
  MetricKind kind = MetricKind::sum;
  std::int32_t sum = 0;  // Sum index; of a ratio, the numerator
  std::int32_t denominator = 0;
  float factor = 1.0f;  // from base units to the metric's unit
};

struct CounterpartSpec {
  std::int32_t present = 0;
  Slot level;                    // in base units of the compared sum
  Slot growth;                   // continuous, per step
  Slot grown;                    // if growth is a timeline: its sum over the steps so far
  std::int32_t past_growth = 0;  // if growth is a timeline, one column per step: that sum
  float months_per_step = 1.0f;
};

struct VariantSpec {
  std::int32_t firm_begin = 0;  // firm_count entries
  std::int32_t schedule_begin = 0, schedule_end = 0;
  std::int32_t allotment_begin = 0, allotment_end = 0;  // lines of all its firms
  std::int32_t serve_begin = 0, serve_end = 0;          // priority classes, in order
  ReliabilitySpec reliability;
  CounterpartSpec counterpart;
};

}  // namespace tranche::kernels
