// SPDX-License-Identifier: Apache-2.0

// One draw of the fleet in plain loops of doubles, implemented only from docs/methods/fleet.md: the
// reference for the kernels, draw by draw. Written for readability, not speed.
//
// Times are in steps from the start, step s ends at t = s + 1. Rates are per step. An absent limit
// is infinite.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace tranche::reference {

inline constexpr double unlimited = std::numeric_limits<double>::infinity();

struct Chip {
  double tdp_w = 0;
  double server_w = 0;             // of its own servers, if a firm does not set more
  std::vector<double> yardsticks;  // of one chip, in the order of Case::yardsticks
};

struct Stock {
  std::string name;
  Chip chip;
  double units_chips = 0;
};

// Time of one chip of a source for a workload at peak rates, in seconds per unit of work.
struct UnitTime {
  double compute_s = 0, memory_s = 0;
  double peak_flop_per_s = 0;  // at the precision of the workload
  double replica_chips = 1;    // of one replica of a served model
};

struct Workload {
  enum class Kind { training, decode, memory_bound };
  std::string name;
  Kind kind = Kind::training;
  bool counts_tokens = false;
  double flop_per_unit = 0, bytes_per_unit = 0;
};

// A number at each step.
using BySteps = std::vector<double>;

// A firm's use of one workload.
struct Use {
  BySteps share;
  double job_chips = unlimited;
  std::vector<double> compute_efficiency, bandwidth_efficiency;  // by step
};

struct Firm {
  std::string name;
  std::vector<Stock> stocks;
  BySteps power_cap_w;
  bool is_curtailed = false;  // chips in service obey the power cap
  double pue = 1;
  std::optional<double> server_overhead;  // on the TDP; none: the power of the chip's servers
  BySteps installation_rate;
  double installation_delay = 0, site_ready = 0;
  double retirement = 0;             // hazard per step
  BySteps budget_usd, demand_chips;  // up to the step
  BySteps electricity_usd_per_j;
  std::vector<double> power_utilisation, availability;  // by step
  std::vector<Use> uses;                                // by workload
  double watts(const Chip& chip) const {
    return (server_overhead ? chip.tdp_w * *server_overhead : chip.server_w) * pue;
  }
};

struct Licence {
  BySteps per_buyer_cap, total_cap;
  BySteps share_of_reference;  // aggregate_share_cap
  BySteps reference_shipped;   // up to the step
};

// Arrival of a tranche at one firm.
struct Schedule {
  double announced = 0, lead_time = 0;
  std::vector<double> effective;  // decided + delay, by permission
  std::vector<double> test_delays;
};

struct Tranche {
  std::string name;
  Chip chip;
  double quantity = 0;
  bool is_granted = true, is_eligible = true;
  int batches = 1;  // 0: evenly over `interval`
  double interval = 1;
  std::vector<double> slips;  // by batch, 0 without a slip
  int priority = 100;
  bool passes_on = true;
  bool has_others = true;  // several firms in the split
  std::vector<int> licences;
  BySteps supply;  // up to the step
  BySteps price_with_tariff_usd;
  std::vector<double> shares;       // by firm; 0: not in the split
  std::vector<Schedule> schedules;  // by firm
};

struct Reliability {
  double failures_per_node_s = 0, job_failures_per_s = 0, chips_per_node = 8;
  double recovery_s = 0, checkpoint_write_s = 0;
  std::optional<double> checkpoint_interval_s;
};

struct Counterpart {
  std::string metric;
  double level = 1, months_per_step = 1;
  BySteps growth;  // per step
};

// Inputs of a draw, all certain.
struct Case {
  int steps = 0;
  double step_seconds = 0;
  std::vector<Firm> firms;
  std::vector<Licence> licences;
  std::vector<Tranche> tranches;
  std::vector<Workload> workloads;
  // unit_times[workload][source]: sources of a firm are its stocks, then the tranches
  std::vector<std::vector<UnitTime>> stock_times;    // [firm][stock * workloads + workload]
  std::vector<std::vector<UnitTime>> tranche_times;  // [tranche][workload]
  std::vector<std::string> yardsticks;
  std::optional<Reliability> reliability;
  std::optional<Counterpart> counterpart;
};

enum class Constraint {
  none,
  permission,
  rule,
  schedule,
  per_buyer_cap,
  total_cap,
  aggregate_share_cap,
  supply,
  budget,
  demand,
  installation_delay,
  installation_rate,
  site,
  power
};
const char* constraint_name(Constraint constraint);

// Sums over sources, and over firms.
struct Sums {
  double delivered = 0, installed = 0, available = 0;
  double power_w = 0, energy_j = 0, cost_usd = 0;  // energy and cost are cumulative
  double training_flop_per_s = 0, training_flop = 0, training_tokens_per_s = 0;
  double training_peak = 0, training_chips = 0, training_chips_goodput = 0;
  double largest_run_flop = 0;  // maximum, not sum
  double decode_units_per_s = 0, memory_bytes_per_s = 0;
  std::vector<double> yardsticks, workloads;
  void add(const Sums& other);
};

struct FirmStep {
  Sums all;                   // of all sources
  std::vector<Sums> sources;  // stocks, then all tranches
  Constraint binding = Constraint::none;
};

struct Draw {
  std::vector<std::vector<FirmStep>> firms;  // [firm][step]
  std::vector<Sums> all;                     // [step], all firms
};

// Value of a metric by its name in the results; t is the end of the step.
double metric_value(const Case& numbers, const Sums& sums, const std::string& metric, double t);

// Fraction of a tranche's schedule that has arrived at a firm at time t.
double arrived_fraction(const Tranche& tranche, const Schedule& schedule, double t);
// Arrival time of its first batch.
double first_arrival(const Tranche& tranche, const Schedule& schedule);

Draw simulate(const Case& numbers);

}  // namespace tranche::reference
