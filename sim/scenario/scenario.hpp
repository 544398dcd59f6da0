// SPDX-License-Identifier: Apache-2.0

// A scenario after reading: names are resolved, units converted, and every number is an Input.
//
// Base units: chips, seconds, watts, bytes, flop, US dollars, fractions. Times are seconds from the
// start of the scenario; rates are per second.
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

// Shares by name that sum to at most 1, or a Dirichlet distribution over the names (then each
// `share` is a concentration, and shares sum to 1).
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
  std::string country;  // catalogue name of the country for export rules; empty: not stated
  std::vector<Stock> stock;
  std::optional<Input> power_cap_w;  // facility power for all its chips
  Input pue;                         // facility power over server power
  // Server power over the sum of chip TDPs; absent: server power of each chip from the catalogue,
  // see Scenario::server_power.
  std::optional<Input> server_overhead;
  Input power_utilisation;  // mean over nameplate power, for energy
  std::optional<Input> installation_rate_chips_per_s;
  std::optional<Input> installation_delay_s;
  std::optional<Input> site_ready_s;  // earliest time of new installations
  Input availability;                 // fraction of installed chips that work
  Input retirement_per_s;             // hazard rate of retirement; 0 = never
  std::optional<Input> budget_usd;    // for chips and tariff, over the whole scenario
  std::optional<Input> demand_chips;  // maximum number of chips that it takes
  Input electricity_usd_per_j;
  Shares workloads;  // fractions of the firm's available chips
  // Each workload is then evaluated on all chips (every share is 1): alternatives instead of a
  // partition.
  bool workloads_are_alternatives = false;
};

// A later decision on a permission.
struct Event {
  std::string label;  // its number in the list, from 1
  Input time_s;
  bool is_relative = false;  // after the event before, or after the permission takes effect
  bool grants = false;       // else it revokes
  Input occurs;              // 0 or 1
  SourceSpan where;
};

// States of the world that follow each other by chance: a Markov chain in continuous time.
struct Regime {
  std::string name, title;
  std::vector<std::string> states;
  std::int32_t start = 0;
  // Rates from state i to state k at i x states + k; zero where none is given.
  std::vector<Input> rates_per_s;
  SourceSpan where;
};

// A decision that must be positive before chips can move.
struct Permission {
  enum class Kind { approval, licence };
  Kind kind = Kind::approval;
  std::string name, title;
  Input granted;       // 0 or 1
  Input decided_s;     // time of the decision, from the start
  Input delay_s;       // from the decision to its effect
  Input test_delay_s;  // third-party test of each shipment
  std::vector<Event> events;
  std::string regime;                // empty: none
  std::vector<std::string> open_in;  // states of the regime in which it is in effect
  // Fate of shipments on their way when it ceases: "arrives", or "waits".
  std::string in_transit = "arrives";
  // Fate of chips in use: "keeps", or "idles".
  std::string in_use = "keeps";
  std::optional<Input> per_buyer_rate_chips_per_s, total_rate_chips_per_s;  // on top of the caps
  std::optional<Input> per_buyer_cap_chips;
  std::optional<Input> total_cap_chips;  // over all buyers, divided by split
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
  Input slip_probability;    // per batch; a slip delays it and all later ones
  Input slip_s;
  Shares split;                 // over firms
  std::int32_t priority = 100;  // lower numbers are served first if chips compete
  // Fate of chips that a firm of the split leaves: "passed_on" to the others, or "lapses".
  std::string unused = "passed_on";
  std::optional<Input> supply_stock_chips;
  std::optional<Input> supply_rate_chips_per_s;
  std::optional<Input> price_usd;  // absent: unknown
  std::optional<Input> tariff;     // absent: the tariff band of the permission's rule
};

struct Workload {
  using Kind = kernels::WorkloadKind;
  // Source of the throughput: efficiencies of the peaks stated in the scenario, or the performance
  // models, for which efficiencies are relative to the prediction.
  enum class Performance { stated, model };
  Kind kind = Kind::training;
  Performance performance = Performance::stated;
  std::string name, title;
  std::string model;       // catalogue model; may be empty
  std::string checkpoint;  // published name of the model's checkpoint; may be empty
  std::string catalogue;   // catalogue workload, for memory_bound; may be empty
  std::string precision;   // "bf16", or "best"
  // Decode, with a model: format of the KV cache, serving software, and layout of a replica.
  std::string kv_precision, software;
  std::optional<Input> tensor_ways, pipeline_ways, expert_ways, attention_data_ways;
  std::string unit;  // "tokens"; throughput is unit/s
  // Stated directly in place of model or catalogue:
  std::optional<Input> flop_per_unit;
  std::optional<Input> bytes_per_unit;
  std::optional<Input> weight_bytes;           // decode: read once per step
  std::optional<Input> kv_bytes_per_sequence;  // decode: read once per step and sequence
  std::optional<Input> batch_sequences;        // decode
  std::optional<Input> context_tokens;         // decode, with a model
  std::optional<Input> sequence_tokens;        // training, with a model
  std::optional<Input> global_batch;           // training: sequences per optimizer step
  Input compute_efficiency;                    // fraction of peak: MFU for training
  Input bandwidth_efficiency;                  // fraction of peak
  Input network_efficiency;
  std::optional<Input> achieved;   // throughput over the model's prediction
  std::optional<Input> job_chips;  // chips per job; empty = the whole share is one job
  SourceSpan where;
};

// Losses of jobs to failures. Absent = no losses beyond availability.
struct Reliability {
  Input failures_per_node_s;  // per node and second
  Input job_failures_per_s;   // other causes, per job and second
  Input chips_per_node;
  Input detection_s, restart_s, checkpoint_write_s;
  std::optional<Input> checkpoint_interval_s;  // empty = the optimum of Young and Daly
};

struct Counterpart {
  std::string name, title;
  std::string metric;  // a metric that is compared, "h100e_tpp"
  Input level;         // of the counterpart at the start, in the metric's unit
  Input growth_per_s;  // continuous rate per second: level grows as exp(growth * t)
};

struct Correlation {
  std::vector<std::string> between;  // variables
  double rank = 0;                   // Spearman
  SourceSpan where;
};

// Outcome of `tranche discover`, unless the command line gives one.
struct Discover {
  std::string outcome;
  SourceSpan where;  // location of its first letter
};

struct Headline {
  std::string metric = "training_flop_per_s";
  // Location of the request for this metric; absent: the first applicable metric is used.
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
  std::vector<std::string> own_runs;  // files of own measured runs
  Headline headline;
  std::vector<Firm> firms;
  std::vector<Permission> permissions;
  std::vector<Regime> regimes;
  std::vector<Tranche> tranches;
  std::vector<Workload> workloads;
  std::optional<Reliability> reliability;
  std::optional<Counterpart> counterpart;
  std::vector<Correlation> correlations;
  std::optional<Discover> discover;
  std::vector<ServerPower> server_power;  // for each chip of firms without `server_overhead`
};

double step_seconds(Step step);
// Label of a step: "2026-02" for step 0 of a scenario that starts in February 2026; a quarter has
// the label of its first month.
std::string step_label(const Scenario& scenario, std::int32_t step);

// One line of `tranche resolve`: a value of the merged scenario and its location.
struct ResolvedValue {
  std::string path;
  std::string text;  // as TOML
  SourceSpan where;  // file "(default)" or "(--set)" if no file holds it
};

// One variant: the base case, or the base case with the assignments of a what-if.
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
  std::vector<InputFile> inputs;  // the scenario, the files it extends, data files
  std::vector<Diagnostic> warnings;
};

struct ReadOptions {
  std::vector<std::string> set = {};  // "path=value" from the command line, in order
  std::optional<std::uint64_t> draws = {}, seed = {};
  // Content of the file, which then need not exist; its path names it in messages, and its folder
  // is that of `extends` and of data files.
  std::optional<std::string> text = {};
  // Files of own measured runs, besides that of the scenario.
  std::vector<std::string> own_runs = {};
};

// Reads, merges `extends`, applies --set, builds and checks every what-if. Throws InputError with
// all problems of all variants (each problem once).
ScenarioSet read_scenario(const std::string& path, const ReadOptions& options,
                          const Catalogue& catalogue);

// Visits every Input of a scenario in a fixed order (firms, permissions, tranches,
// workloads, reliability, counterpart).
template <class Visit>
void for_each_input(const Scenario& scenario, Visit&& visit);

}  // namespace tranche

#include "sim/scenario/visit.hpp"
