#include "sim/performance/case_check.hpp"

#include <gtest/gtest.h>

namespace tranche {
namespace {

const Catalogue& catalogue() {
  static const Catalogue one = read_catalogue(std::string(TRANCHE_SOURCE_DIR) + "/scenarios");
  return one;
}

const std::string head =
    "id,chip,n_gpus,n_layers,hidden,n_heads,gated_mlp,seq_len,global_batch,precision,TP,PP\n";

std::string training_problem(const std::string& row) {
  return row_problem(parse_csv(head + row + "\n", "cases.csv"), 0, CaseSchema::training,
                     catalogue());
}

TEST(CaseSchema, IsToldByTheColumns) {
  EXPECT_EQ(case_schema(parse_csv(head, "a.csv")), CaseSchema::training);
  EXPECT_EQ(case_schema(parse_csv("unit,value,metric,problem_size,chip,kernel_app,id\n", "a.csv")),
            CaseSchema::memory_bound);
  EXPECT_FALSE(case_schema(parse_csv("id,chip,n_gpus,seq_len\n", "a.csv")));
  EXPECT_EQ(missing_columns(parse_csv("id,chip,n_gpus,seq_len\n", "a.csv")).at(0),
            "for training cases it lacks `global_batch`");
}

TEST(RowProblem, FindsNothingInASoundRow) {
  EXPECT_EQ(training_problem("a,H100-SXM,64,32,4096,32,1,8192,128,bf16,8,2"), "");
  // what is blank and not required is filled by the prediction
  EXPECT_EQ(training_problem("a,H100-SXM,64,32,4096,32,1,8192,128,bf16,,unknown"), "");
}

TEST(RowProblem, NamesEveryRequiredFieldThatIsBlank) {
  EXPECT_EQ(training_problem("a,,64,,4096,,1,8192,128,bf16,8,2"), "n_layers, n_heads, chip");
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

}  // namespace
}  // namespace tranche
