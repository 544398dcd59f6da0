// SPDX-License-Identifier: Apache-2.0

// Impossible layouts of served models are refused by every command.
#include "sim/performance/serving/served_layout.hpp"

#include <gtest/gtest.h>

#include "sim/performance/serving/served_work.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using tests::catalogue;

kernels::ModelParams shape(const char* name) { return catalogue().find_model(name)->shape; }

std::string problem(const char* model, const kernels::InferencePlan& plan) {
  return layout_problem(shape(model), plan);
}

// Llama-3.1-70B has 64 heads and 80 layers.
TEST(ServedLayout, OfADenseModelDividesItsHeads) {
  EXPECT_EQ(problem("llama-3.1-70b", {.tensor = 3}), "TP 3 does not divide 64 heads");
  EXPECT_EQ(problem("llama-3.1-70b", {.tensor = 7}), "TP 7 does not divide 64 heads");
  EXPECT_EQ(problem("llama-3.1-70b", {.tensor = 8, .pipeline = 3}), "");
  EXPECT_EQ(problem("llama-3.1-70b", {.tensor = 1, .pipeline = 81}), "PP 81 is above 80 layers");
}

TEST(ServedLayout, OfADenseModelSpreadsNoExperts) {
  EXPECT_EQ(problem("llama-3.1-70b", {.tensor = 2, .pipeline = 1, .expert = 2}),
            "EP 2 of a model without experts");
  EXPECT_EQ(problem("llama-3.1-70b",
                    {.tensor = 1, .pipeline = 1, .expert = 1, .attention_data_parallel = 4}),
            "attention DP 4 of a model without experts: its replicas are whole");
}

// Mixtral has 8 experts and 32 heads.
TEST(ServedLayout, OfAMixtureDividesExpertsAndChips) {
  EXPECT_EQ(problem("mixtral-8x7b", {.tensor = 8, .pipeline = 1, .expert = 8}), "");
  EXPECT_EQ(problem("mixtral-8x7b", {.tensor = 8, .pipeline = 1, .expert = 3}),
            "EP 3 does not divide 8 experts");
  EXPECT_EQ(problem("mixtral-8x7b", {.tensor = 4, .pipeline = 1, .expert = 8}),
            "EP 8 does not divide the 4 chips of a stage");
  EXPECT_EQ(problem("mixtral-8x7b",
                    {.tensor = 1, .pipeline = 1, .expert = 4, .attention_data_parallel = 4}),
            "");
}

// Published layouts of DeepSeek-R1 with its 256 experts: 288 places on 72 or 144 chips, 320 on 320
// (DeepSeek-V3 report, arXiv 2412.19437; SGLang, May 2025).
TEST(ServedLayout, MayHoldPopularExpertsTwice) {
  const auto wide = [](std::int32_t chips) {
    return kernels::InferencePlan{
        .tensor = 1, .pipeline = 1, .expert = chips, .attention_data_parallel = chips};
  };
  for (const std::int32_t chips : {32, 72, 144, 320})
    EXPECT_EQ(problem("deepseek-r1", wide(chips)), "") << chips;
  EXPECT_EQ(problem("deepseek-r1", wide(200)), "EP 200 does not divide 256 experts");
}

TEST(ServedLayout, OverSeveralDomainsNeedsANetwork) {
  const kernels::InferencePlan wide{
      .tensor = 1, .pipeline = 1, .expert = 16, .attention_data_parallel = 16};
  kernels::ChipParams chip = chip_params(*catalogue().find_chip("H800-SXM"));
  EXPECT_EQ(network_problem(chip, wide), "");
  chip.scale_out_bytes_per_s = 0.0;
  EXPECT_NE(network_problem(chip, wide).find("scale_out_bandwidth"), std::string::npos);
}

ServedQuestion question() {
  ServedQuestion q;
  q.chip = chip_params(*catalogue().find_chip("H200"));
  q.model.shape = shape("llama-3.1-70b");
  kernels::set_weights(q.model, kernels::Precision::fp8);
  q.context_tokens = 2048;
  q.sequences = 16;
  return q;
}

TEST(ServedLayout, ThatCannotBeHasNoAnswer) {
  ServedQuestion q = question();
  q.layout.tensor = 3;
  const ServedAnswer found = answer(q, read_inference_coefficients(catalogue().folder));
  EXPECT_FALSE(found.fits);
  EXPECT_EQ(found.why, "TP 3 does not divide 64 heads");
}

// The search tries 1, 2, 4 and 8 stages.
TEST(ServedLayout, NeedNotBeAmongThoseThatAreSearched) {
  ServedQuestion q = question();
  q.layout.pipeline = 3;
  const ServedAnswer found = answer(q, read_inference_coefficients(catalogue().folder));
  ASSERT_TRUE(found.fits) << found.why;
  EXPECT_EQ(found.plan.pipeline, 3);
}

}  // namespace
}  // namespace tranche
