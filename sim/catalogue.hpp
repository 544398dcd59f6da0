// What is known about chips, models, workloads, rules and yardsticks, each number
// with its unit and source. Read from scenarios/catalogue/ (TOML).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernels/chip_params.hpp"
#include "kernels/model_params.hpp"
#include "sim/diagnostic.hpp"

namespace tranche {

enum class Confidence { published, derived, calibrated, assumed };

// A number in base units (flop, bytes, seconds, watts, US dollars, per second).
struct SourcedNumber {
  double value = 0;
  std::string text;  // as written, with its unit: "3.35 TB/s"
  std::string source;
  std::string as_of;
  Confidence confidence = Confidence::published;
  SourceSpan where;
};
using MaybeNumber = std::optional<SourcedNumber>;

struct ChipEntry {
  std::string name;
  std::vector<std::string> aliases;
  std::string vendor;
  std::string available;  // when, as published
  std::string generation;  // "hopper", "blackwell", "ampere", "cdna3" or "other"
  std::string status;      // "product", "claim" (claimed by an article), "announced", "custom"
  std::string notes;
  // dense rates by precision name: "fp64", "fp64_tensor", "fp32", "tf32", "bf16", "fp8", "int8", "fp4"
  std::map<std::string, SourcedNumber> dense_flop_per_s;
  MaybeNumber memory_bandwidth_bytes_per_s;
  MaybeNumber memory_capacity_bytes;
  MaybeNumber scale_up_bytes_per_s;  // bidirectional total per chip, as vendors print it
  MaybeNumber scale_up_chips;
  MaybeNumber scale_out_bytes_per_s;  // one direction per chip
  MaybeNumber tdp_w;
  MaybeNumber server_w;  // whole server, maximum, divided by its chips
  MaybeNumber die_area_mm2;
  MaybeNumber die_count;
  MaybeNumber transistors;
  MaybeNumber price_low_usd, price_high_usd;
  std::string memory_type;
  bool data_centre = true;
  SourceSpan where;
};

struct ModelEntry {
  std::string name;
  std::vector<std::string> aliases;
  std::string title;
  kernels::ModelParams shape;
  std::optional<double> context_tokens;
  std::optional<double> training_tokens;
  std::optional<double> published_total_parameters;
  std::optional<double> published_active_parameters;
  std::string source;
  std::string notes;
  SourceSpan where;
};

// A memory-bound or streaming workload: work of one unit.
struct WorkloadEntry {
  std::string name;  // "stream-triad"
  std::vector<std::string> aliases;
  std::string title;
  std::string unit_of_work;  // "element"; throughput is in units per second
  std::string precision;
  std::optional<SourcedNumber> flop_per_unit;
  SourcedNumber bytes_per_unit;
  std::string bound_by;
  MaybeNumber bandwidth_efficiency;  // attainable fraction of peak bandwidth, when measured
  std::string assumptions;
  std::string source;
  SourceSpan where;
};

// One test of a rule vintage on one chip figure.
struct RuleTest {
  std::string figure;  // "tpp", "performance_density", "memory_bandwidth", "scale_up", "data_centre"
  std::string op;      // ">=", ">", "<", "<="
  double value = 0;    // in the unit of the figure: TPP, TPP/mm2, B/s, B/s
};

struct RuleProvision {
  std::string name;                           // "3A090.a"
  std::vector<std::vector<RuleTest>> any_of;  // caught when all tests of one group hold
  std::string consequence;                    // "controlled", "eligible", "tariff"
  std::string policy;                         // "presumption of denial", "case by case"
  MaybeNumber rate;                           // tariff rate, share cap …
  std::string source;
  std::string certainty;
  SourceSpan where;
};

struct RuleVintage {
  std::string name;  // "2026-01"
  std::string title;
  std::string effective;
  std::vector<RuleProvision> provisions;
  MaybeNumber aggregate_tpp_share;  // cap as share of the same product's US shipments
  std::string notes;
  SourceSpan where;
};

struct Yardstick {
  std::string name;        // "h100e_int8"
  std::string definition;  // printed beside every chart
  std::string figure;      // "int8_or_fp8", "tpp", "memory_bandwidth", "fp8"
  std::string reference_chip;
  std::string source;
  std::string as_of;
  SourceSpan where;
};

struct Catalogue {
  std::vector<ChipEntry> chips;
  std::vector<ModelEntry> models;
  std::vector<WorkloadEntry> workloads;
  std::vector<RuleVintage> rules;
  std::vector<Yardstick> yardsticks;

  // By name or alias, letter case ignored; nullptr when there is none.
  const ChipEntry* find_chip(std::string_view name) const;
  const ModelEntry* find_model(std::string_view name) const;
  const WorkloadEntry* find_workload(std::string_view name) const;
  const RuleVintage* find_rule(std::string_view name) const;
  const Yardstick* find_yardstick(std::string_view name) const;
  std::vector<std::string> chip_names() const;
  std::vector<std::string> model_names() const;
  std::vector<std::string> workload_names() const;
  std::vector<std::string> rule_names() const;
  std::vector<std::string> yardstick_names() const;
};

// The folder scenarios/ that holds catalogue/: $TRANCHE_DATA, else beside the source
// tree this build came from, else the install folder. Throws InputError naming the
// places tried when none exists.
std::string data_folder();

// Reads every file of <data_folder>/catalogue. Throws InputError with all problems.
Catalogue read_catalogue(const std::string& data_folder);

// Total processing performance: max over precisions of dense TOPS x bit length
// (15 CFR 774, ECCN 3A090 note 2); empty when no rate is known.
std::optional<double> total_processing_performance(const ChipEntry& chip);
std::string precision_setting_tpp(const ChipEntry& chip);
// TPP per mm2 of logic die; empty when the die area is unknown.
std::optional<double> performance_density(const ChipEntry& chip);

enum class Verdict { yes, no, unknown };
// Does this provision apply to the chip? unknown when a figure it needs is absent.
Verdict applies(const RuleProvision& provision, const ChipEntry& chip);

struct ChipStatus {
  std::string controlled_by;  // first controlling provision that applies, or empty
  Verdict controlled = Verdict::unknown;
  Verdict eligible = Verdict::unknown;  // for case-by-case licences (2026-01 window)
  double tariff_rate = 0;               // of the band the chip falls in, else 0
  std::string tariff_band;
  std::string reason;  // one line, with the figures
};
ChipStatus status_under(const RuleVintage& rule, const ChipEntry& chip);

// Value of one chip in the yardstick (1 for its reference chip); empty when unknown.
std::optional<double> yardstick_value(const Yardstick& yardstick, const ChipEntry& chip,
                                      const Catalogue& catalogue);

// The figures a kernel reads; absent ones are zero. Scale-up bandwidth is halved to one direction.
kernels::ChipParams chip_params(const ChipEntry& chip);

}  // namespace tranche
