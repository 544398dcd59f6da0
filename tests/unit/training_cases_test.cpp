#include "sim/performance/training_cases.hpp"

#include <gtest/gtest.h>

#include "sim/performance/training_case_text.hpp"

namespace tranche {
namespace {

using kernels::Recompute;
using kernels::Sharding;

TEST(SoftwareYear, ReadsRoundsContainersAndPapers) {
  const auto year = [](const char* source, const char* locator) {
    return software_year(source, locator, {}).value_or(0);
  };
  EXPECT_NEAR(year("MLPerf Training", "training_results_v4.1: NVIDIA"), 2024.85, 0.01);
  EXPECT_NEAR(year("NeMo", "\"24.07\" container"), 2024.5, 0.01);
  EXPECT_NEAR(year("dgxc", "README.md @tag v25.05.04"), 2025.33, 0.01);
  EXPECT_NEAR(year("Narayanan", "Table 1 (arXiv 2104.04473; full text)"), 2021.25, 0.01);
  EXPECT_EQ(year("somebody", "README.md @8c8dd48"), 0);
}

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

TEST(TrainingCases, SayWhatIsMissingAndReadOn) {
  const CsvTable table = parse_csv(
      "id,chip,n_gpus,n_layers,hidden,n_heads,seq_len,global_batch,precision,extra\n"
      "a,H100-SXM,8,32,4096,32,4096,64,bf16,ignored\n"
      "b,H100-SXM,8,,4096,32,4096,64,bf16,\n"
      "c,H100-SXM,8,32,4096,32,4096,64,int3,\n",
      "t.csv");
  const auto cases = training_cases(table, {});
  ASSERT_EQ(cases.size(), 3u);
  EXPECT_EQ(cases[0].skipped, "");
  EXPECT_EQ(cases[1].skipped, "n_layers");
  EXPECT_EQ(cases[2].skipped, "precision");
  EXPECT_EQ(cases[0].plan.data, 8);
  EXPECT_FALSE(cases[0].micro_batch_known);
  EXPECT_EQ(cases[0].model.ffn_hidden, 4 * 4096);
}

}  // namespace
}  // namespace tranche
