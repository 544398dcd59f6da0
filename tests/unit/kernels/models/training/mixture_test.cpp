// SPDX-License-Identifier: Apache-2.0
#include "kernels/models/training/mixture.hpp"

#include <gtest/gtest.h>

namespace tranche::kernels {
namespace {

TrainingCoefficients coefficients() {
  TrainingCoefficients k{};
  k.grouped_efficiency = 0.8;
  k.grouped_rows_half = 200;
  k.routing_imbalance = 1.15;
  k.quantise_bytes_per_value = 4;
  k.block_scale_factor = 1.5;
  k.overlap_on = 0.366;
  return k;
}

TEST(Routing, CostsNothingWhenBalanceIsForced) {
  TrainingJob job;
  EXPECT_EQ(routing_imbalance(job, coefficients()), 1.15);
  job.routing = Routing::balanced;
  EXPECT_EQ(routing_imbalance(job, coefficients()), 1.0);
}

// AIConfigurator, H200, eight local experts: 237, 438, 627 and 774 of 904 TFLOP/s at 128 to 1,024
// tokens for each expert, weights read once for all of them included.
TEST(GroupedProducts, ReachTheirRateWithManyTokensForEachExpert) {
  const TrainingCoefficients k = coefficients();
  EXPECT_EQ(grouped_efficiency(200, k), 0.4) << "half of 0.8 at 200 tokens";
  EXPECT_NEAR(grouped_efficiency(512, k) / 0.8, 627.0 / 904, 0.05) << "the form has one number";
  EXPECT_NEAR(grouped_efficiency(1024, k) / 0.8, 774.0 / 904, 0.05);
}

TEST(Dispatch, IsFusedSinceDeepEp) {
  TrainingJob job;
  job.software_year = 2025.0;
  EXPECT_FALSE(has_fused_dispatch(job));
  job.software_year = 2025.5;
  EXPECT_TRUE(has_fused_dispatch(job));
  job.dispatch = Dispatch::collective;
  EXPECT_FALSE(has_fused_dispatch(job));
}

TEST(ExpertOverlap, IsWhatTheRunSays) {
  TrainingJob job;
  job.expert_overlap = Stated::no;
  EXPECT_EQ(expert_overlap(job, coefficients()), 0.0);
  job.expert_overlap = Stated::yes;
  EXPECT_EQ(expert_overlap(job, coefficients()), 0.366);
}

TEST(Casts, KeepOneCopyWhereWeightsAreFrozen) {
  TrainingJob job;
  job.precision = Precision::mxfp8;
  EXPECT_EQ(cast_bytes_per_value(job, coefficients()), 6.0);
  job.precision = Precision::fp8;
  EXPECT_EQ(cast_bytes_per_value(job, coefficients()), 4.0);
  job.task = Task::lora;
  EXPECT_EQ(cast_bytes_per_value(job, coefficients()), 2.0);
}

}  // namespace
}  // namespace tranche::kernels
