// SPDX-License-Identifier: Apache-2.0
#include "sim/report/charts/run_charts.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sim/input/diagnostic.hpp"
#include "sim/results/results.hpp"
#include "tests/support/run_result_builder.hpp"

namespace tranche {
namespace {

// Draws 0 to 8 give 0, 1, … 8 EFLOP/s in the base case and 1 more in the what-if.
RunDocument document() {
  MadeRun made;
  made.variants = {"base", "more"};
  made.firms = {"acme", "all"};
  made.steps = {"2026-02", "2026-03"};
  made.draws = 9;
  made.value = [](std::uint64_t draw, int, int variant, int, int) {
    return 1e18f * static_cast<float>(draw + static_cast<std::uint64_t>(variant));
  };
  const RunResult result = make_run_result(made);
  return read_run_document(result_json(result, result_tables(result)), "result.json");
}

Chart chart_named(const std::vector<Chart>& charts, const std::string& name) {
  for (const Chart& chart : charts)
    if (chart.name == name) return chart;
  throw std::out_of_range(name);
}

TEST(RunDocument, HasTheAxesAndTheHeadline) {
  const RunDocument read = document();
  EXPECT_EQ(read.months, (std::vector<std::string>{"2026-02", "2026-03"}));
  EXPECT_EQ(read.variants.front().label, "base case");
  EXPECT_EQ(read.firms.back().title, "all firms");
  EXPECT_EQ(read.headline_month, 1u);
  // Rank 4 of 0 … 8; bins are at most 0.4 % wide.
  EXPECT_NEAR(read.value(0, 1, 0).p50[1], 4e18, 0.004 * 4e18);
  EXPECT_NEAR(read.difference(1, 1, 0).p50[0], 1e18, 0.004 * 1e18);
  EXPECT_EQ(read.difference(1, 1, 0).share_better[0], 1.0);
}

TEST(RunDocument, RefusesWhatIsNoResult) {
  EXPECT_THROW(read_run_document("", "a"), InputError);
  EXPECT_THROW(read_run_document("[]", "a"), InputError);
  EXPECT_THROW(read_run_document("{\"months\": [\"2026-01\"]}", "a"), InputError);
}

TEST(RunCharts, ShowValuesInTheUnitOfTheirAxis) {
  const std::vector<Chart> charts = run_charts(document());
  const Chart answer = chart_named(charts, "answer");
  EXPECT_EQ(answer.value_title, "Training throughput, EFLOP/s");
  const auto rows = answer.body.at("data").at("values");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].at("what_if"), "base case");
  EXPECT_NEAR(rows[0].at("p50").get<double>(), 4, 0.004 * 4);
  EXPECT_NEAR(rows[1].at("p50").get<double>(), 5, 0.004 * 5);
}

TEST(RunCharts, HaveARowForEachMonthAndLine) {
  const std::vector<Chart> charts = run_charts(document());
  EXPECT_EQ(chart_named(charts, "what-ifs").body.at("data").at("values").size(), 2u * 2u);
  // One firm is the same as all firms, so only one of the two is drawn.
  EXPECT_EQ(chart_named(charts, "fan").body.at("data").at("values").size(), 2u);
  EXPECT_EQ(chart_named(charts, "differences").body.at("data").at("values").size(), 2u);
}

DecompositionRow decomposed(DecompositionRow::Kind kind, const std::string& path, double mean) {
  DecompositionRow row{
      .kind = kind, .path = path, .group = PathGroup::lever, .firm = 1, .statistics = {}};
  row.statistics.mean = row.statistics.p05 = row.statistics.p95 = mean;
  return row;
}

TEST(RunCharts, TakeAChangeApartTheLargestPartFirst) {
  using Kind = DecompositionRow::Kind;
  MadeRun made;
  made.variants = {"base", "more"};
  made.firms = {"acme", "all"};
  made.draws = 9;
  made.value = [](std::uint64_t, int, int, int, int) { return 1e18f; };
  RunResult result = make_run_result(made);
  result.decompositions = {{.variant = 1, .draws = 9, .rows = {}, .note = ""}};
  result.decompositions[0].rows = {
      decomposed(Kind::alone, "a.small", 9e18), decomposed(Kind::part, "a.small", 1e18),
      decomposed(Kind::part, "a.large", -3e18), decomposed(Kind::total, "", -2e18)};
  const auto charts =
      run_charts(read_run_document(result_json(result, result_tables(result)), "result.json"));
  const Chart chart = chart_named(charts, "decomposition");
  const auto rows = chart.body.at("data").at("values");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].at("group"), "whole change");
  EXPECT_EQ(rows[0].at("mean"), -2);  // EFLOP/s
  EXPECT_EQ(rows[1].at("part"), "a.large");
  EXPECT_EQ(rows[2].at("part"), "a.small");
  EXPECT_EQ(rows[2].at("mean"), 1);
  EXPECT_EQ(chart.body.at("layer").at(0).at("encoding").at("x").at("title"),
            "change of Training throughput, EFLOP/s");
}

TEST(RunCharts, TakeNothingApartWhereEachWhatIfSetsOnePath) {
  for (const Chart& chart : run_charts(document())) EXPECT_NE(chart.name, "decomposition");
}

TEST(RunCharts, FallFromCertainToRareInTheExceedanceCurve) {
  const Chart chart = chart_named(run_charts(document()), "exceedance");
  double before = -1;
  for (const auto& row : chart.body.at("data").at("values")) {
    if (row.at("what_if") != "base case") continue;
    EXPECT_GE(row.at("value").get<double>(), before);
    before = row.at("value").get<double>();
  }
  EXPECT_GT(before, 7.5);  // near the largest draw, 8
}

TEST(RunCharts, AreWholeSpecifications) {
  for (const Chart& chart : run_charts(document())) {
    const auto json = nlohmann::json::parse(specification_text(chart));
    EXPECT_EQ(json.at("$schema"), "https://vega.github.io/schema/vega-lite/v5.json");
    EXPECT_FALSE(json.at("description").get<std::string>().empty()) << chart.name;
    EXPECT_EQ(json.at("title").at("orient"), "bottom");
  }
}

TEST(DistinctLabels, AreShortAndDiffer) {
  const std::string long_name(10000, 'x');
  const auto labels = distinct_labels({long_name, long_name, "a\nb", "a b"}, 40);
  EXPECT_EQ(std::set<std::string>(labels.begin(), labels.end()).size(), 4u);
  for (const std::string& label : labels) EXPECT_LE(label.size(), 60u);  // an ellipsis is 3 bytes
}

}  // namespace
}  // namespace tranche
