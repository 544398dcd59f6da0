// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/case_check.hpp"

#include <gtest/gtest.h>

#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

using tests::catalogue;

const std::string training_head =
    "id,chip,n_gpus,n_layers,hidden,n_heads,gated_mlp,seq_len,global_batch,precision,TP,PP\n";

std::string training_problem(const std::string& row) {
  return row_problem(parse_csv(training_head + row + "\n", "cases.csv"), 0, CaseSchema::training,
                     catalogue());
}

TEST(CaseSchema, IsToldByTheColumns) {
  EXPECT_EQ(case_schema(parse_csv(training_head, "a.csv")), CaseSchema::training);
  EXPECT_EQ(case_schema(parse_csv("unit,value,metric,problem_size,chip,kernel_app,id\n", "a.csv")),
            CaseSchema::memory_bound);
  EXPECT_FALSE(case_schema(parse_csv("id,chip,n_gpus,seq_len\n", "a.csv")));
  EXPECT_EQ(missing_columns(parse_csv("id,chip,n_gpus,seq_len\n", "a.csv")).at(0),
            "for training cases it lacks `global_batch`");
}

TEST(RowProblem, FindsNothingInASoundRow) {
  EXPECT_EQ(training_problem("a,H100-SXM,64,32,4096,32,1,8192,128,bf16,8,2"), "");
  // blanks that are not required are filled by the prediction
  EXPECT_EQ(training_problem("a,H100-SXM,64,32,4096,32,1,8192,128,bf16,,unknown"), "");
}

TEST(RowProblem, NamesEveryRequiredFieldThatIsBlank) {
  EXPECT_EQ(training_problem("a,,64,,4096,,1,8192,128,bf16,8,2"),
            "missing chip, n_layers, n_heads");
}

TEST(RowProblem, NeedsNoShapeOfAModelThatTheCatalogueKnows) {
  const std::string head =
      "id,chip,n_gpus,model_name,seq_len,global_batch,precision,TP,measured_step_time_s\n";
  const auto problem = [&](const std::string& row) {
    return row_problem(parse_csv(head + row + "\n", "cases.csv"), 0, CaseSchema::training,
                       catalogue());
  };
  EXPECT_EQ(problem("a,H100-SXM,64,llama-3.1-70b,8192,128,bf16,8,4"), "");
  EXPECT_EQ(problem("a,H100-SXM,96,llama-3.1-70b,8192,128,bf16,3,4"),
            "TP 3 does not divide 64 heads");
  EXPECT_EQ(problem("a,H100-SXM,64,llama-9b,8192,128,bf16,8,4").find("missing n_layers, hidden"),
            0u);
  const auto served = [&](const std::string& row) {
    return row_problem(
        parse_csv("id,software,chip,n_gpus,TP,model_name,weight_precision,input_len,output_len,"
                  "batch_or_concurrency,scenario,metric,value,unit\n" +
                      row + "\n",
                  "cases.csv"),
        0, CaseSchema::inference, catalogue());
  };
  EXPECT_EQ(served("a,vllm 0.12,H100,2,2,qwen3-32b,bf16,1024,128,16,closed loop,mean_tpot,17,ms"),
            "");
  EXPECT_EQ(served("a,vllm 0.12,H100,2,2,ours-32b,bf16,1024,128,16,closed loop,mean_tpot,17,ms")
                .find("missing n_layers, hidden, n_heads"),
            0u);
}

TEST(RowProblem, SaysWhichLayoutsCannotBe) {
  EXPECT_EQ(training_problem("a,H100-SXM,64,32,4096,32,1,8192,128,bf16,8,3"),
            "TP x PP x CP = 24 does not divide 64 chips");
  EXPECT_EQ(training_problem("a,H100-SXM,64,32,4096,12,1,8192,128,bf16,8,2"),
            "TP 8 does not divide 12 heads");
  EXPECT_EQ(training_problem("a,H100-SXM,64,32,4096,32,1,8192,2,bf16,8,2"),
            "a batch of 2 is smaller than its 4 data-parallel replicas");
  EXPECT_EQ(training_problem("a,H100-SXM,64,8,4096,32,1,8192,128,bf16,1,16"),
            "PP 16 is above 8 layers");
}

// Regression: rows with contradictory layouts were predicted.
TEST(RowProblem, RefusesLayoutsThatContradictThemselves) {
  const auto problem = [](const std::string& row) {
    return row_problem(
        parse_csv("id,chip,n_gpus,n_layers,hidden,n_heads,gated_mlp,seq_len,global_batch,precision,"
                  "TP,PP,DP,EP,n_experts,top_k,micro_batch\n" +
                      row + "\n",
                  "cases.csv"),
        0, CaseSchema::training, catalogue());
  };
  EXPECT_EQ(problem("a,H100-SXM,128,80,8192,64,1,8192,128,bf16,8,4,16,,,,"),
            "TP x PP x CP x DP = 512 is not 128 chips");
  EXPECT_EQ(problem("a,H100-SXM,64,32,4096,32,1,4096,256,bf16,1,1,64,3,8,2,"),
            "EP 3 does not divide 8 experts");
  EXPECT_EQ(problem("a,H100-SXM,64,32,4096,32,1,8192,100,bf16,1,1,64,,,,"),
            "a batch of 100 is no multiple of its 64 data-parallel replicas");
  EXPECT_EQ(problem("a,H100-SXM,8,32,4096,32,1,8192,40,bf16,1,1,8,,,,2"),
            "5 sequences of each replica are no whole micro-batches of 2");
  EXPECT_EQ(problem("a,H100-SXM,64,32,4096,32,1,4096,256,bf16,1,1,64,8,8,2,"), "");
}

const std::string served_head =
    "id,software,chip,n_gpus,TP,DP,model_name,n_layers,hidden,n_heads,ffn_hidden,n_experts,"
    "weight_precision,input_len,output_len,batch_or_concurrency,scenario,metric,value,unit\n";

std::string served_problem(const std::string& row) {
  return row_problem(parse_csv(served_head + row + "\n", "cases.csv"), 0, CaseSchema::inference,
                     catalogue());
}

TEST(RowProblem, RefusesServedLayoutsThatDoNotDivide) {
  const std::string rest = ",bf16,1024,1024,16,closed loop,output_throughput,1,tok/s";
  EXPECT_EQ(served_problem("a,vllm 0.12,H100-SXM,3,3,,llama-3-8b,32,4096,32,," + rest),
            "TP 3 does not divide 32 heads");
  EXPECT_EQ(served_problem("a,vllm 0.12,H100-SXM,8,2,2,llama-3-8b,32,4096,32,," + rest),
            "TP x PP x DP = 4 is not 8 chips");
}

TEST(RowProblem, AMixtureNeverBecomesDense) {
  const std::string rest = ",fp8,1024,1024,16,closed loop,output_throughput,1,tok/s";
  EXPECT_EQ(served_problem("a,vllm 0.12,H100-SXM,8,8,,deepseek-r1,61,7168,128,," + rest), "");
  EXPECT_EQ(served_problem("a,vllm 0.12,H100-SXM,8,8,,deepseek-r1,61,7168,128,,0" + rest),
            "n_experts 0, but deepseek-r1 has 256 experts");
  EXPECT_NE(served_problem("a,vllm 0.12,H100-SXM,8,8,,deepseek-r1,30,7168,128,," + rest), "");
}

TEST(RowProblem, AMixtureIsNotTrainedAsADenseModel) {
  const std::string problem = row_problem(
      parse_csv("id,model_name,chip,n_gpus,n_layers,hidden,n_heads,gated_mlp,seq_len,global_batch,"
                "precision\na,mistralai/Mixtral-8x7B-v0.1,H100-SXM,16,32,4096,32,1,4096,128,bf16\n",
                "cases.csv"),
      0, CaseSchema::training, catalogue());
  // 8 experts of 14,336, two of them active: the model's config.json
  EXPECT_EQ(problem, "mixtral-8x7b has 8 experts: state n_experts 8, top_k 2 and ffn_hidden 14336");
}

TEST(RowProblem, AFormatInTheNameIsNotContradicted) {
  const std::string rest = ",1024,1024,16,closed loop,output_throughput,1,tok/s";
  EXPECT_EQ(
      served_problem("a,vllm 0.12,H200-SXM,8,8,,Qwen/Qwen3-235B-A22B-FP8,94,4096,64,,,bf16" + rest),
      "weight_precision `bf16` contradicts `fp8`, which the model's name states");
}

}  // namespace
}  // namespace tranche
