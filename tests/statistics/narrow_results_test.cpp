// SPDX-License-Identifier: Apache-2.0

// Means, standard deviations and percentiles of runs whose results hardly vary, or in which some
// draws share a limit: against closed forms and against the draws themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/statistics/statistics.hpp"
#include "tests/support/run_support.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using namespace tests;

constexpr double narrow_draws = 20'000;

RunResult run_of(const std::string& quantity, const std::string& more) {
  return run_on_cpu(tests::read_text(R"([scenario]
name = "narrow"
start = "2026-01"
months = 2
draws = 20_000
[firms.acme]
demand = 100_000
[tranches.first]
chip = "H200"
quantity = )" + quantity + R"(
[workloads.training]
kind = "training"
performance = "stated"
mfu = 0.4
)" + more));
}

// docs/formats/results.md promises a millionth; the closed form differs from a sample by the
// standard error.
void expect_moments(const Statistics& s, double mean, double sd) {
  EXPECT_NEAR(s.mean, mean, 4 * sd / std::sqrt(narrow_draws));
  EXPECT_NEAR(s.sd, sd, 4 * sd / std::sqrt(narrow_draws));  // flat distributions: about half of it
}

TEST(NarrowResults, BelowACapHaveTheMeanOfAllDraws) {
  const RunResult result = run_of("{ uniform = { min = 99_700, max = 100_020 } }", R"(
[[what_if]]
name = "more"
set = { "firms.acme.demand" = 100_010 }
)");
  // Uniform on [a, b] cut at c: the mean is c - (c - a)^2 / (2 (b - a)), the mean of squares
  // about c is (c - a)^3 / (3 (b - a)).
  const auto mean_at = [](double cap) { return cap - (cap - 99'700) * (cap - 99'700) / 640; };
  const auto sd_at = [&](double cap) {
    const double below = cap - mean_at(cap);
    return std::sqrt(std::pow(cap - 99'700, 3) / 960 - below * below);
  };
  const Statistics base = tests::statistics_of(result, "chips_installed", 1, 0);
  const Statistics more = tests::statistics_of(result, "chips_installed", 1, 1);
  expect_moments(base, mean_at(100'000), sd_at(100'000));
  expect_moments(more, mean_at(100'010), sd_at(100'010));
  EXPECT_GT(more.mean, base.mean);
  // 6 % of the draws share the cap, about the twentieth that makes it an atom: it is accurate to a
  // bin.
  EXPECT_NEAR(base.p95, 100'000, 0.004 * 100'000);
  EXPECT_LT(base.p05, base.p50);
  // The same for every metric proportional to chips, in its own unit.
  for (const char* const name : {"training_flop_per_s", "power_mw"}) {
    const Statistics s = tests::statistics_of(result, name, 1, 0);
    EXPECT_NEAR(s.sd / s.mean, base.sd / base.mean, 1e-6) << name;
    EXPECT_GT(tests::statistics_of(result, name, 1, 1).mean, s.mean) << name;
  }
}

TEST(NarrowResults, HaveTheSpreadOfWhatIsDrawn) {
  const RunResult result = run_of("{ normal = { mean = 200_000, sd = 100.5 } }\n", R"(
[[what_if]]
name = "unlimited"
set = { "firms.acme.demand" = 1_000_000 }
)");
  const Statistics chips = tests::statistics_of(result, "chips_installed", 1, 1);
  // The deviation of a normal sample scatters by 1 / sqrt(2 n); five of those.
  EXPECT_NEAR(chips.sd, 100.5, 5 * 100.5 / std::sqrt(2 * narrow_draws));
  for (const char* const name : {"training_flop_per_s", "power_mw"}) {
    const Statistics s = tests::statistics_of(result, name, 1, 1);
    EXPECT_NEAR(s.sd / s.mean, chips.sd / chips.mean, 1e-6) << name;
  }
  // The base case is limited in every draw: a constant.
  EXPECT_EQ(tests::statistics_of(result, "chips_installed", 1, 0).sd, 0);
  EXPECT_EQ(tests::statistics_of(result, "chips_installed", 1, 0).mean, 100'000);
}

// The promises of docs/formats/results.md, for every metric, firm, month and what-if.
TEST(NarrowResults, KeepWhatIsPromisedInEveryCell) {
  const RunResult result = run_of("{ uniform = { min = 99_990, max = 100_001 } }", R"(
[[what_if]]
name = "more"
set = { "firms.acme.demand" = 100_000.5 }
)");
  const kernels::FleetView view = result.lowered.data.view();
  std::vector<std::vector<float>> values(static_cast<std::size_t>(kernels::cell_count(view)));
  kernels::for_each_value(result.lowered.data, {0, 20'000},
                          [&](std::int64_t cell, const float* batch, int count) {
                            auto& kept = values[static_cast<std::size_t>(cell)];
                            kept.insert(kept.end(), batch, batch + count);
                          });
  const auto error_of = [&](std::size_t cell) {
    double largest = 0;
    for (std::size_t j = 0; j < 512; ++j)
      largest = std::max(largest, std::fabs(static_cast<double>(values[cell][j])));
    return largest / 8e6;
  };
  for (std::size_t cell = 0; cell < values.size(); ++cell) {
    if (values[cell].empty()) continue;  // differences of a source are not recorded
    std::vector<float> drawn = values[cell];
    const Statistics exact = tranche::statistics_of(drawn);
    const Statistics s = statistics(result.tally, cell, 1.0);
    const double error = error_of(cell) + 1e-12 * std::fabs(exact.mean);
    EXPECT_NEAR(s.mean, exact.mean, error) << cell;
    EXPECT_NEAR(s.sd, exact.sd, error) << cell;
    for (const auto& [found, wanted] : {std::pair{s.p05, exact.p05},
                                        {s.p25, exact.p25},
                                        {s.p50, exact.p50},
                                        {s.p75, exact.p75},
                                        {s.p95, exact.p95}})
      EXPECT_NEAR(found, wanted, 0.004 * std::fabs(wanted)) << cell;
  }
  // The mean of a difference is the difference of the means.
  for (std::int32_t step = 0; step < view.steps; ++step)
    for (std::int32_t firm = 0; firm <= view.firm_count; ++firm)
      for (std::int32_t metric = 0; metric < view.metric_count; ++metric) {
        const auto base =
            static_cast<std::size_t>(kernels::value_cell(view, step, 0, firm, metric));
        const auto more =
            static_cast<std::size_t>(kernels::value_cell(view, step, 1, firm, metric));
        const auto change =
            static_cast<std::size_t>(kernels::difference_cell(view, step, 1, firm, metric));
        const auto mean = [&](std::size_t cell) {
          return statistics(result.tally, cell, 1.0).mean;
        };
        EXPECT_NEAR(mean(change), mean(more) - mean(base),
                    error_of(base) + error_of(more) + error_of(change));
      }
}

}  // namespace
}  // namespace tranche
