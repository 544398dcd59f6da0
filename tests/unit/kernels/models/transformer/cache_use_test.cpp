// SPDX-License-Identifier: Apache-2.0
#include "kernels/models/transformer/cache_use.hpp"

#include <gtest/gtest.h>

#include "tests/support/shipped.hpp"

namespace tranche::kernels {
namespace {

ModelParams shape(const char* name) { return tests::catalogue().find_model(name)->shape; }

// DeepSeek-V3 keeps 576 values a token and layer; V3.2 reads 2,048 tokens of them and 132 bytes of
// index a token: 61 x (2,048 x 576 + 131,072 x 132) bytes in 8 bit, against 61 x 131,072 x 576.
TEST(CacheUse, SparseAttentionReadsItsChoiceAndTheIndex) {
  const CacheUse dense = cache_use(shape("deepseek-v3"), 131072, 1.0);
  const CacheUse sparse = cache_use(shape("deepseek-v3.2"), 131072, 1.0);
  EXPECT_EQ(dense.read_bytes, 61.0 * 131072 * 576);
  EXPECT_EQ(sparse.read_bytes, 61.0 * (2048 * 576.0 + 131072 * 132.0));
  EXPECT_EQ(sparse.kept_bytes, 61.0 * 131072 * (576.0 + 132.0));
}

TEST(CacheUse, SparseAttentionReadsAShortContextWhole) {
  const CacheUse sparse = cache_use(shape("deepseek-v3.2"), 1024, 1.0);
  EXPECT_EQ(sparse.read_bytes, sparse.kept_bytes);
}

// The report of DeepSeek-V4 (arXiv 2606.19348): at a context of a million tokens 27 % of the
// operations of V3.2 for a token and 10 % of its cache. The index of V4 may have fewer bytes and
// its products other formats than assumed here: a fifth.
TEST(CacheUse, CompressedCachesAreAsSmallAsTheirReportSays) {
  const ModelParams v4 = shape("deepseek-v4-pro"), v3 = shape("deepseek-v3.2");
  const CacheUse a = cache_use(v4, 1e6, 1.0), b = cache_use(v3, 1e6, 1.0);
  EXPECT_NEAR(a.kept_bytes / b.kept_bytes, 0.10, 0.2 * 0.10);
  const double flop_a = 2 * matrix_parameters(v4) + a.flop;
  const double flop_b = 2 * matrix_parameters(v3) + b.flop;
  EXPECT_NEAR(flop_a / flop_b, 0.27, 0.2 * 0.27);
}

// Nemotron 3 Nano: 23 Mamba-2 layers of 64 heads x 64 x 128 values in fp32 and three tokens of a
// convolution 6,144 wide; six attention layers of 2 x 2 x 128 values.
TEST(CacheUse, StateSpaceLayersHoldAFixedState) {
  const ModelParams nano = shape("nemotron-3-nano");
  EXPECT_EQ(fixed_state_bytes(nano), 23.0 * (64 * 64 * 128 * 4 + 3 * 6144 * 2));
  EXPECT_EQ(cache_use(nano, 1000, 2.0).kept_bytes, 1000.0 * 6 * 2 * 2 * 128 * 2);
}

// Gemma 4 31B: 10 layers keep 4 shared vectors of 512 for each token, 50 layers 16 keys and values
// of 256 for the last 1,024.
TEST(CacheUse, HeadsDifferByKindOfLayer) {
  const CacheUse use = cache_use(shape("gemma-4-31b"), 100000, 2.0);
  EXPECT_EQ(use.kept_bytes, 2.0 * (10 * 100000.0 * 4 * 512 + 50 * 1024.0 * 16 * 2 * 256));
}

TEST(CacheUse, NeverReadsMoreThanItKeepsAndGrowsWithContext) {
  for (const auto& model : tests::catalogue().models) {
    double before = 0.0;
    for (const double context : {1.0, 100.0, 5000.0, 200000.0}) {
      const CacheUse use = cache_use(model.shape, context, 2.0);
      EXPECT_LE(use.read_bytes, use.kept_bytes * (1 + 1e-12)) << model.name;
      EXPECT_GT(use.kept_bytes, before) << model.name;
      before = use.kept_bytes;
    }
  }
}

// A published total is rounded: half of its last digit, and 1 % for norms, biases and scales.
TEST(ModelCounts, AreThePublishedTotals) {
  struct Published {
    const char* model;
    double rounding;
  };
  for (const auto& [name, rounding] :
       {Published{"deepseek-v3.2", 0.0}, Published{"deepseek-v4-pro", 0.03},
        Published{"deepseek-v4-flash", 0.0}, Published{"kimi-k3", 0.02}, Published{"glm-5", 0.0},
        Published{"nemotron-3-nano", 0.0}, Published{"nemotron-3-super", 0.0},
        Published{"nemotron-3-ultra", 0.0}, Published{"nemotron-h-56b", 0.01},
        Published{"qwen3.5-122b-a10b", 0.0}, Published{"qwen3.5-35b-a3b", 0.015},
        Published{"qwen3.5-27b", 0.02}, Published{"gemma-4-31b", 0.016},
        Published{"mimo-v2-flash", 0.0}, Published{"step-3.7-flash", 0.0}}) {
    const auto* const model = tests::catalogue().find_model(name);
    ASSERT_NE(model, nullptr) << name;
    const double published = *model->published_total_parameters;
    const double tolerance = (rounding > 0.01 ? rounding : 0.01) * published;
    EXPECT_NEAR(total_parameters(model->shape), published, tolerance) << name;
  }
}

}  // namespace
}  // namespace tranche::kernels
