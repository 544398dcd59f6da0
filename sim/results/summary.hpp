// Numbers that people read, from the counters of a run.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/results/statistics.hpp"
#include "sim/run/run.hpp"

namespace tranche {

// Statistics of `factor` times the cell's values.
Statistics statistics(const kernels::Tally& tally, std::size_t cell, double factor);
// Value at probability p in (0, 1): of the order statistic of rank p (draws - 1).
double quantile_of(const kernels::Tally& tally, std::size_t cell, double p, double factor);

// One row of summary.csv (variant >= 0) or differences.csv.
struct SummaryRow {
  std::int32_t variant, firm, step, metric;  // indices into LoweredScenario
  Statistics statistics;
};
// `beside` is called once, on one of the threads that make the rows.
std::vector<SummaryRow> summary_rows(const RunResult& result,
                                     const std::function<void()>& beside = {});
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
