// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/training_cases.hpp"

#include <gtest/gtest.h>

#include "kernels/models/transformer/model_counts.hpp"
#include "sim/performance/plan/training_case_text.hpp"
#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

using kernels::Recompute;
using kernels::Sharding;

TEST(TrainingCaseText, ReadsShardingAndRecompute) {
  EXPECT_EQ(sharding_from_text("FSDP FULL_SHARD (ZeRO-3)"), Sharding::weights);
  EXPECT_EQ(sharding_from_text("FSDP (ZeRO-2 style: no reshard)"), Sharding::gradients);
  EXPECT_EQ(sharding_from_text("HSDP (shard in node, replicate across)"), Sharding::hybrid);
  EXPECT_EQ(sharding_from_text("ZeRO-1 (distributed optimizer)"), Sharding::optimizer);
  EXPECT_EQ(sharding_from_text("none"), Sharding::none);
  EXPECT_FALSE(sharding_from_text(""));
  const auto recompute = [](const char* text, Sharding s) {
    return recompute_from_text(text, s, 32).value().recompute;
  };
  EXPECT_EQ(recompute("selective", Sharding::optimizer), Recompute::selective);
  EXPECT_EQ(recompute("selective", Sharding::weights), Recompute::alternate);
  EXPECT_EQ(recompute("selective (MLP activation + norm)", Sharding::optimizer),
            Recompute::elementwise);
  EXPECT_EQ(recompute("full (printed Selective AC)", Sharding::weights), Recompute::full);
  EXPECT_EQ(
      recompute_from_text("partial (full recompute of 8 layers)", Sharding::weights, 32)->share,
      0.25);
}

TEST(TrainingCases, TakeTheShapeOfAKnownModelThatTheRowLeavesOut) {
  const auto one = [](const std::string& model, const std::string& layers) {
    return training_cases(parse_csv("id,chip,n_gpus,model_name,n_layers,seq_len,global_batch,"
                                    "precision,measured_step_time_s\na,H100-SXM,64," +
                                        model + "," + layers + ",8192,512,bf16,4\n",
                                    "t.csv"),
                          tests::catalogue())
        .at(0);
  };
  const TrainingCase known = one("llama-3.1-70b", "");
  EXPECT_EQ(known.skipped, "");
  EXPECT_NEAR(kernels::total_parameters(known.model), 70.55e9, 0.01e9);  // its model card
  EXPECT_EQ(known.model.kv_heads, 8);
  // a stated part of a shape is a shape of its own
  EXPECT_EQ(one("llama-3.1-70b", "80").skipped, "missing hidden, n_heads");
  EXPECT_EQ(one("a-model-of-ours", "").skipped, "missing n_layers, hidden, n_heads");
  // layers that training does not model are not computed as attention
  EXPECT_NE(one("nemotron-3-nano", "").skipped, "");
}

TEST(TrainingCases, SayWhatIsMissingAndReadOn) {
  const CsvTable table = parse_csv(
      "id,chip,n_gpus,n_layers,hidden,n_heads,seq_len,global_batch,precision,extra\n"
      "a,H100-SXM,8,32,4096,32,4096,64,bf16,ignored\n"
      "b,H100-SXM,8,,4096,32,4096,64,bf16,\n"
      "c,H100-SXM,8,32,4096,32,4096,64,int3,\n",
      "t.csv");
  const auto cases = training_cases(table, tests::catalogue());
  ASSERT_EQ(cases.size(), 3u);
  EXPECT_EQ(cases[0].skipped, "");
  EXPECT_EQ(cases[1].skipped, "missing n_layers");
  EXPECT_EQ(cases[2].skipped.find("precision `int3`"), 0u);
  EXPECT_EQ(cases[0].plan.data, 8);
  EXPECT_FALSE(cases[0].micro_batch_known);
  EXPECT_EQ(cases[0].model.ffn_hidden, 4 * 4096);
}

// Regression: words in notes or a source selected the software stack.
TEST(TrainingCases, FreeTextChangesNothing) {
  const std::string head =
      "id,source,notes,chip,n_gpus,n_layers,hidden,n_heads,seq_len,global_batch,precision,stack,"
      "software_year,attention_kernel\n";
  const auto job = [&](const std::string& source, const std::string& notes,
                       const std::string& stated) {
    return training_cases(parse_csv(head + "a," + source + "," + notes +
                                        ",H100-SXM,8,32,4096,32,4096,64,bf16," + stated + "\n",
                                    "t.csv"),
                          tests::catalogue())
        .at(0)
        .job;
  };
  const auto plain = job("", "", ",,");
  for (const char* text : {"torchtitan", "profiled with kernel=on", "no flash", "kernel=torch",
                           "1F1B", "training_results_v3.0"}) {
    for (const auto& one : {job(text, "", ",,"), job("", text, ",,")}) {
      EXPECT_EQ(one.stack, plain.stack) << text;
      EXPECT_EQ(one.software_year, plain.software_year) << text;
      EXPECT_EQ(one.fused_norm, plain.fused_norm) << text;
      EXPECT_EQ(one.attention_kernel, plain.attention_kernel) << text;
    }
  }
  const auto stated = job("", "", "eager,2021.9,unfused");
  EXPECT_EQ(stated.stack, kernels::Stack::eager);
  EXPECT_EQ(stated.software_year, 2021.9);
  EXPECT_EQ(stated.attention_kernel, kernels::AttentionKernel::unfused);
}

TEST(TrainingCases, AStepTimeIsAMeasurement) {
  const auto cases = training_cases(
      parse_csv("id,chip,n_gpus,n_layers,hidden,n_heads,seq_len,global_batch,precision,"
                "measured_step_time_s\n"
                "a,H100-SXM,8,32,4096,32,4096,64,bf16,4\n",
                "t.csv"),
      tests::catalogue());
  // 64 sequences of 4,096 tokens in 4 s on 8 chips
  EXPECT_EQ(cases.at(0).measured_tokens_per_s_per_chip, 64.0 * 4096 / 4 / 8);
}

}  // namespace
}  // namespace tranche
