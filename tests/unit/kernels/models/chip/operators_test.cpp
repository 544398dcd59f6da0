// SPDX-License-Identifier: Apache-2.0
#include "kernels/models/chip/operators.hpp"

#include <gtest/gtest.h>

#include "kernels/models/chip/collectives.hpp"
#include "sim/performance/coefficients/training.hpp"

namespace tranche::kernels {
namespace {

Coefficients shipped() { return read_coefficients(std::string(TRANCHE_SOURCE_DIR) + "/scenarios"); }

ChipParams h100() {
  ChipParams chip;
  chip.generation = ChipGeneration::hopper;
  chip.peak_flop_per_s[static_cast<int>(Precision::bf16)] = 989e12;  // NVIDIA H100 datasheet
  chip.peak_flop_per_s[static_cast<int>(Precision::fp8)] = 1979e12;
  chip.memory_bandwidth_bytes_per_s = 3.35e12;
  chip.scale_up_bytes_per_s = 450e9;
  chip.scale_up_chips = 8;
  chip.scale_out_bytes_per_s = 50e9;
  return chip;
}

TEST(CausalPairs, CountsTheTriangleAndTheBand) {
  EXPECT_EQ(causal_pairs(4, 4, 0), 8.0) << "half of the square";
  EXPECT_EQ(causal_pairs(1, 10, 0), 9.5) << "one query against nine older keys and half of itself";
  EXPECT_EQ(causal_pairs(8, 8, 2), 2.0 + 6.0 * 2.0) << "a triangle of 2, then 6 rows of 2";
  EXPECT_EQ(causal_pairs(1, 100, 16), 16.0);
}

TEST(GemmTime, IsNearMeasuredProducts) {
  // AIConfigurator, H200 bf16 8192 x 4096 x 4096: 343.9 us; the compute-bound time of an
  // H100 is the same. 10 % is three times the median error of the fit.
  const double t = gemm_time_s(h100(), shipped(), Precision::bf16, {8192, 4096, 4096});
  EXPECT_NEAR(t, 343.9e-6, 0.10 * 343.9e-6);
  // H100 bf16 1 x 4096 x 4096: 16.4 us, memory-bound
  const double gemv = gemm_time_s(h100(), shipped(), Precision::bf16, {1, 4096, 4096});
  EXPECT_NEAR(gemv, 16.4e-6, 0.10 * 16.4e-6);
}

TEST(GemmTime, GrowsWithEveryDimension) {
  const Coefficients c = shipped();
  for (double m = 1; m < 20000; m *= 3) {
    const double t = gemm_time_s(h100(), c, Precision::bf16, {m, 1024, 2048});
    EXPECT_LT(t, gemm_time_s(h100(), c, Precision::bf16, {m * 1.5, 1024, 2048}));
    EXPECT_LT(t, gemm_time_s(h100(), c, Precision::bf16, {m, 2048, 2048}));
    EXPECT_LT(t, gemm_time_s(h100(), c, Precision::bf16, {m, 1024, 4096}));
  }
}

TEST(Collectives, AreNearMeasuredOnesInOneNode) {
  // nccl-tests, 8 H100, lines through all sizes: all-reduce 383 GB/s of bus bandwidth,
  // all-gather 301. The fit's mean error over single sizes is 18 %.
  const Links links = links_of(h100());
  const double bytes = 268435456.0;
  const double all_reduce = all_reduce_s(h100(), shipped(), links, {8, 8}, bytes);
  EXPECT_NEAR(2.0 * 7.0 / 8.0 * bytes / all_reduce, 383e9, 0.18 * 383e9);
  const double gather = all_gather_s(h100(), shipped(), links, {8, 8}, bytes);
  EXPECT_NEAR(7.0 / 8.0 * bytes / gather, 301e9, 0.18 * 301e9);
}

TEST(Collectives, AreNearMeasuredAllReduceBetweenNodes) {
  // Echo's NCCL logs of 8 x 200 Gb/s A100 nodes, as its authors' form: 18 us +
  // 31 us log2(nodes) + f S / 133 GB/s + 2.9e-8 sqrt(S), f = 2 (n - 1) / n, 13 % mean error.
  ChipParams a100 = h100();
  a100.generation = ChipGeneration::ampere;
  a100.scale_up_bytes_per_s = 300e9;
  a100.scale_out_bytes_per_s = 25e9;
  const Links links = links_of(a100);
  const double bytes = 1e9;
  const double measured =
      18e-6 + 31e-6 * 2 + 2.0 * 31.0 / 32.0 * bytes / 133e9 + 2.9e-8 * std::sqrt(bytes);
  const double ours = all_reduce_s(a100, shipped(), links, {32, 8}, bytes);
  EXPECT_NEAR(ours, measured, 0.30 * measured);
}

TEST(Collectives, CostNothingAlone) {
  const Links links = links_of(h100());
  EXPECT_EQ(all_reduce_s(h100(), shipped(), links, {1, 1}, 1e9), 0.0);
  EXPECT_EQ(all_to_all_s(h100(), shipped(), links, {1, 1}, 1e9), 0.0);
}

TEST(Doublings, IsExactAtPowersOfTwo) {
  EXPECT_EQ(doublings(1), 0.0);
  EXPECT_EQ(doublings(8), 3.0);
  EXPECT_EQ(doublings(12), 3.5);
}

}  // namespace
}  // namespace tranche::kernels
