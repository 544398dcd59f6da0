// SPDX-License-Identifier: Apache-2.0
#include "sim/results/results.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/text/json_text.hpp"
#include "sim/text/text_table.hpp"
#include "tests/support/run_result_builder.hpp"

namespace tranche {
namespace {

// Every draw of every firm: 1000 (step + 1) in the base case, twice that in the what-if.
MadeRun growing() {
  MadeRun made;
  made.variants = {"base", "more, \"better\""};
  made.firms = {"alibaba", "all"};
  made.steps = {"2026-02", "2026-03"};
  made.draws = 8;
  made.value = [](std::uint64_t, int step, int variant, int, int) {
    return static_cast<float>((step + 1) * (variant + 1)) * 1000.0f;
  };
  return made;
}

TEST(CsvField, IsQuotedWhenItHasTo) {
  EXPECT_EQ(csv_field("plain name"), "plain name");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("a \"b\""), "\"a \"\"b\"\"\"");
  EXPECT_EQ(csv_field("a\nb"), "\"a\nb\"");
}

TEST(SummaryCsv, HasTheColumnsOfTheInterface) {
  const RunResult result = make_run_result(growing());
  const std::string csv = summary_csv(result.lowered, summary_rows(result));
  EXPECT_EQ(csv.substr(0, csv.find('\n')),
            "what_if,firm,month,metric,unit,mean,sd,p05,p25,p50,p75,p95,mc_error_p50");
  EXPECT_NE(csv.find("\nbase,alibaba,2026-03,training_flop_per_s,FLOP/s,2000,0,2000,"),
            std::string::npos)
      << csv;
  EXPECT_NE(csv.find("\n\"more, \"\"better\"\"\",all,2026-02,"), std::string::npos);
}

TEST(SummaryCsv, HasTheSameColumnsForDifferences) {
  const RunResult result = make_run_result(growing());
  const std::string csv = summary_csv(result.lowered, difference_rows(result));
  EXPECT_EQ(csv.find("what_if,firm,month,metric,unit,mean,sd,p05"), 0u);
  EXPECT_EQ(csv.find("\nbase,"), std::string::npos);
}

TEST(BindingCsv, NamesConstraintsAndShares) {
  RunResult result = make_run_result(growing());
  const kernels::FleetView view = result.lowered.data.view();
  result.tally.bindings[static_cast<std::size_t>(kernels::binding_counter(
      view, 1, 0, 0, static_cast<std::int32_t>(kernels::Constraint::power)))] = 2;
  const std::string csv = binding_csv(result.lowered, binding_rows(result));
  EXPECT_EQ(csv,
            "what_if,firm,month,constraint,share_of_draws\n"
            "base,alibaba,2026-03,power,0.25\n"
            "base,all,2026-03,power,0.25\n");
}

TEST(ResultJson, HasTheKeysThatScriptsRead) {
  const RunResult result = make_run_result(growing());
  const auto json = nlohmann::json::parse(result_json(result, result_tables(result)));
  for (const char* key : {"schema_version",
                          "version",
                          "digest",
                          "draws",
                          "seed",
                          "device",
                          "threads",
                          "seconds_simulation",
                          "draws_per_second",
                          "input_files",
                          "scenario",
                          "headline",
                          "metrics",
                          "variants",
                          "inputs",
                          "binding",
                          "summary",
                          "differences",
                          "warnings",
                          "remarks",
                          "months",
                          "firms"})
    EXPECT_TRUE(json.contains(key)) << key;
  EXPECT_EQ(json["draws"], 8);
  EXPECT_EQ(json["months"], nlohmann::json({"2026-02", "2026-03"}));
}

TEST(ResultJson, HoldsEverySeriesInColumns) {
  const RunResult result = make_run_result(growing());
  const auto json = nlohmann::json::parse(result_json(result, result_tables(result)));
  ASSERT_EQ(json["summary"].size(), 4u);  // two variants, two firms, one metric
  EXPECT_EQ(json["summary"][0]["p50"], nlohmann::json({1000, 2000}));
  ASSERT_EQ(json["differences"].size(), 2u);
  EXPECT_EQ(json["differences"][0]["p50"], nlohmann::json({1000, 2000}));
  EXPECT_EQ(json["differences"][0]["probability_better"], nlohmann::json({1, 1}));
}

TEST(ResultJson, SurvivesNamesThatAreNotUtf8) {
  RunResult result = make_run_result(growing());
  result.set.file = "bad\xFFname.toml";
  EXPECT_TRUE(nlohmann::json::accept(result_json(result, result_tables(result))));
}

TEST(JsonNumber, HasSixDigitsAndNoNan) {
  EXPECT_EQ(json_number(1.23456789e20).dump(), "1.23457e+20");
  EXPECT_EQ(json_number(-0.1234567).dump(), "-0.123457");
  EXPECT_EQ(json_number(75'000).dump(), "75000");
  EXPECT_EQ(json_number(0).dump(), "0");
  EXPECT_EQ(json_number(std::nan("")).dump(), "null");
}

}  // namespace
}  // namespace tranche
