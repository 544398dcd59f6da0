// SPDX-License-Identifier: Apache-2.0

// Data on chips, models, workloads, rules and yardsticks, each number with unit and source. Read
// from scenarios/catalogue/ (TOML).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernels/models/chip/chip_params.hpp"
#include "kernels/models/memory_bound/memory_bound.hpp"
#include "kernels/models/transformer/model_params.hpp"
#include "sim/input/diagnostic.hpp"

namespace tranche {

enum class Confidence { published, derived, calibrated, assumed };

// A number in base units (flop, bytes, seconds, watts, US dollars, per second).
struct SourcedNumber {
  double value = 0;
  std::string text;    // as in the file, with its unit: "3.35 TB/s"
  std::string source;  // codes of Catalogue::sources, or the full text
  std::string as_of;
  std::string note;
  Confidence confidence = Confidence::published;
  SourceSpan where;
};
using MaybeNumber = std::optional<SourcedNumber>;

struct ChipEntry {
  std::string name;
  std::vector<std::string> aliases;
  std::string title;
  std::string vendor;
  std::string available;   // date, as published
  std::string generation;  // "hopper", "blackwell", "ampere", "cdna3" or "other"
  std::string status;      // "product", "claim" (claimed by an article), "announced", "custom"
  std::string confidence;  // agreement of the entry's sources: "high" to "very low"
  std::string notes;
  std::string export_notes;
  std::string process, scale_up_link, server;
  // dense rates by precision name: "fp64", "fp64_tensor", "fp32", "tf32", "bf16", "fp8", "int8",
  // "fp4"
  std::map<std::string, SourcedNumber> dense_flop_per_s;
  // highest rates measured on large matrix products, by precision name
  std::map<std::string, SourcedNumber> measured_flop_per_s;
  MaybeNumber memory_bandwidth_bytes_per_s;
  MaybeNumber memory_capacity_bytes;
  MaybeNumber memory_visible_bytes;  // visible to software
  MaybeNumber cache_bytes;           // last-level cache or on-chip memory
  MaybeNumber scale_up_bytes_per_s;  // bidirectional total per chip, as vendors print it
  MaybeNumber scale_up_chips;
  MaybeNumber scale_out_bytes_per_s;  // one direction per chip
  MaybeNumber tdp_w;
  MaybeNumber server_w;  // maximum of the whole server, divided by its chips
  MaybeNumber die_area_mm2;
  MaybeNumber die_count;
  MaybeNumber transistors;
  MaybeNumber price_low_usd, price_high_usd;
  std::string memory_type;
  bool data_centre = true;
  std::optional<bool> us_available;  // sold in the US when the 2026-01 rule was published
  SourceSpan where;
};

// A published set of weights of a model, where its formats differ from a single one.
struct Checkpoint {
  std::string name;       // "openai/gpt-oss-120b"
  std::string precision;  // its nominal precision: "fp4"
  kernels::Precision attention_weights = kernels::Precision::bf16;
  kernels::Precision mlp_weights = kernels::Precision::bf16;
  kernels::Precision expert_weights = kernels::Precision::bf16;
  // True if the precision means these weights by default.
  bool is_usual = false;
  bool is_only = false;  // the model is published in no other format
  std::string source;
};

struct ModelEntry {
  std::string name;
  std::vector<std::string> aliases;
  std::string title;
  kernels::ModelParams shape;
  std::vector<Checkpoint> checkpoints;
  std::optional<double> context_tokens;
  std::optional<double> training_tokens;
  std::optional<double> published_total_parameters;
  std::optional<double> published_active_parameters;
  std::string attention_note;
  std::string not_modelled;     // parts that the performance models neglect; empty: none known
  std::string source;           // of the shape and the parameter counts
  std::string training_source;  // of training_tokens
  std::string notes;
  SourceSpan where;
};

// Fraction of a chip's peak bandwidth in a published measurement.
struct MeasuredEfficiency {
  std::string chip;
  SourcedNumber share_of_peak;
};

// Work of one unit of a memory-bound or streaming workload.
struct WorkloadEntry {
  std::string name;  // "stream-triad"
  std::vector<std::string> aliases;
  std::string title;
  std::string unit_of_work;  // "element"; throughput is in units per second
  std::string precision;
  std::optional<SourcedNumber> flop_per_unit;
  SourcedNumber bytes_per_unit;
  std::string bound_by;
  MaybeNumber bandwidth_efficiency;  // attainable fraction of peak bandwidth, if measured
  std::vector<MeasuredEfficiency> measured;
  std::string assumptions;
  std::string source;
  Confidence confidence = Confidence::published;  // of flop and bytes per unit
  SourceSpan where;
  kernels::AccessPattern pattern = kernels::AccessPattern::triad;  // access to memory
  kernels::ArithmeticUnit arithmetic = kernels::ArithmeticUnit::vector_fp64;
  MaybeNumber resident_bytes;  // minimum memory; empty: no limit
  // Loads and stores of a thread that walks many streams; empty: hidden behind bandwidth.
  MaybeNumber accesses_per_unit;
  MaybeNumber face_bytes_per_unit;  // of a cell at a face, sent to a neighbouring chip; empty: none
  // Upper bound of the traffic, if bytes_per_unit is a lower bound.
  MaybeNumber max_bytes_per_unit;
  std::string customary_unit;  // usual unit for comparisons: "GFLOP/s", "GTEPS", "GLUP/s"; or empty
};

// One test of a rule vintage on one chip property.
struct RuleTest {
  // "tpp", "performance_density", "memory_bandwidth", "scale_up",
  // "memory_bandwidth_plus_scale_up"; "data_centre" and "us_available" are 1 or 0
  std::string figure;
  std::string op;    // ">=", ">", "<", "<="
  double value = 0;  // in the unit of the figure: TPP, TPP/mm2, B/s, B/s
  std::string text;  // as written
};

struct RuleProvision {
  std::string name;                           // "3A090.a"
  std::vector<std::vector<RuleTest>> any_of;  // applies if all tests of one group hold
  // "controlled", "exempt", "eligible", "tariff"; "condition" is text without a test
  std::string consequence;
  std::string policy;  // "presumption of denial", "case by case"
  MaybeNumber rate;    // tariff rate, share cap …
  std::string source;
  std::string certainty;
  std::string notes;
  std::string vintage;  // the rule that introduced it, if later ones continue it
  SourceSpan where;
};

struct Country {
  std::string name;                  // "United Arab Emirates"
  std::vector<std::string> aliases;  // "AE", "UAE"
  SourceSpan where;
};

struct RuleVintage {
  std::string name;  // "2026-01"
  std::vector<std::string> aliases;
  std::string title;
  std::string effective;
  std::string scope;
  std::vector<std::string> destinations;  // names of countries; empty: not listed
  std::string destinations_source;
  std::string continues;  // an earlier vintage whose provisions stay in force, or empty
  std::vector<RuleProvision> provisions;
  MaybeNumber aggregate_tpp_share;  // cap as share of the same product's US shipments
  std::string notes;
  SourceSpan where;
};

struct Yardstick {
  std::string name;        // "h100e_int8"
  std::string definition;  // shown with every chart
  std::string figure;      // "int8_or_fp8", "tpp", "memory_bandwidth", "fp8"
  std::string reference_chip;
  std::string source;
  std::string as_of;
  SourceSpan where;
};

// Errors of the performance models on the shipped measured cases, as in docs/methods/accuracy.md;
// one row per kind of case.
struct AccuracyFigure {
  std::string what;  // "training"
  std::int64_t cases = 0;
  double predicted_percent = 0;  // fraction of the cases that the models can predict, in per cent
  // Of the fit, which has seen the cases.
  double mean_absolute_error_percent = 0, median_absolute_error_percent = 0, bias_percent = 0;
  // Of cases whose group was left out of the fit; empty if none were.
  std::optional<double> left_out_error_percent, left_out_bias_percent;
};

struct Catalogue {
  std::string folder;  // data folder of the files
  std::vector<ChipEntry> chips;
  std::vector<ModelEntry> models;
  std::vector<WorkloadEntry> workloads;
  std::vector<RuleVintage> rules;
  std::vector<Yardstick> yardsticks;
  std::vector<Country> countries;
  std::vector<AccuracyFigure> accuracy;        // empty if the data folder has none
  std::map<std::string, std::string> sources;  // full text by code

  // Find by name or alias, ignoring letter case, including spellings of people and tools for chips
  // and models (names_in_use.hpp); nullptr if there is none.
  const ChipEntry* find_chip(std::string_view name) const;
  const ModelEntry* find_model(std::string_view name) const;
  const WorkloadEntry* find_workload(std::string_view name) const;
  const RuleVintage* find_rule(std::string_view name) const;
  const Yardstick* find_yardstick(std::string_view name) const;
  const Country* find_country(std::string_view name) const;
  std::vector<std::string> chip_names() const;
  std::vector<std::string> model_names() const;
  std::vector<std::string> workload_names() const;
  std::vector<std::string> rule_names() const;
  std::vector<std::string> yardstick_names() const;
  std::vector<std::string> country_names() const;
};

// Returns the folder scenarios/ that holds catalogue/: $TRANCHE_DATA, else the location of `cmake
// --install` relative to the running binary, else the source tree of this build. Throws InputError
// with the candidates if none exists.
std::string data_folder();

// Reads every file of <data_folder>/catalogue. Throws InputError with all problems.
Catalogue read_catalogue(const std::string& data_folder);

// Total processing performance (TPP): max over precisions of dense TOPS x bit length (15 CFR 774,
// ECCN 3A090 note 2); empty if no rate is known. tf32 is left out: its bit length (19 used, 32
// stored) is not defined in the texts available.
std::optional<double> total_processing_performance(const ChipEntry& chip);
std::string precision_setting_tpp(const ChipEntry& chip);
// TPP per mm2 of logic die; empty when the die area is unknown.
std::optional<double> performance_density(const ChipEntry& chip);

enum class Verdict { yes, no, unknown };
// Whether the provision applies to the chip; unknown if a required chip property is missing.
Verdict applies(const RuleProvision& provision, const ChipEntry& chip);

struct ChipStatus {
  std::string controlled_by;  // first controlling provision that applies, or empty
  Verdict controlled = Verdict::unknown;
  // yes: needs no licence, or case-by-case review (the 2026-01 window); no: presumption of denial;
  // unknown: a chip property is missing or the policy is open
  Verdict eligible = Verdict::unknown;
  double tariff_rate = 0;  // of the chip's tariff band, else 0
  std::string tariff_band;
  std::string reason;  // one line, with the numbers
};
ChipStatus status_under(const RuleVintage& rule, const ChipEntry& chip);

// Whether the rule applies to chips exported to this country (a name of the catalogue); unknown if
// the rule's file lists no destinations or no country is given.
Verdict holds_for(const RuleVintage& rule, std::string_view country);

// Value of one chip in the yardstick (1 for its reference chip); empty if unknown.
std::optional<double> yardstick_value(const Yardstick& yardstick, const ChipEntry& chip,
                                      const Catalogue& catalogue);

// Chip properties for kernels; unknown ones are zero. Scale-up bandwidth is halved to one
// direction.
kernels::ChipParams chip_params(const ChipEntry& chip);

}  // namespace tranche
