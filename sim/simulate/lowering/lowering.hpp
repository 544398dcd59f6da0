// SPDX-License-Identifier: Apache-2.0

// Lowering: converts a scenario with all its what-ifs to the input of the kernels.
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
  // Metrics proportional to another share its histograms: this metric is factor x the stored metric
  // `stored`.
  std::int32_t stored = 0;
  double factor = 1.0;
  Better better = Better::higher;
  std::string source{}, as_of{};  // of a yardstick, whose title is its definition
};

// A subset of the chips whose work is also recorded separately, at the headline month.
struct SourceInfo {
  enum class Kind { stock, tranche, all_stock, all_tranches };
  Kind kind = Kind::tranche;
  std::string name;  // "stock.h20", "tranches.first"
  std::string title;
};

// Configuration in which the chips of one kind run a workload, in some variant.
struct ChipWork {
  std::string workload, chip;
  bool is_possible = true;
  std::string reason;  // reason why it is not possible
  WorkDescription how;
  SourceSpan where;  // where the scenario names the chip
  // Training on a size-dependent model: the job that `binds` and `step` are of, in chips; else 0.
  double job_chips = 0;
  kernels::Bound binds = kernels::Bound::capacity;
  kernels::TimeParts step{};  // time of one step of work
};

struct LoweredScenario {
  kernels::FleetData data;
  std::vector<MetricInfo> metrics;    // in output order
  std::vector<std::string> variants;  // "base", then the what-ifs
  std::vector<std::string> firms;     // the last is "all"
  std::vector<std::string> steps;     // "2026-02" …
  std::vector<SourceInfo> sources;    // as FleetData::sources; empty if not requested
  std::vector<DrawnInput> inputs;     // every drawn input, in the order of first use
  std::vector<Diagnostic> notes;      // warnings: chip not eligible, workload does not fit …
  std::vector<std::string> remarks;   // one line each, for the report: copula mended, rule status
  std::vector<ChipWork> works;        // of chips in service; distinct entries per workload and chip
  // Warnings that precede the headline: chips without work, or work in another format than
  // requested. Also among `remarks`.
  std::vector<std::string> work_warnings;
  // By variant, firm (the sum of firms last) and metric: 1 if unknown. Empty: all are known.
  std::vector<char> unknown;
};

// Granularity at which work is recorded.
enum class CountBy { firm, source };

// True if this metric of the firm is unknown: a cost without a chip's price, a power without its
// watts, a yardstick without its value. All indices are those of `lowered`.
bool is_unknown(const LoweredScenario& lowered, std::int32_t variant, std::int32_t firm,
                std::int32_t metric);

// Throws InputError if a workload needs a chip property that the catalogue lacks.
LoweredScenario lower(const ScenarioSet& set, const Catalogue& catalogue);
// The same, reusing results in the cache.
struct LoweringCache;
LoweredScenario lower(const ScenarioSet& set, const Catalogue& catalogue, LoweringCache& cache,
                      CountBy count_by = CountBy::firm);

// Key of the random numbers of a variable: the first 8 bytes of SHA-256 of its name.
std::uint64_t variable_key(const std::string& name);

}  // namespace tranche
