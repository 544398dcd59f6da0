// SPDX-License-Identifier: Apache-2.0
#include "sim/report/charts/table_charts.hpp"

#include <gtest/gtest.h>

namespace tranche {
namespace {

TEST(TableCharts, CompareToTheFirstChipOnceEach) {
  const auto charts =
      comparison_charts(parse_csv("workload,unit,chip,possible,value,ratio,bound,why\n"
                                  "triad,element/s,H100,yes,10,1,bandwidth,a\n"
                                  "triad,element/s,H200,yes,14,1.4,bandwidth,b\n"
                                  "triad,element/s,H200,yes,14,1.4,bandwidth,b\n"
                                  "train,tokens/s,H200,no,,,capacity,does not fit\n",
                                  "compare.csv"));
  ASSERT_EQ(charts.size(), 1u);
  const auto& rows = charts[0].body.at("data").at("values");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].at("ratio"), 1.4);
}

TEST(TableCharts, CountTheCasesWithinTenPercent) {
  const auto charts = validation_charts(
      parse_csv("id,predicted,measured,unit,error_percent,status\n"
                "a,105,100,ms,5,ok\nb,120,100,ms,20,ok\nc,,100,ms,,skipped: no shape\n",
                "validate.csv"));
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(charts[0].body.at("data").at("values").size(), 2u);
  EXPECT_NE(charts[0].text.find("holds 1 of 2 cases"), std::string::npos) << charts[0].text;
}

TEST(TableCharts, DrawASweepOfTwoAxesAsLinesAndMap) {
  const auto sweep = nlohmann::ordered_json::parse(R"({
    "design": "grid",
    "axes": [{"name": "cap"}, {"name": "delay"}],
    "shown": {"metric": "training_flop_per_s", "unit": "FLOP/s", "firm": "all", "month": "2027-12"},
    "points": [
      {"values": ["25000", "late"], "mean": 2e18, "p05": 1e18, "p50": 2e18, "p95": 3e18},
      {"values": ["50000", "late"], "mean": 4e18, "p05": 3e18, "p50": 4e18, "p95": 5e18}]})");
  const auto charts = sweep_charts(sweep);
  ASSERT_EQ(charts.size(), 2u);
  const auto& row = charts[0].body.at("data").at("values").at(1);
  EXPECT_EQ(row.at("axis0"), 50000.0);  // a number, not a name
  EXPECT_EQ(row.at("p50"), 4);          // EFLOP/s
}

TEST(TableCharts, DrawWhatThePointsOfASweepChange) {
  const auto sweep = nlohmann::ordered_json::parse(R"({
    "design": "grid",
    "axes": [{"name": "cap"}],
    "shown": {"metric": "training_flop_per_s", "unit": "FLOP/s", "firm": "all", "month": "2027-12"},
    "points": [
      {"values": ["25000"], "mean": 2e18, "p05": 1e18, "p50": 2e18, "p95": 3e18,
       "difference": {"mean": 0, "p05": -1e18, "p50": 0, "p95": 5e17, "share_above": 0.25}}]})");
  const auto charts = sweep_charts(sweep);
  ASSERT_EQ(charts.size(), 2u);
  EXPECT_EQ(charts[1].name, "sweep-change");
  const auto& row = charts[1].body.at("data").at("values").at(0);
  EXPECT_EQ(row.at("change_p05"), -1);  // EFLOP/s, as the values
  EXPECT_EQ(row.at("change_p95"), 0.5);
  EXPECT_EQ(row.at("above"), "25 %");
  const auto& line = charts[1].body.at("layer").at(2).at("encoding");
  EXPECT_EQ(line.at("y").at("title"), "change of training_flop_per_s, EFLOP/s");
}

TEST(TableCharts, ShowTheInputsOfTheFirstOutput) {
  const auto charts = tornado_charts(
      parse_csv("what_if,firm,month,metric,unit,input,members,role,confidence,rank_correlation,"
                "squared_contribution,mean_when_low,mean_when_high,swing\n"
                "base,all,2027-12,mfu,fraction,a,a,lever,assumed,0.9,0.8,0.3,0.5,0.2\n"
                "base,all,2027-12,mfu,fraction,b,b,assumption,assumed,0.1,0.01,0.39,0.41,0.02\n"
                "base,all,2028-12,mfu,fraction,a,a,lever,assumed,0.9,0.8,0.3,0.5,0.2\n",
                "tornado.csv"));
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(charts[0].body.at("data").at("values").size(), 2u);
}

TEST(TableCharts, ShowWhatIsWorthKnowingBesideEverything) {
  const std::string columns =
      "firm,month,metric,unit,best_without,input,members,role,confidence,evppi,evppi_error,"
      "share_of_evpi\n";
  const std::string all = "all,2026-05,chips_delivered,chips,base,(everything),,,,200,10,1\n";
  const std::string none = "all,2026-05,chips_delivered,chips,base,b,b,lever,assumed,0,0,0\n";
  const std::string some =
      "all,2026-05,chips_delivered,chips,base,a,a,assumption,assumed,100,20,0.5\n";
  const std::string other =
      "all,2027-05,chips_delivered,chips,base,a,a,assumption,assumed,100,20,0.5\n";
  const auto charts = information_charts(parse_csv(columns + all + some + none + other, "t"));
  ASSERT_EQ(charts.size(), 1u);
  const auto& rows = charts[0].body.at("data").at("values");
  ASSERT_EQ(rows.size(), 2u);  // of the first choice, without what is worth nothing
  EXPECT_EQ(rows[0].at("role"), "all inputs");
  EXPECT_EQ(rows[1].at("input"), "a");
  EXPECT_EQ(rows[1].at("low"), 60);  // 100 less two errors of 20
  // Nothing is worth knowing by itself: there is nothing to draw.
  EXPECT_TRUE(information_charts(parse_csv(columns + all + none, "t")).empty());
}

TEST(TableCharts, DrawNothingOfEmptyTables) {
  const CsvTable empty = parse_csv("rank\n", "plan.csv");
  EXPECT_TRUE(plan_charts(empty).empty());
  EXPECT_TRUE(tornado_charts(parse_csv("input\n", "t")).empty());
  EXPECT_TRUE(sobol_charts(parse_csv("input\n", "t")).empty());
  EXPECT_TRUE(information_charts(parse_csv("input\n", "t")).empty());
  EXPECT_TRUE(discovery_charts(parse_csv("box\n", "t")).empty());
}

}  // namespace
}  // namespace tranche
