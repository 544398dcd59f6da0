// SPDX-License-Identifier: Apache-2.0

// From a scenario with all its what-ifs to what the kernels read.
#pragma once

#include <string>
#include <vector>

#include "kernels/engine/fleet/data.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/throughput/throughput_table.hpp"
#include "sim/scenario/metrics.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/drawn_input.hpp"

namespace tranche {

// One value of the `metric` column.
struct MetricInfo {
  std::string name;   // "training_flop_per_s"
  std::string unit;   // "FLOP/s"
  std::string title;  // "Training throughput"
  // Metrics that are a constant times another share its histograms: this one is
  // factor x the stored metric `stored`.
  std::int32_t stored = 0;
  double factor = 1.0;
  Better better = Better::higher;
  std::string source{}, as_of{};  // of a yardstick, whose title is its definition
};

// A part of the chips whose work is counted for itself, at the headline month.
struct SourceInfo {
  enum class Kind { stock, tranche, all_stock, all_tranches };
  Kind kind = Kind::tranche;
  std::string name;  // "stock.h20", "tranches.first"
  std::string title;
};

// How the chips of one kind do a workload, in some variant.
struct ChipWork {
  std::string workload, chip;
  bool is_possible = true;
  std::string reason;  // why not
  WorkDescription how;
  SourceSpan where;  // where the scenario names the chip
};

struct LoweredScenario {
  kernels::FleetData data;
  std::vector<MetricInfo> metrics;    // in output order
  std::vector<std::string> variants;  // "base", then the what-ifs
  std::vector<std::string> firms;     // the last is "all"
  std::vector<std::string> steps;     // "2026-02" …
  std::vector<SourceInfo> sources;    // as FleetData::sources; empty where not asked for
  std::vector<DrawnInput> inputs;     // whatever is drawn, in the order of its first use
  std::vector<Diagnostic> notes;      // warnings: chip not eligible, workload does not fit …
  std::vector<std::string> remarks;   // one line each, for the report: copula mended, rule status
  std::vector<ChipWork> works;  // of chips in service, each workload and chip once for each way
  // What a reader of the headline must know first: chips that do no work, or work in another
  // format than was asked for. Also among `remarks`.
  std::vector<std::string> work_warnings;
  // By variant, firm (the sum of firms last) and metric: 1 where nobody can know it. Empty: none.
  std::vector<char> unknown;
};

// What the work of chips is counted by.
enum class CountBy { firm, source };

// Whether nobody can know this metric of the firm: a cost where a chip's price is not known, a
// power where its watts are not, a yardstick that it has no value of.
// All indices are those of `lowered`.
bool is_unknown(const LoweredScenario& lowered, std::int32_t variant, std::int32_t firm,
                std::int32_t metric);

// Throws InputError when a workload needs a chip figure that the catalogue lacks.
LoweredScenario lower(const ScenarioSet& set, const Catalogue& catalogue);
// The same, faster where the cache has seen much of it before.
struct LoweringCache;
LoweredScenario lower(const ScenarioSet& set, const Catalogue& catalogue, LoweringCache& cache,
                      CountBy count_by = CountBy::firm);

// Key of the random numbers of a variable: the first 8 bytes of SHA-256 of its name.
std::uint64_t variable_key(const std::string& name);

}  // namespace tranche
