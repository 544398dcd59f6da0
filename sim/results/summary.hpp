// SPDX-License-Identifier: Apache-2.0

// Statistics for reports, from the counters of a run.
#pragma once

#include <string>
#include <vector>

#include "sim/simulate/run.hpp"
#include "sim/statistics/statistics.hpp"

namespace tranche {

// Statistics of `factor` times the cell's values.
Statistics statistics(const kernels::Tally& tally, std::size_t cell, double factor);
// Value at probability p in (0, 1): the order statistic of rank p (draws - 1).
double quantile_of(const kernels::Tally& tally, std::size_t cell, double p, double factor);

// Statistics that are all NaN: the value is unknown.
Statistics unknown_statistics();
// Statistics of a metric in one cell, value or difference; unknown if `is_unknown` holds for the
// variant, or with `minus_base` for it or the base case.
Statistics metric_statistics(const LoweredScenario& lowered, const kernels::Tally& tally,
                             std::int64_t cell, std::int32_t variant, std::int32_t firm,
                             std::int32_t metric, bool minus_base);

// One row of summary.csv (variant >= 0) or differences.csv.
struct SummaryRow {
  std::int32_t variant, firm, step, metric;  // indices into LoweredScenario
  Statistics statistics;
};
std::vector<SummaryRow> summary_rows(const RunResult& result);
// The same rows, and digest_of the run: hashing is the work of one thread, so that it takes no time
// of its own beside the rows.
struct SummaryAndDigest {
  std::vector<SummaryRow> rows;
  std::string digest;
};
SummaryAndDigest summary_and_digest(const RunResult& result);
std::vector<SummaryRow> difference_rows(const RunResult& result);  // variants 1 …

// Probability that the what-if is better than the base in a draw, ties counted half; "better" is
// the metric's direction. 0.5 for Better::neither.
double probability_better(const Statistics& difference, Better better);

struct BindingRow {
  std::int32_t variant, firm, step;
  kernels::Constraint constraint;
  double share_of_draws;
};
// Returns every constraint with a share above 0; firm "all" is the mean over firms.
std::vector<BindingRow> binding_rows(const RunResult& result);

}  // namespace tranche
