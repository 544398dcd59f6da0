// SPDX-License-Identifier: Apache-2.0
#include "kernels/probes/probes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "kernels/probes/bodies.hpp"
#include "kernels/probes/list.hpp"

namespace tranche::kernels {
namespace {

// Small sizes: the results are checked, the rates are meaningless.
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

TEST(Probes, MeasureAProductAtEveryEdgeThatFits) {
  ProbeSettings settings;
  settings.bytes = std::size_t{1} << 28;  // products up to 1024 on a CPU
  settings.repeats = 1;
  settings.warm_ups = 0;
  std::vector<std::size_t> edges;
  for (const ProbeResult& r : run_probes_cpu(settings)) {
    if (r.probe != Probe::gemm) continue;
    EXPECT_TRUE(r.correct) << r.edge;
    const double edge = static_cast<double>(r.edge);
    EXPECT_EQ(r.flop, 2.0 * edge * edge * edge);
    edges.push_back(r.edge);
  }
  EXPECT_EQ(edges, (std::vector<std::size_t>{256, 512, 1024}));
}

TEST(Probes, SeeAProductThatIsWrongInOnePlace) {
  constexpr std::size_t edge = 256;
  const auto value = [](std::size_t row, std::size_t column) {
    return probe::product_expected(row, column, edge, true);
  };
  EXPECT_TRUE(probe::product_is_right(edge, true, 8, value));
  EXPECT_FALSE(probe::product_is_right(edge, true, 8, [&](std::size_t row, std::size_t column) {
    return value(row, column) * (row == edge - 1 && column == 0 ? 1.01 : 1.0);
  }));
  EXPECT_FALSE(probe::product_is_right(edge, true, 8, [](auto...) { return 0.0; }));
  // The row-major operands give another product.
  EXPECT_FALSE(probe::product_is_right(edge, false, 8, value));
}

// Sums of products of the largest edge must be exact in fp32, in any order.
TEST(Probes, MultiplyWholeNumbersWhoseSumsFp32Holds) {
  std::set<float> seen;
  for (std::size_t i = 0; i < 100'000; ++i) {
    const float value = probe::product_value(i, i % 2 == 0 ? 0u : 1u);
    ASSERT_EQ(value, static_cast<float>(static_cast<int>(value)));
    ASSERT_LE(std::abs(value), 63.0f);
    seen.insert(value);
  }
  EXPECT_EQ(seen.size(), 127u);
  constexpr std::size_t edge = 8192;
  double largest = 0.0;
  for (const std::size_t row : {std::size_t{0}, edge / 3, edge - 1}) {
    for (const std::size_t column : {std::size_t{0}, edge / 2 + 1, edge - 1}) {
      double positive = 0.0, negative = 0.0;
      for (std::size_t k = 0; k < edge; ++k) {
        const double term = static_cast<double>(probe::product_value(k * edge + row, 0)) *
                            static_cast<double>(probe::product_value(column * edge + k, 1));
        (term > 0 ? positive : negative) += term;
      }
      largest = std::max({largest, positive, -negative});
    }
  }
  EXPECT_LT(largest, 16777216.0);  // 2^24: the sum of one sign bounds every partial sum
}

TEST(Probes, GatherRowsFromAllOverTheTable) {
  for (const std::size_t rows : {1u, 7u, 1000u, 65536u}) {
    std::set<std::size_t> tenths;
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t row = probe::scattered(i, rows);
      ASSERT_LT(row, rows);
      tenths.insert(10 * row / rows);
    }
    // Steps of the golden section fill every tenth long before 1,000 of them.
    if (rows >= 1000) {
      EXPECT_EQ(tenths.size(), 10u) << rows;
    }
  }
}

// Without cuBLAS for the matrix product, the other probes keep their results.
TEST(Probes, OfAGroupThatCannotRunEachSaysWhy) {
  struct Machine {
    static void copies(const ProbeSettings&, std::vector<ProbeResult>& results) {
      results.push_back({Probe::copy, 1e-4, 1e6, 0, true});
    }
    static void breaks(const ProbeSettings&, std::vector<ProbeResult>& results) {
      results.push_back({Probe::add, 1e-4, 1e6, 0, true});
      throw std::runtime_error("no library");
    }
  };
  std::vector<ProbeResult> results;
  run_or_say_why({&Machine::copies, Probe::copy, Probe::copy}, {}, results);
  run_or_say_why({&Machine::breaks, Probe::add, Probe::dot}, {}, results);
  run_or_say_why({&Machine::copies, Probe::copy, Probe::copy}, {}, results);
  ASSERT_EQ(results.size(), 5u);
  EXPECT_TRUE(results[0].correct && results[4].correct);
  const Probe failed[] = {Probe::add, Probe::triad, Probe::dot};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(results[i + 1].probe, failed[i]);
    EXPECT_EQ(results[i + 1].failure, "no library");
    EXPECT_FALSE(results[i + 1].is_believable());
  }
}

// A machine on which the first `slow_runs` runs of a copy of 1 MB take seconds.
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
  EXPECT_EQ(runs, max_attempts);
  EXPECT_FALSE(results[0].is_believable());
  EXPECT_DOUBLE_EQ(results[0].seconds, 1.0 / max_attempts);
  // A time below the resolution of the clock is not believable either.
  EXPECT_FALSE((ProbeResult{Probe::copy, 0.0, 1e6, 0, true}.is_believable()));
}

}  // namespace
}  // namespace tranche::kernels
