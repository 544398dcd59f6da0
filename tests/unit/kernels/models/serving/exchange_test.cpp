// SPDX-License-Identifier: Apache-2.0

// Mixtures over many chips: exchange of tokens, experts, latent attention and memory. Expected
// times are kernel tables of NVIDIA AIConfigurator (silicon database, commit 095f58a5, Apache-2.0)
// and of TensorRT-LLM's tech blog 18, which no coefficient is fitted to.
#include "kernels/models/serving/exchange.hpp"

#include <gtest/gtest.h>

#include "kernels/models/serving/serving.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/coefficients/serving.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using kernels::InferenceSetup;
using kernels::Precision;
using tests::catalogue;

// DeepSeek-R1 with one attention replica on each of `chips`; no imbalance, nothing hidden, no small
// kernels, as in tables of single kernels.
InferenceSetup spread(const char* chip, std::int32_t chips, Precision precision = Precision::fp8) {
  static const InferenceCoefficients coefficients = read_inference_coefficients(catalogue().folder);
  InferenceSetup s;
  s.chip = chip_params(*catalogue().find_chip(chip));
  s.model.shape = catalogue().find_model("deepseek-r1")->shape;
  kernels::set_weights(s.model, precision);
  s.model.cache = Precision::fp8;
  s.plan = {.tensor = 1, .pipeline = 1, .expert = chips, .attention_data_parallel = chips};
  s.on_chip = coefficients.of(s.chip.generation);
  s.software = coefficients.of(ServingSoftware::sglang);
  s.software.expert_imbalance = 1.0;
  s.software.hidden_exchange = 0.0;
  s.software.expert_layer_s = 0.0;
  return s;
}

double exchange_us(const InferenceSetup& s, double tokens, bool with_prompts = false) {
  return 1e6 * kernels::exchange_time(s, tokens, with_prompts).total_s();
}

// 128 tokens a chip on H200 with 400 Gbit/s each, dispatch and combine: 40 + 72, 102 + 186, 143 +
// 263 and 167 + 305 us. A quarter: the fixed times measured differ by a factor of two.
TEST(Exchange, OfDecodingBetweenServersTakesWhatWasMeasured) {
  EXPECT_NEAR(exchange_us(spread("H200", 8), 128), 112.0, 28.0);
  EXPECT_NEAR(exchange_us(spread("H200", 16), 128), 288.0, 72.0);
  EXPECT_NEAR(exchange_us(spread("H200", 32), 128), 406.0, 101.0);
  EXPECT_NEAR(exchange_us(spread("H200", 64), 128), 472.0, 118.0);
}

// 16-bit tokens between 32 GB200 of one NVL72: 37.8 + 41.1 us for 128 and 374 + 370 us for 2,048.
TEST(Exchange, InsideARackIsFiveTimesFaster) {
  EXPECT_NEAR(exchange_us(spread("GB200", 32, Precision::bf16), 128), 79.0, 20.0);
  EXPECT_NEAR(exchange_us(spread("GB200", 32, Precision::bf16), 2048), 744.0, 186.0);
}

// 4,096 prompt tokens on each of 8 and of 32 H200: 502 + 979 and 1,791 + 3,522 us. Three tenths:
// forwarding inside a server is not counted.
TEST(Exchange, OfPromptsSendsOneCopyToAServer) {
  EXPECT_NEAR(exchange_us(spread("H200", 8), 4096, true), 1481.0, 444.0);
  EXPECT_NEAR(exchange_us(spread("H200", 32), 4096, true), 5313.0, 1594.0);
}

// The fixed part is paid once, not for each peer: almost no tokens cost the same on 8 and 64 chips.
TEST(Exchange, HasNoTermPerPeer) {
  EXPECT_NEAR(exchange_us(spread("H200", 8), 1e-6), exchange_us(spread("H200", 64), 1e-6), 1e-3);
}

TEST(Exchange, IsForReplicatedAttentionAndWholeExpertsOnly) {
  EXPECT_TRUE(kernels::exchanges_tokens(spread("H200", 8).plan));
  EXPECT_FALSE(kernels::exchanges_tokens({.tensor = 8, .pipeline = 1, .expert = 8}));
  EXPECT_FALSE(kernels::exchanges_tokens(
      {.tensor = 1, .pipeline = 1, .expert = 1, .attention_data_parallel = 8}));
}

// All experts touched, weight-bound: 115 us on 32 H200, 67 on 64, 84 on 32 GB200 (a quarter:
// kernel starts and the rate of streams are fitted to whole systems).
TEST(Experts, OfDecodingAreReadOnceInFlatTime) {
  const auto us = [](const InferenceSetup& s) {
    return 1e6 * kernels::experts_time(s, 2048).total_s();
  };
  EXPECT_NEAR(us(spread("H200", 32)), 115.0, 29.0);
  EXPECT_NEAR(us(spread("H200", 64)), 67.0, 17.0);
  EXPECT_NEAR(us(spread("GB200", 32)), 84.0, 21.0);
}

// Eight draws of 256 experts on 8 chips: the mean largest number of balls in 8 bins is 2.6 (1 is
// the mean), of a normal value half a ball less; 32 groups that are all touched have nothing
// uneven.
TEST(Experts, OfFewTokensAreUnevenOverChips) {
  const kernels::ModelParams& shape = catalogue().find_model("deepseek-r1")->shape;
  EXPECT_NEAR(kernels::busiest_share(shape, spread("H200", 8).plan, 8.0), 2.6, 0.5);
  EXPECT_DOUBLE_EQ(kernels::busiest_share(shape, spread("H200", 32).plan, 256.0), 1.0);
  // 72 chips hold 288 experts, 32 of them twice
  EXPECT_DOUBLE_EQ(kernels::busiest_share(shape, spread("H200", 72).plan, 256.0), 1.125);
}

// 0.279 MFLOP for each cached token at 614 to 685 TFLOP/s on H100 and H200 and 1,280 to 1,370 on
// GB200 (a tenth more for the 8-bit cache that is read beside it).
TEST(LatentAttention, IsBoundByArithmeticOnHopper) {
  const auto flop_per_s = [](const InferenceSetup& s) {
    const double tokens = 128.0 * 4096.0;
    return 128.0 * 2.0 * (576.0 + 512.0) * tokens /
           (kernels::decode_attention_time(s, 128, 4096).total_s() - s.on_chip.kv_latency_s);
  };
  EXPECT_NEAR(flop_per_s(spread("H200", 32)), 680e12, 80e12);
  EXPECT_NEAR(flop_per_s(spread("GB200", 32)), 1330e12, 150e12);
}

// 44.0 MB an expert and layer in 8 bit, 58 layers: 8 experts are 20.4 GB, four 10.2 GB (72 chips
// hold 288), one 2.6 GB (320 chips).
TEST(ExpertMemory, FallsWithTheNumberOfChips) {
  const auto experts_gb = [](std::int32_t chips) {
    const InferenceSetup s = spread("H200", chips);
    const InferenceSetup one = spread("H200", 256);
    const double other = kernels::weight_bytes_per_chip(one.model, one.plan) - 2.555e9;
    return (kernels::weight_bytes_per_chip(s.model, s.plan) - other) / 1e9;
  };
  EXPECT_NEAR(experts_gb(32), 20.4, 0.1);
  EXPECT_NEAR(experts_gb(72), 10.2, 0.1);
  EXPECT_NEAR(experts_gb(320), 2.6, 0.1);
}

// DeepSeek serves it on 32 and 144 H800 of 80 GB (DeepSeek-V3/R1 inference system overview).
TEST(ExpertMemory, OfDeepSeekFitsOn32And144H800) {
  for (const std::int32_t chips : {32, 144}) {
    const InferenceSetup s = spread("H800-SXM", chips);
    const kernels::MemoryMap map =
        kernels::memory_map(s.model, s.plan, s.chip, s.on_chip, s.software, 5000.0);
    EXPECT_GT(map.sequences, 32.0 * chips) << chips;
  }
}

// A step that accepts two tokens with one draft is less than twice as fast, and more than once.
TEST(Speculation, GainsLessThanItAccepts) {
  InferenceSetup s = spread("H200", 16);
  const kernels::StepBatch batch{32.0, 4096.0, 0.0, 0.0};
  const double plain_s = kernels::step_time(s, batch).total_s();
  s.speculation = {1.0, 1.8};
  const double token_s = kernels::step_time(s, batch).total_s() / 1.8;
  EXPECT_LT(token_s, plain_s);
  EXPECT_GT(token_s, plain_s / 1.8);
}

}  // namespace
}  // namespace tranche
