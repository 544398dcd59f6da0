// SPDX-License-Identifier: Apache-2.0

// The inference model: memory, experts, collectives, and measured ratios of H200 to H100 (quoted
// with each test).
#include <gtest/gtest.h>

#include <cmath>

#include "kernels/models/serving/serving.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/coefficients/serving.hpp"

namespace tranche {
namespace {

using kernels::Bound;
using kernels::InferenceSetup;
using kernels::Load;
using kernels::Precision;
using kernels::ServingCase;

class Inference : public ::testing::Test {
 protected:
  static const Catalogue& catalogue() {
    static const Catalogue read = read_catalogue(folder());
    return read;
  }
  static std::string folder() { return std::string(TRANCHE_SOURCE_DIR) + "/scenarios"; }
  static InferenceSetup setup(const std::string& chip, const std::string& model,
                              Precision precision, std::int32_t tensor = 1) {
    static const InferenceCoefficients coefficients = read_inference_coefficients(folder());
    InferenceSetup s;
    s.chip = chip_params(*catalogue().find_chip(chip));
    s.model.shape = catalogue().find_model(model)->shape;
    kernels::set_weights(s.model, precision);
    s.model.cache = precision;
    s.plan.tensor = tensor;
    s.on_chip = coefficients.of(s.chip.generation);
    s.software = coefficients.of(ServingSoftware::tensorrt_llm_pytorch);
    return s;
  }
  static double saturated_ratio(const std::string& model, Precision precision, double input,
                                double output, std::int32_t tensor) {
    const ServingCase load{.load = Load::saturated, .input_tokens = input, .output_tokens = output};
    return kernels::serve(setup("H200-SXM", model, precision, tensor), load).tokens_per_s /
           kernels::serve(setup("H100-SXM", model, precision, tensor), load).tokens_per_s;
  }
};

// 70.55e9 parameters: two tables of 128256 x 8192 in 16 bit, the rest in 8 bit.
TEST_F(Inference, Llama70BIn8BitTakes72GB) {
  const auto s = setup("H100-SXM", "llama-3.1-70b", Precision::fp8);
  EXPECT_NEAR(kernels::weight_bytes_per_chip(s.model, s.plan), 72.65e9, 0.05e9);
}

// 2 x 80 layers x 8 heads x 128 = 163,840 values per token; the catalogue of models prints
// 327,680 bytes in bf16.
TEST_F(Inference, CacheOfLlama70BIs160KilobytesPerTokenIn8Bit) {
  const auto s = setup("H100-SXM", "llama-3.1-70b", Precision::fp8);
  EXPECT_DOUBLE_EQ(kernels::kv_bytes_per_sequence(s.model, s.plan, 1.0), 163840.0);
}

// 61 layers x (512 + 64) values, the published 70,272 bytes in bf16; not divided by tensor
// parallelism.
TEST_F(Inference, LatentCacheIsCompressedAndNotDivided) {
  const auto s = setup("H200-SXM", "deepseek-v3", Precision::bf16, 8);
  EXPECT_DOUBLE_EQ(kernels::kv_bytes_per_sequence(s.model, s.plan, 1.0), 70272.0);
}

TEST_F(Inference, KeyValueHeadsAreCopiedWhenThereAreMoreChipsThanHeads) {
  const auto at8 = setup("H200-SXM", "qwen3-235b-a22b", Precision::fp8, 8);  // 4 heads
  const auto at4 = setup("H200-SXM", "qwen3-235b-a22b", Precision::fp8, 4);
  EXPECT_DOUBLE_EQ(kernels::kv_bytes_per_sequence(at8.model, at8.plan, 1.0),
                   kernels::kv_bytes_per_sequence(at4.model, at4.plan, 1.0));
}

TEST_F(Inference, SlidingWindowBoundsTheCache) {
  const auto s = setup("H200-SXM", "gpt-oss-120b", Precision::bf16);
  // half of the layers keep at most 128 tokens: 36 layers of 2 x 8 x 64 values of 2 bytes
  EXPECT_DOUBLE_EQ(kernels::kv_bytes_per_sequence(s.model, s.plan, 8128.0),
                   0.5 * (128.0 + 8128.0) * 36 * 2 * 8 * 64 * 2);
}

TEST_F(Inference, WhatDoesNotFitIsSaid) {
  const ServingCase load{.load = Load::saturated, .input_tokens = 128, .output_tokens = 128};
  EXPECT_FALSE(kernels::serve(setup("H100-SXM", "llama-3.1-405b", Precision::fp8, 4), load).fits);
  EXPECT_TRUE(kernels::serve(setup("H100-SXM", "llama-3.1-405b", Precision::fp8, 8), load).fits);
}

// One token reaches its experts, very many tokens reach all, and even routing reaches more than
// uneven routing.
TEST(ExpertsTouched, GoesFromTopKToAll) {
  EXPECT_NEAR(kernels::experts_touched(128, 8, 1, 0.4), 8.0, 1e-9);
  EXPECT_NEAR(kernels::experts_touched(128, 8, 1e5, 0.4), 128.0, 1e-9);
  EXPECT_NEAR(kernels::experts_touched(128, 8, 16, 1.0),
              128.0 * (1.0 - std::pow(1.0 - 8.0 / 128.0, 16)), 1e-9);
  EXPECT_LT(kernels::experts_touched(128, 8, 16, 0.4), kernels::experts_touched(128, 8, 16, 1.0));
}

TEST(RoundedRoofline, PartsAddUpToTheHypotenuse) {
  const auto time = kernels::smooth_roofline(3.0, 4.0);
  EXPECT_DOUBLE_EQ(time.total_s(), 5.0);
  EXPECT_EQ(kernels::binding_part(time), Bound::memory);
}

// TensorRT-LLM's one-shot all-reduce takes 2.6 to 3 us on two H100 (AIConfigurator tables).
TEST_F(Inference, SmallAllReduceTakesMicroseconds) {
  const auto s = setup("H100-SXM", "llama-3.1-70b", Precision::fp8, 2);
  const double seconds = kernels::all_reduce_time(s, 8.0 * 8192 * 2, 2.0).total_s();
  EXPECT_GT(seconds, 2e-6);
  EXPECT_LT(seconds, 5e-6);
}

// NCCL 2.29 on eight H100: 383 GB/s of bus bandwidth at large messages (AIConfigurator). Measured
// alone on the chips; beside other kernels of a serving step it is up to a fifth lower.
TEST_F(Inference, LargeAllReduceReachesTheLink) {
  const auto s = setup("H100-SXM", "llama-3.1-70b", Precision::fp8, 8);
  const double bytes = 1e9;
  const double bus = 2.0 * 7.0 / 8.0 * bytes / kernels::all_reduce_time(s, bytes, 8.0).total_s();
  EXPECT_NEAR(bus, 383e9, 0.2 * 383e9);
}

// Measured ratios of H200 to H100 in equal configurations.

// Prefill attention 1.00 to 1.02, large products 1.00 to 1.02 (AIConfigurator kernels).
TEST_F(Inference, ComputeBoundWorkGainsNothing) {
  const auto h100 = setup("H100-SXM", "llama-3.1-70b", Precision::bf16);
  const auto h200 = setup("H200-SXM", "llama-3.1-70b", Precision::bf16);
  const auto product = [](const InferenceSetup& s) {
    return kernels::linear_time(s, 8192, 8192, 28672, Precision::bf16).total_s();
  };
  const auto prefill = [](const InferenceSetup& s) {
    return kernels::step_time(s, {0, 0, 8192, 4096}).total_s();
  };
  EXPECT_NEAR(product(h100) / product(h200), 1.015, 0.015);
  EXPECT_NEAR(prefill(h100) / prefill(h200), 1.02, 0.02);
}

// Reads above 1 GB of cache: 1.38 to 1.42; weight matrices above 64 MB: 1.37 to 1.40.
TEST_F(Inference, LongStreamsGainTheBandwidth) {
  const auto h100 = setup("H100-SXM", "llama-3.1-70b", Precision::fp8);
  const auto h200 = setup("H200-SXM", "llama-3.1-70b", Precision::fp8);
  const auto cache = [](const InferenceSetup& s) {  // 4 GB of one layer's cache
    return kernels::decode_attention_time(s, 512, 4096).total_s();
  };
  EXPECT_NEAR(cache(h100) / cache(h200), 1.40, 0.03);
}

// Reads below 64 MB: 1.00; all-reduce: 1.00.
TEST_F(Inference, SmallWorkGainsNothing) {
  const auto h100 = setup("H100-SXM", "llama-3.1-70b", Precision::fp8, 8);
  const auto h200 = setup("H200-SXM", "llama-3.1-70b", Precision::fp8, 8);
  const auto cache = [](const InferenceSetup& s) {
    return kernels::decode_attention_time(s, 4, 1024).total_s();
  };
  const auto reduce = [](const InferenceSetup& s) {
    return kernels::all_reduce_time(s, 65536, 8).total_s();
  };
  EXPECT_NEAR(cache(h100) / cache(h200), 1.02, 0.03);
  EXPECT_DOUBLE_EQ(reduce(h100), reduce(h200));
}

// Decode-heavy full load: 1.22 for weights below 15 % of memory, 1.45 at 30 to 50 %.
TEST_F(Inference, DecodeHeavyServingGainsByTheShareOfWeights) {
  const double small = saturated_ratio("llama-3.1-8b", Precision::fp8, 128, 2048, 1);
  const double large = saturated_ratio("llama-3.1-70b", Precision::fp8, 128, 2048, 2);
  EXPECT_GT(small, 1.15);
  EXPECT_LT(small, 1.45);
  EXPECT_GT(large, small - 0.05);
  EXPECT_LT(large, 1.6);
}

// 70B in 8 bit on one chip: 2.3 to 6.2, because one H100 cannot hold the batch.
TEST_F(Inference, CapacityMoreThanDoublesASeventyBillionModelOnOneChip) {
  EXPECT_GT(saturated_ratio("llama-3.1-70b", Precision::fp8, 128, 2048, 1), 2.3);
}

// Prompt-heavy full load (2048 in, 128 out): 1.02 to 1.05.
TEST_F(Inference, PromptHeavyServingGainsLittle) {
  EXPECT_NEAR(saturated_ratio("llama-3.1-8b", Precision::fp8, 2048, 128, 1), 1.05, 0.04);
}

TEST_F(Inference, MoreWorkNeverTakesLess) {
  const auto s = setup("H200-SXM", "qwen3-235b-a22b", Precision::fp8, 4);
  double before = 0.0;
  for (double sequences = 1; sequences < 3000; sequences *= 2) {
    const double now = kernels::step_time(s, {sequences, 2048, 0, 0}).total_s();
    EXPECT_GT(now, before);
    before = now;
  }
}

// Two stages hold half of the weights each and process two groups in turn: twice the chips give
// twice the tokens in the same time per token, except for work that the groups do not share.
TEST_F(Inference, PipelineStagesWorkAtTheSameTime) {
  auto s = setup("H100-SXM", "llama-3.1-70b", Precision::fp8, 4);
  const ServingCase one{
      .load = Load::static_batch, .input_tokens = 128, .output_tokens = 1024, .concurrency = 32};
  ServingCase two = one;
  two.concurrency = 64;
  const auto single = kernels::serve(s, one);
  s.plan.pipeline = 2;
  const auto staged = kernels::serve(s, two);
  EXPECT_NEAR(staged.tpot_s / single.tpot_s, 1.0, 1e-12);
  // the prompts of the second group follow the first: (2 x 2 - 1) / 2 of one group's time
  EXPECT_NEAR(staged.time_to_first_token_s / single.time_to_first_token_s, 1.5, 1e-12);
  EXPECT_GT(staged.tokens_per_s / single.tokens_per_s, 1.9);
}

// A single user neither waits for others nor is interrupted by their prompts.
TEST_F(Inference, OneUserOfAClosedLoopSeesPlainSteps) {
  const auto s = setup("H100-SXM", "llama-3.1-8b", Precision::fp8);
  const ServingCase load{
      .load = Load::closed_loop, .input_tokens = 1024, .output_tokens = 512, .concurrency = 1};
  const auto result = kernels::serve(s, load);
  EXPECT_DOUBLE_EQ(result.tpot_s, kernels::decode_step(s, load, 1.0).total_s());
  EXPECT_DOUBLE_EQ(result.time_to_first_token_s,
                   kernels::prefill_step(s, load, 1.0).total_s() + s.software.prompt_s);
}

// Little's law for users that receive output and for all users: n = X D and c = X (W + D), with X
// in requests per second. The iteration converges to a thousandth.
TEST_F(Inference, UsersOfAClosedLoopWaitOrReceiveOutput) {
  const auto s = setup("H100-SXM", "llama-3.1-8b", Precision::fp8);
  for (const double users : {4.0, 32.0, 128.0}) {
    const ServingCase load{.load = Load::closed_loop,
                           .input_tokens = 4096,
                           .output_tokens = 128,
                           .concurrency = users};
    const auto r = kernels::serve(s, load);
    const double requests_per_s = r.tokens_per_s / load.output_tokens;
    const double output_s = load.output_tokens * r.tpot_s;
    EXPECT_LT(r.sequences, users);
    EXPECT_NEAR(requests_per_s * output_s, r.sequences, 1e-3 * r.sequences);
    EXPECT_NEAR(requests_per_s * (r.time_to_first_token_s + output_s), users, 1e-3 * users);
  }
}

// If the cache of all users does not fit, software that reserves the whole output makes them wait
// before the first token; software that admits by prompt also makes them wait after it.
TEST_F(Inference, LackOfMemoryIsWaitedForWhereTheSoftwarePutsIt) {
  auto s = setup("H100-SXM", "llama-3.1-70b", Precision::fp8, 2);
  s.model.cache = Precision::bf16;
  const ServingCase load{
      .load = Load::closed_loop, .input_tokens = 1024, .output_tokens = 8192, .concurrency = 128};
  const auto keeps = kernels::serve(s, load);
  s.software.admits_by_prompt = 1.0;
  const auto lets_in = kernels::serve(s, load);
  EXPECT_TRUE(keeps.limited_by_memory && lets_in.limited_by_memory);
  EXPECT_GT(keeps.time_to_first_token_s, 5.0 * lets_in.time_to_first_token_s);
  EXPECT_GT(lets_in.tpot_s, 1.5 * keeps.tpot_s);
}

// At a low rate there is no waiting: half a step (if one runs) and the own prompt. Near the rate at
// which prompts alone fill the chip, the wait grows without bound.
TEST_F(Inference, FirstTokenUnderAnOpenLoadWaitsByTheQueueOfPrompts) {
  const auto s = setup("H100-SXM", "llama-3.1-8b", Precision::bf16);
  const auto first = [&](double rate) {
    return kernels::serve(s, {.load = Load::open_loop,
                              .input_tokens = 4096,
                              .output_tokens = 16,
                              .requests_per_s = rate})
        .time_to_first_token_s;
  };
  const double alone_s =
      s.software.prompt_s + kernels::step_time(s, {0.0, 0.0, 4096.0, 4096.0}).total_s();
  EXPECT_NEAR(first(0.001), alone_s, 0.01 * alone_s);  // a thousandth of the time is busy
  EXPECT_GT(first(5.0), first(1.0));
  EXPECT_GT(first(9.0) - first(5.0), first(5.0) - first(1.0));
}

TEST_F(Inference, OpenLoadBelowSaturationServesWhatArrives) {
  const ServingCase load{
      .load = Load::open_loop, .input_tokens = 467, .output_tokens = 256, .requests_per_s = 4};
  const auto result = kernels::serve(setup("H100-SXM", "llama-3.1-8b", Precision::bf16), load);
  EXPECT_DOUBLE_EQ(result.tokens_per_s, 4.0 * 256.0);
  // Little's law: sequences = rate x output x time per token
  EXPECT_NEAR(result.sequences, 4.0 * 256.0 * result.tpot_s, 0.1 * result.sequences);
}

}  // namespace
}  // namespace tranche
