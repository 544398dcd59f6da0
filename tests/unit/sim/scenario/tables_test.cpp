// SPDX-License-Identifier: Apache-2.0

// The tables of names, and the list of inputs that follows from the members of a scenario.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "sim/catalogue/precisions.hpp"
#include "sim/performance/throughput/stated_work.hpp"
#include "sim/scenario/constraints.hpp"
#include "sim/scenario/metrics.hpp"
#include "sim/scenario/visit.hpp"
#include "sim/scenario/workload_kinds.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

template <class Table>
void expect_distinct_names(const Table& table) {
  std::set<std::string_view> names;
  for (const auto& row : table) {
    EXPECT_FALSE(row.name.empty());
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
}

TEST(Tables, NameEachThingOnce) {
  expect_distinct_names(metric_table);
  expect_distinct_names(constraint_table);
  expect_distinct_names(workload_kind_table);
  expect_distinct_names(precision_table);
}

TEST(Tables, EveryMetricHasAUnitAndATitle) {
  for (const MetricRow& row : metric_table) {
    EXPECT_FALSE(row.unit.empty()) << row.name;
    EXPECT_FALSE(row.title.empty()) << row.name;
    EXPECT_GT(row.factor, 0.0f) << row.name;
  }
}

// The layout of a served model was left out of the inputs of result.json.
TEST(ScenarioInputs, IncludeTheLayoutOfAServedModel) {
  std::string text = tests::small_scenario(R"(
[workloads.serving]
kind = "decode"
model = "Llama-3.1-70B"
context = 4096
tensor = 4
pipeline = 2
)");
  const std::string firm = "[firms.acme]\n";
  text.insert(text.find(firm) + firm.size(), "workloads = \"alternatives\"\n");
  const ScenarioSet set = tests::read_text(text);
  std::set<std::string> paths;
  for_each_input(set.variants.front().scenario,
                 [&](const Input& input) { paths.insert(input.path); });
  EXPECT_TRUE(paths.contains("workloads.serving.tensor"));
  EXPECT_TRUE(paths.contains("workloads.serving.pipeline"));
}

// One release long, with a warning.
TEST(FormerKeys, StillWork) {
  const std::string licence = "[licences.bis]\nreference_shipped = 1000\n";
  const ScenarioSet former =
      tests::read_text(tests::small_scenario(licence + "aggregate_tpp_share = 0.5\n"),
                       {.set = {"licences.bis.aggregate_tpp_share=0.25"}, .draws = {}, .seed = {}});
  const auto renamed =
      std::count_if(former.warnings.begin(), former.warnings.end(), [](const Diagnostic& warning) {
        return warning.problem == "`aggregate_tpp_share` is called `aggregate_share_cap` now";
      });
  EXPECT_EQ(renamed, 2);  // in the file and on the command line
  const Permission& permission = former.variants.front().scenario.permissions.front();
  EXPECT_EQ(permission.aggregate_share_cap->path, "licences.bis.aggregate_share_cap");
  EXPECT_EQ(permission.aggregate_share_cap->distribution.parameters.front(), 0.25);
}

// `precision = "nvfp4"` found no rate, though the catalogue has one for 4-bit formats.
TEST(Precisions, BothFourBitFloatsHaveTheRateOfTheCatalogue) {
  const ChipEntry& chip = *tests::catalogue().find_chip("B200-SXM");
  const double fp4_flop_per_s = chip.dense_flop_per_s.at("fp4").value;
  EXPECT_EQ(peak_flop_per_s(chip, "nvfp4"), fp4_flop_per_s);
  EXPECT_EQ(peak_flop_per_s(chip, "mxfp4"), fp4_flop_per_s);
  EXPECT_EQ(peak_flop_per_s(chip, "int4"), 0.0);
}

}  // namespace
}  // namespace tranche
