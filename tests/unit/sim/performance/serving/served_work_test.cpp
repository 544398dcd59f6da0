// SPDX-License-Identifier: Apache-2.0

// Served models: formats, memory, layout. Expected values are computed in the comments, or
// published.
#include "sim/performance/serving/served_work.hpp"

#include <gtest/gtest.h>

#include "sim/catalogue/number_formats.hpp"
#include "sim/performance/throughput/work_question.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using kernels::Precision;
using tests::catalogue;

const ChipEntry& chip(const std::string& name) { return *catalogue().find_chip(name); }

const InferenceCoefficients& coefficients() {
  static const InferenceCoefficients read = read_inference_coefficients(catalogue().folder);
  return read;
}

ServedQuestion decode_on(const std::string& chip_name, const std::string& model,
                         const std::string& precision, std::optional<double> sequences,
                         double context = 2048) {
  const ServedWork work{.model = catalogue().find_model(model),
                        .formats = {.precision = precision,
                                    .attention_weights = {},
                                    .expert_weights = {},
                                    .cache = {}},
                        .software = {},
                        .context_tokens = context,
                        .batch_sequences = sequences,
                        .max_tpot_s = {},
                        .layout = {}};
  return served_questions(work, chip(chip_name)).at(0);
}

double rate(const ServedQuestion& question) {
  const ServedAnswer found = answer(question, coefficients());
  EXPECT_TRUE(found.fits) << found.why;
  return found.tokens_per_s_per_chip;
}

// Weights in 4 bit are fewer bytes than in 8 bit, and at 16 sequences memory traffic binds: they
// must not be slower on a chip without 4-bit arithmetic.
TEST(ServedFormats, FourBitExpertsAreAtLeastAsFastAsEightBitOnes) {
  for (const char* const name : {"H100", "H200", "A100", "MI300X", "H20"})
    EXPECT_GE(rate(decode_on(name, "gpt-oss-120b", "fp4", 16.0)),
              rate(decode_on(name, "gpt-oss-120b", "fp8", 16.0)))
        << name;
}

// The same for a dense model, and for 8 against 16 bit on a chip without 8-bit floats.
TEST(ServedFormats, NarrowWeightsAreReadAsTheyAreStored) {
  EXPECT_GT(rate(decode_on("H100", "llama-3.1-70b", "fp4", 8.0)),
            rate(decode_on("H100", "llama-3.1-70b", "bf16", 8.0)));
  EXPECT_GT(rate(decode_on("A100", "llama-3.1-8b", "fp8", 16.0)),
            rate(decode_on("A100", "llama-3.1-8b", "bf16", 16.0)));
}

TEST(ServedFormats, AreMultipliedInSixteenBitWhereTheEngineHasNoOther) {
  const ServedQuestion a100 = decode_on("A100", "llama-3.1-8b", "fp8", 16.0);
  EXPECT_EQ(kernels::arithmetic_format(a100.chip, Precision::fp8), Precision::bf16);
  EXPECT_EQ(kernels::arithmetic_format(a100.chip, Precision::int8), Precision::int8);
  EXPECT_EQ(widened_formats(a100.model, a100.chip, "A100-SXM"),
            "A100-SXM has no fp8 rate: read as fp8, multiplied in bf16");
  const ServedQuestion b200 = decode_on("B200", "gpt-oss-120b", "fp4", 16.0);
  EXPECT_EQ(widened_formats(b200.model, b200.chip, "B200-SXM"), "");
}

// hf-mem#60: gpt-oss-120b has 65.25 GB of weights. 36 layers of 128 experts of three 2,880 x 2,880
// matrices in MXFP4 (4 bit and 8 bit for 32 values) are 60.9 GB, the rest 2.1e9 values in 16 bit.
TEST(ServedFormats, OfACheckpointMixThem) {
  const ServedQuestion q = decode_on("H100", "gpt-oss-120b", "fp4", 16.0);
  EXPECT_EQ(q.model.attention_weights, Precision::bf16);
  EXPECT_EQ(q.model.expert_weights, Precision::mxfp4);
  constexpr double published = 65.25e9;  // with norms, router and biases, which are not counted
  EXPECT_NEAR(kernels::weight_bytes_per_chip(q.model, {}), published, 0.01 * published);
}

// vllm#6746: the 405B-FP8 checkpoint loads 57.75 GiB on each of 8 chips, since attention stays in
// 16 bit.
TEST(ServedFormats, OfLlama405BInFp8KeepAttentionInSixteenBit) {
  const ServedWork work{.model = catalogue().find_model("llama-3.1-405b"),
                        .formats = {.precision = "fp8",
                                    .attention_weights = {},
                                    .expert_weights = {},
                                    .cache = {},
                                    .checkpoint = "meta-llama/Llama-3.1-405B-FP8"},
                        .software = {},
                        .context_tokens = 2048,
                        .batch_sequences = 1.0,
                        .max_tpot_s = {},
                        .layout = {}};
  const ServedQuestion q = served_questions(work, chip("H100")).at(0);
  EXPECT_EQ(q.model.attention_weights, Precision::bf16);
  EXPECT_EQ(q.model.mlp_weights, Precision::fp8);
  constexpr double published = 57.75 * 1024.0 * 1024.0 * 1024.0;
  // Not counted: the first and last layer, whose MLPs stay in 16 bit (Llama 3, section 6.2: 0.65 GB
  // a chip), and scales.
  EXPECT_NEAR(kernels::weight_bytes_per_chip(q.model, {.tensor = 8}), published, 0.03 * published);
}

// 671e9 bytes do not fit into 8 x 80 GB, nor into one chip; 8 x 141 GB hold them.
TEST(ServedFit, OfDeepSeekInEightBit) {
  ServedQuestion h100 = decode_on("H100", "deepseek-r1", "fp8", {});
  h100.max_chips = 8;
  EXPECT_FALSE(answer(h100, coefficients()).fits);
  EXPECT_NE(answer(h100, coefficients()).why.find("GB weights"), std::string::npos);
  ServedQuestion h200 = decode_on("H200", "deepseek-r1", "fp8", {});
  h200.max_chips = 8;
  const ServedAnswer found = answer(h200, coefficients());
  EXPECT_TRUE(found.fits) << found.why;
  EXPECT_EQ(kernels::chips_per_replica(found.plan), 8);
}

// DeepSeek decodes 14.8k tokens/s on a node of 8 H800 at 4,989 tokens of cache (DeepSeek-V3/R1
// inference system overview, 2025): 1,850 a chip. Three tenths: averages of a day with idle hours,
// of software that nobody else has.
TEST(ServedLayout, OfDeepSeekSpreadsExpertsOverManyServers) {
  const ServedAnswer found =
      answer(decode_on("H800-SXM", "deepseek-r1", "fp8", {}, 4989), coefficients());
  ASSERT_TRUE(found.fits) << found.why;
  EXPECT_GE(found.plan.expert, 32);
  EXPECT_NEAR(found.tokens_per_s_per_chip, 1850.0, 0.3 * 1850.0);
}

TEST(ServedLayout, ThatIsAskedForIsTaken) {
  ServedQuestion q = decode_on("H200", "llama-3.1-70b", "fp8", 32.0);
  for (const std::int32_t tensor : {1, 2, 4, 8}) {
    q.layout.tensor = tensor;
    const ServedAnswer found = answer(q, coefficients());
    ASSERT_TRUE(found.fits) << found.why;
    EXPECT_EQ(found.plan.tensor, tensor);
  }
}

// The largest batch whose step is short enough: one more sequence takes too long.
TEST(ServedLayout, AsManySequencesAsTheTimeAllows) {
  ServedQuestion q = decode_on("H200", "llama-3.1-70b", "fp8", {});
  q.layout.tensor = 4;
  q.layout.pipeline = 1;
  q.max_tpot_s = 0.015;
  const ServedAnswer found = answer(q, coefficients());
  ASSERT_TRUE(found.fits) << found.why;
  EXPECT_LE(found.tpot_s, 0.015);
  q.max_tpot_s.reset();
  q.sequences = found.sequences + 1;
  EXPECT_GT(answer(q, coefficients()).tpot_s, 0.015);
}

}  // namespace
}  // namespace tranche
