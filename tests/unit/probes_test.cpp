#include "kernels/performance/probes.hpp"

#include <gtest/gtest.h>

#include "kernels/performance/probe_list.hpp"

namespace tranche::kernels {
namespace {

// Small sizes: the results are checked, the rates mean nothing.
TEST(Probes, EveryCpuProbeIsCorrectAndTimed) {
  ProbeSettings settings;
  settings.bytes = std::size_t{1} << 20;
  settings.repeats = 3;
  settings.warm_ups = 1;
  const auto results = run_probes_cpu(settings);
  ASSERT_EQ(results.size(), static_cast<std::size_t>(probe_count));
  for (const ProbeResult& r : results) {
    EXPECT_TRUE(r.correct) << probe_name(r.probe);
    EXPECT_GT(r.bytes_per_s(), 0.0) << probe_name(r.probe);
  }
}

// A machine on which the first so many runs of a copy of 1 MB take seconds.
std::vector<ProbeResult> copied(int slow_runs, double slow_s, int& runs) {
  const auto run = [&](const ProbeSettings& settings, std::vector<ProbeResult>& results) {
    EXPECT_EQ(settings.takes_fastest, runs > 0);
    EXPECT_EQ(settings.repeats, 9 << runs);
    results.push_back({Probe::copy, ++runs > slow_runs ? 1e-4 : slow_s / runs, 1e6, 0, runs != 1});
    results.push_back({Probe::gemm, 1e-3, 1e3, 1e6, true});  // 1 GFLOP/s of few bytes
  };
  std::vector<ProbeResult> results;
  run_believably(run, {}, results);
  return results;
}

TEST(Probes, AreRunAgainUntilTheirTimeIsBelievable) {
  int runs = 0;
  const auto results = copied(2, 1.0, runs);
  EXPECT_EQ(runs, 3);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_TRUE(results[0].is_believable());
  EXPECT_DOUBLE_EQ(results[0].bytes_per_s(), 1e10);
  EXPECT_FALSE(results[0].correct);  // it was wrong at first
  EXPECT_TRUE(results[1].is_believable());
}

TEST(Probes, KeepTheBestTimeWhereNoneIsBelievable) {
  int runs = 0;
  const auto results = copied(100, 1.0, runs);
  EXPECT_EQ(runs, most_attempts);
  EXPECT_FALSE(results[0].is_believable());
  EXPECT_DOUBLE_EQ(results[0].seconds, 1.0 / most_attempts);
  // Nor is a time below the resolution of the clock.
  EXPECT_FALSE((ProbeResult{Probe::copy, 0.0, 1e6, 0, true}.is_believable()));
}

}  // namespace
}  // namespace tranche::kernels
