// SPDX-License-Identifier: Apache-2.0

// A scenario after reading: names resolved, units gone, every number an Input.
//
// Base units: chips, seconds, watts, bytes, flop, US dollars, fractions. Times are
// seconds from the start of the scenario; rates are per second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernels/engine/fleet/spec.hpp"
#include "sim/input/input_file.hpp"
#include "sim/input/year_month.hpp"
#include "sim/scenario/input.hpp"

namespace tranche {

enum class Step { month, quarter };

// Shares by name that sum to at most 1, or a Dirichlet distribution over the names
// (then each `share` is the concentration, and shares sum to 1).
struct Shares {
  struct Entry {
    std::string name;  // a firm or a workload
    Input share;
  };
  std::vector<Entry> entries;
  bool dirichlet = false;
};

struct Stock {
  std::string name;  // key of the table
  std::string chip;  // catalogue name
  Input units_chips;
};

struct Firm {
  std::string name, title;
  std::string country;  // catalogue name of what export rules look at; empty: not said
  std::vector<Stock> stock;
  std::optional<Input> power_cap_w;  // facility power for all its chips
  Input pue;                         // facility power over server power
  // Server power over the sum of chip TDPs; absent: what the catalogue knows of each chip's
  // servers, see Scenario::server_power.
  std::optional<Input> server_overhead;
  Input power_utilisation;  // mean over nameplate power, for energy
  std::optional<Input> installation_rate_chips_per_s;
  std::optional<Input> installation_delay_s;
  std::optional<Input> site_ready_s;  // before it, nothing new can be installed
  Input availability;                 // share of installed chips that work
  Input retirement_per_s;             // hazard of leaving service; 0 = never
  std::optional<Input> budget_usd;    // for chips and tariff, over the whole scenario
  std::optional<Input> demand_chips;  // most it would take
  Input electricity_usd_per_j;
  Shares workloads;  // of the firm's available chips
  // Each workload is then evaluated on all of them (every share is 1): what the chips
  // could do with one or with the other.
  bool workloads_are_alternatives = false;
};

// A decision that has to come out well before chips can move.
struct Permission {
  enum class Kind { approval, licence };
  Kind kind = Kind::approval;
  std::string name, title;
  Input granted;       // 0 or 1
  Input decided_s;     // when, from the start
  Input delay_s;       // from the decision to its effect
  Input test_delay_s;  // third-party test of each shipment
  std::optional<Input> per_buyer_cap_chips;
  std::optional<Input> total_cap_chips;  // over all buyers, shared by split
  // Cap as a share of the same product's shipments in a reference market.
  std::optional<Input> aggregate_share_cap;
  std::optional<Input> reference_shipments_chips_per_s;
  std::optional<Input> reference_shipped_chips;  // before the start
  std::string rule;  // rule vintage that decides eligibility and tariff; may be empty
  SourceSpan rule_where;
  SourceSpan where;
};

struct Tranche {
  std::string name, title;
  std::string chip;
  SourceSpan chip_where;
  Input quantity_chips;
  std::vector<std::string> permissions;  // all must be granted
  Input announced_s;
  Input lead_time_s;
  std::int32_t batches = 1;  // 0 = evenly over `duration`
  Input batch_interval_s;    // between batches; with batches = 0, the whole duration
  Input slip_probability;    // of each batch; a slip delays it and all later ones
  Input slip_s;
  Shares split;                 // over firms
  std::int32_t priority = 100;  // the smaller is served first where chips compete
  // What becomes of chips that a firm of the split leaves: "passed_on" to the others, or "lapses".
  std::string unused = "passed_on";
  std::optional<Input> supply_stock_chips;
  std::optional<Input> supply_rate_chips_per_s;
  std::optional<Input> price_usd;  // absent: nobody knows it
  std::optional<Input> tariff;     // else the tariff band of the permission's rule
};

struct Workload {
  using Kind = kernels::WorkloadKind;
  // Who says how fast it runs: the scenario, by efficiencies of the peaks, or the
  // performance models, where efficiencies are relative to what the model reaches.
  enum class Performance { stated, model };
  Kind kind = Kind::training;
  Performance performance = Performance::stated;
  std::string name, title;
  std::string model;       // catalogue model; may be empty
  std::string checkpoint;  // of the model, by the name it is published under; may be empty
  std::string catalogue;   // catalogue workload, for memory_bound; may be empty
  std::string precision;   // "bf16", or "best"
  // Decode, with a model: format of the KV cache, serving software, and how a copy is spread.
  std::string kv_precision, software;
  std::optional<Input> tensor_ways, pipeline_ways, expert_ways, attention_data_ways;
  std::string unit;  // "tokens"; throughput is unit/s
  // Given directly instead of model or catalogue:
  std::optional<Input> flop_per_unit;
  std::optional<Input> bytes_per_unit;
  std::optional<Input> weight_bytes;           // decode: read once a step
  std::optional<Input> kv_bytes_per_sequence;  // decode: read once a step and sequence
  std::optional<Input> batch_sequences;        // decode
  std::optional<Input> context_tokens;         // decode, with a model
  std::optional<Input> sequence_tokens;        // training, with a model
  std::optional<Input> global_batch;           // training: sequences of one optimizer step
  Input compute_efficiency;                    // of peak: MFU for training
  Input bandwidth_efficiency;                  // of peak
  Input network_efficiency;
  std::optional<Input> achieved;   // throughput over what the model predicts
  std::optional<Input> job_chips;  // chips of one job; empty = the whole share is one job
  SourceSpan where;
};

// How jobs lose time. Absent = no losses beyond availability.
struct Reliability {
  Input failures_per_node_s;  // node failures, per node and second
  Input job_failures_per_s;   // other causes, per job
  Input chips_per_node;
  Input detection_s, restart_s, checkpoint_write_s;
  std::optional<Input> checkpoint_interval_s;  // empty = the optimum of Young and Daly
};

struct Counterpart {
  std::string name, title;
  std::string metric;  // a metric that is compared, "h100e_tpp"
  Input level;         // of the counterpart at the start, in the metric's unit
  Input growth_per_s;  // continuous rate: level grows as exp(growth * t)
};

struct Correlation {
  std::vector<std::string> between;  // variables
  double rank = 0;                   // Spearman
  SourceSpan where;
};

// What `tranche discover` looks for, unless the command line says.
struct Discover {
  std::string outcome;
  SourceSpan where;  // of its first letter
};

struct Headline {
  std::string metric = "training_flop_per_s";
  // Where the scenario asks for this metric; absent: the first that applies will do.
  std::optional<SourceSpan> metric_where = {};
  std::string month;  // "2027-12"; empty = the last
  std::string firm = "all";
};

// Watts of a server divided by its chips, for firms without `server_overhead`.
struct ServerPower {
  std::string chip;  // catalogue name
  Input watts;
};

struct Scenario {
  std::string name, title, question, description;
  YearMonth start;
  Step step = Step::month;
  std::int32_t steps = 24;
  std::uint64_t draws = 100'000;
  std::uint64_t seed = 1;
  std::vector<std::string> metrics;  // empty = all that apply
  std::vector<std::string> yardsticks;
  Headline headline;
  std::vector<Firm> firms;
  std::vector<Permission> permissions;
  std::vector<Tranche> tranches;
  std::vector<Workload> workloads;
  std::optional<Reliability> reliability;
  std::optional<Counterpart> counterpart;
  std::vector<Correlation> correlations;
  std::optional<Discover> discover;
  std::vector<ServerPower> server_power;  // of each chip that such a firm may run
};

double step_seconds(Step step);
// "2026-02" for step 0 of a scenario that starts in February 2026; a quarter is named
// by its first month.
std::string step_label(const Scenario& scenario, std::int32_t step);

// One line of `tranche resolve`: a value of the merged scenario and where it came from.
struct ResolvedValue {
  std::string path;
  std::string text;  // as TOML
  SourceSpan where;  // file "(default)" or "(--set)" where no file holds it
};

// One set of circumstances: the base case, or the base case with what a what-if sets.
struct Variant {
  std::string name;  // "base" or the what-if's name
  std::string title;
  std::vector<std::string> changed_paths;
  Scenario scenario;
  std::vector<ResolvedValue> resolved;
};

struct ScenarioSet {
  std::string file;
  std::vector<Variant> variants;  // base first
  std::vector<InputFile> inputs;  // the scenario, what it extends, data files
  std::vector<Diagnostic> warnings;
};

struct ReadOptions {
  std::vector<std::string> set;  // "path=value" from the command line, in order
  std::optional<std::uint64_t> draws, seed;
};

// Reads, merges `extends`, applies --set, builds every what-if, checks everything.
// Throws InputError with all problems of all variants (each problem once).
ScenarioSet read_scenario(const std::string& path, const ReadOptions& options,
                          const Catalogue& catalogue);

// Visits every Input of a scenario in a fixed order (firms, permissions, tranches,
// workloads, reliability, counterpart).
template <class Visit>
void for_each_input(const Scenario& scenario, Visit&& visit);

}  // namespace tranche

#include "sim/scenario/visit.hpp"
