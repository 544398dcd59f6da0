// SPDX-License-Identifier: Apache-2.0

// scenarios/h200-toy.toml is the model of tools/benchmarks/baselines/MODEL.md. Its check values
// come from independent programs (NumPy, C++) with a million draws.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

struct CheckValue {
  const char* metric;
  std::int32_t firm, quarter;  // quarter from 1
  double p05, p50, p95;
};

TEST(H200Toy, MeetsTheCheckValuesOfTheBenchmarkModel) {
  ReadOptions options;
  options.draws = 1'000'000;
  const RunResult result = run_on_cpu(read_scenario(
      std::string(TRANCHE_SOURCE_DIR) + "/scenarios/h200-toy.toml", options, catalogue()));
  const CheckValue checks[] = {
      {"chips_installed", 0, 12, 6.67e4, 1.026e5, 1.374e5},
      {"training_flop_per_s", 0, 12, 2.208e19, 3.729e19, 5.631e19},
      {"training_flop", 1, 6, 6.49e25, 1.815e26, 3.455e26},
      {"decode_tokens_per_s", 2, 12, 8.25e7, 1.557e8, 2.369e8},
  };
  for (const CheckValue& check : checks) {
    const Statistics s = statistics_of(result, check.metric, check.quarter - 1, 0, check.firm);
    // A quantile at p has the standard error sqrt(p (1 - p) / n) / density. From the spread
    // of the check values the density at p5 is about 0.25 / (p50 - p05) per unit, so five
    // standard errors of either program are 5 x 0.00022 / 0.25 = 0.4 % of p50 - p05; the
    // printed values are rounded to 0.1 % and a histogram bin is 0.4 % wide.
    const auto expect_close = [&](double ours, double theirs) {
      EXPECT_NEAR(ours, theirs, 0.005 * theirs + 0.004 * (check.p95 - check.p05))
          << check.metric << " firm " << check.firm << " quarter " << check.quarter;
    };
    expect_close(s.p05, check.p05);
    expect_close(s.p50, check.p50);
    expect_close(s.p95, check.p95);
  }
}

}  // namespace
}  // namespace tranche
