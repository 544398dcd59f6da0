// SPDX-License-Identifier: Apache-2.0

// Percentiles and means of a run, from its counters, against the sorted values of the same draws:
// every metric, firm, what-if and month of a shipped scenario.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/statistics/statistics.hpp"
#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

// Half a bin to either side would do for a value inside a bin; between two values the
// histogram may lie anywhere from the one to the other. docs/formats/results.md promises 0.4 %.
constexpr double bin_width = 0.004;

// Tests values nearer to zero than any bin, which are interpolated between zero and the first bin's
// edge.
void expect_between(double found, const std::vector<double>& sorted, double probability,
                    double first_edge, const std::string& what) {
  const double rank = probability * static_cast<double>(sorted.size());
  const auto last = static_cast<double>(sorted.size() - 1);
  // Order statistics on both sides of the rank, under any convention for quantiles.
  const double below = sorted[static_cast<std::size_t>(std::clamp(rank - 1.5, 0.0, last))];
  const double above = sorted[static_cast<std::size_t>(std::clamp(rank + 1.5, 0.0, last))];
  const auto slack = [&](double value) {
    return std::fabs(value) < first_edge ? first_edge : bin_width * std::fabs(value);
  };
  EXPECT_GE(found, below - slack(below)) << what;
  EXPECT_LE(found, above + slack(above)) << what;
}

TEST(HistogramAccuracy, PercentilesOfEveryMetricAreThoseOfTheSortedDraws) {
  constexpr std::uint64_t draws = 4096;
  ReadOptions reading;
  reading.draws = draws;
  const RunResult result =
      run_on_cpu(read_scenario(data_folder() + "/h200-first-batch.toml", reading, catalogue()));
  const kernels::FleetView view = result.lowered.data.view();
  // Every seventh cell: the stride reaches each metric, firm, what-if and month in turn, and the
  // values fit in memory.
  constexpr std::int64_t stride = 7;
  const std::int64_t cells = kernels::cell_count(view);
  std::vector<std::vector<double>> values(static_cast<std::size_t>(cells / stride + 1));
  kernels::for_each_value(result.lowered.data, {0, draws},
                          [&](std::int64_t cell, const float* batch, int count) {
                            if (cell % stride != 0) return;
                            auto& kept = values[static_cast<std::size_t>(cell / stride)];
                            kept.insert(kept.end(), batch, batch + count);
                          });
  std::size_t compared = 0;
  for (std::int64_t cell = 0; cell < cells; cell += stride) {
    std::vector<double>& sorted = values[static_cast<std::size_t>(cell / stride)];
    if (sorted.empty()) continue;  // differences of a source are not recorded
    ASSERT_EQ(sorted.size(), draws);
    std::sort(sorted.begin(), sorted.end());
    const Statistics s = statistics(result.tally, static_cast<std::size_t>(cell), 1.0);
    // Beyond the bins the histogram only counts values.
    if (s.share_beyond_bins > 0) continue;
    const std::string what = "cell " + std::to_string(cell);
    const double first_edge = static_cast<double>(
        kernels::bin_edge(result.tally.cells[static_cast<std::size_t>(cell)].first_key));
    for (const auto& [found, probability] :
         {std::pair{s.p05, 0.05}, {s.p25, 0.25}, {s.p50, 0.5}, {s.p75, 0.75}, {s.p95, 0.95}})
      expect_between(found, sorted, probability, first_edge, what);
    ++compared;
    double sum = 0, squares = 0;
    for (const double value : sorted) sum += value;
    const double mean = sum / static_cast<double>(draws);
    for (const double value : sorted) squares += (value - mean) * (value - mean);
    const double largest = std::max(std::fabs(sorted.front()), std::fabs(sorted.back()));
    // docs/formats/results.md: an eight-millionth of the largest magnitude, of which the pilot may
    // have seen less. If it saw only zeros, the unit is that of the metric's largest cell.
    const kernels::Cell& bins = result.tally.cells[static_cast<std::size_t>(cell)];
    const double unit = 1.0 / static_cast<double>(bins.units_per_value);
    const double error = std::max(largest / 8e6, unit);
    EXPECT_NEAR(s.mean, mean, error) << what;
    EXPECT_NEAR(s.sd, std::sqrt(squares / static_cast<double>(draws)), error) << what;
    EXPECT_GE(s.mean, sorted.front()) << what;
    EXPECT_LE(s.mean, sorted.back()) << what;
  }
  EXPECT_GT(compared, static_cast<std::size_t>(cells / stride / 2));
}

}  // namespace
}  // namespace tranche
