// SPDX-License-Identifier: Apache-2.0

// Rows of measured serving on pools of their own.
#include "sim/performance/validation/inference_pools.hpp"

#include <gtest/gtest.h>

#include "sim/performance/validation/inference_cases.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using tests::catalogue;

constexpr const char* pool_columns =
    "id,software,chip,n_gpus,TP,PP,DP,EP,model_name,n_layers,hidden,n_heads,n_kv_heads,head_dim,"
    "ffn_hidden,n_experts,top_k,vocab,weight_precision,kv_precision,input_len,output_len,"
    "batch_or_concurrency,scenario,metric,value,unit,notes,prefill_gpus,decode_gpus,draft_tokens,"
    "accepted_tokens\n";

// A row of DeepSeek-R1, from its chips to its notes and columns of the pools.
CsvTable row(const std::string& software, const std::string& layout, const std::string& lengths,
             const std::string& scenario, const std::string& rest) {
  return parse_csv(pool_columns + ("a," + software + "," + layout) +
                       ",deepseek-r1,61,7168,128,128,MLA(kv_lora512+rope64),2048,256,8,129280,fp8,"
                       "bf16," +
                       lengths + "," + scenario + "," + rest + "\n",
                   "pools.csv");
}

TEST(InferencePools, AreReadFromNotesOrColumns) {
  const PoolCase noted = pool_case(
      row("Dynamo sglang 0.5.8", "GB200,48,1,1,32,32", "1024,1024,8192", "disaggregated serving",
          "mean_tpot,22.6,ms,prefill 4 x (TP1 DP4 EP4) = 16 GPUs; decode 1 x (TP1 attention-DP32 "
          "expert TP1 EP32) = 32 GPUs,,,,"),
      0);
  EXPECT_EQ(noted.pool, MeasuredPool::both);
  EXPECT_EQ(noted.prefill_chips, 16);
  EXPECT_EQ(noted.decode_chips, 32);
  ASSERT_TRUE(noted.prefill_plan);
  EXPECT_EQ(noted.prefill_plan->attention_data_parallel, 4);
  const PoolCase stated = pool_case(row("vllm 0.18.0", "GB200,48,1,1,32,32", "1024,1024,8192",
                                        "disaggregated serving", "mean_tpot,22.6,ms,,8,40,,"),
                                    0);
  EXPECT_EQ(stated.prefill_chips, 8);
  EXPECT_EQ(stated.decode_chips, 40);
}

TEST(InferencePools, WithoutTheirSizesAreRefused) {
  const auto cases = read_inference_cases(row("vllm 0.18.0", "GB200,48,1,1,32,32", "1024,1024,8192",
                                              "disaggregated serving", "mean_tpot,22.6,ms,,,,,"),
                                          catalogue());
  EXPECT_NE(cases.at(0).skipped.find("prefill_gpus and decode_gpus"), std::string::npos);
}

// 1 + 0.75 + 0.75^2 + 0.75^3
TEST(InferencePools, AssumeThreeOfFourDraftsAccepted) {
  EXPECT_DOUBLE_EQ(assumed_speculation(3).accepted_tokens, 2.734375);
  const auto stated = stated_speculation(
      row("SGLang (July 2025)", "H200-SXM,16,1,1,16,16", "65536,4096,2", "disaggregated decode",
          "output_throughput_per_gpu,81.5,tok/s/GPU,,,,2,2.18"),
      0);
  EXPECT_DOUBLE_EQ(stated.speculation.accepted_tokens, 2.18);
  EXPECT_FALSE(stated.is_assumed);
  EXPECT_TRUE(stated_speculation(row("Dynamo TensorRT-LLM MTP", "GB200,36,,,,8", "1024,1024,4",
                                     "disaggregated serving", "mean_tpot,3.5,ms,,4,32,,"),
                                 0)
                  .is_assumed);
}

// 9 servers of 8 H100 decode 22,282 tokens/s each at 256 sequences a chip, 2,000 + 100 tokens
// (SGLang, "Deploying DeepSeek with PD disaggregation and large-scale expert parallelism", May
// 2025): 2,785 a chip. A quarter: kernels measured one by one add up to 7 to 21 % of four such
// systems.
TEST(InferencePools, OfDeepSeekOn72H100DecodeAsMeasured) {
  const auto cases = read_inference_cases(
      row("SGLang (May 2025)", "H100-SXM,72,1,1,72,72", "2000,100,256", "disaggregated decode",
          "output_throughput_per_gpu,2785.2,tok/s/GPU,,,,,"),
      catalogue());
  ASSERT_EQ(cases.at(0).skipped, "");
  std::string why;
  const double predicted = predict(cases[0], read_inference_coefficients(catalogue().folder), why);
  EXPECT_EQ(why, "");
  EXPECT_NEAR(predicted, 2785.0, 0.25 * 2785.0);
}

TEST(InferencePools, NameSoftwareByItsAge) {
  EXPECT_EQ(serving_software_of("Dynamo trtllm 0.8.1.post2"),
            ServingSoftware::tensorrt_llm_pytorch);
  EXPECT_EQ(serving_software_of("TensorRT-LLM (May 2025)"), ServingSoftware::tensorrt_llm_pytorch);
  EXPECT_EQ(serving_software_of("vllm 0.18.0"), ServingSoftware::vllm_2026);
  EXPECT_EQ(serving_software_of("vllm 0.12.0"), ServingSoftware::vllm_v1);
  EXPECT_EQ(serving_software_of("TensorRT 10.14, CUDA 13.1"),
            ServingSoftware::tensorrt_mlperf_2026);
  EXPECT_EQ(serving_software_of("TensorRT 10.11, CUDA 12.9"), ServingSoftware::tensorrt_mlperf);
}

}  // namespace
}  // namespace tranche
