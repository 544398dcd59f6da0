// Numbers that people read, from the counters of a run.
#pragma once

#include <string>
#include <vector>

#include "sim/run/run.hpp"

namespace tranche {

// Of one output over the draws. Quantiles come from the histogram: exact order
// statistics up to the width of a bin (0.4 %), interpolated inside it.
struct Statistics {
  double mean = 0, sd = 0;
  double p05 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0;
  double mc_error_p50 = 0;    // standard error of the median from the number of draws
  double share_positive = 0;  // of draws
  double share_negative = 0;
  double share_zero = 0;
  double share_beyond_bins = 0;  // counted at the far edge of the bins
};

// Statistics of `factor` times the cell's values.
Statistics statistics(const kernels::Tally& tally, std::size_t cell, double factor);
// Value at probability p in (0, 1): of the order statistic of rank p (draws - 1).
double quantile_of(const kernels::Tally& tally, std::size_t cell, double p, double factor);

// One row of summary.csv (variant >= 0) or differences.csv.
struct SummaryRow {
  std::int32_t variant, firm, step, metric;  // indices into LoweredScenario
  Statistics statistics;
};
std::vector<SummaryRow> summary_rows(const RunResult& result);
std::vector<SummaryRow> difference_rows(const RunResult& result);  // variants 1 …

// Probability that the what-if is better than the base in a draw, ties counted half;
// "better" as the metric says. 0.5 for Better::neither.
double probability_better(const Statistics& difference, Better better);

struct BindingRow {
  std::int32_t variant, firm, step;
  kernels::Constraint constraint;
  double share_of_draws;
};
// Every constraint with a share above 0; firm "all" is the mean over firms.
std::vector<BindingRow> binding_rows(const RunResult& result);

}  // namespace tranche
