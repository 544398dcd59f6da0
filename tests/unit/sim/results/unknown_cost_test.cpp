// SPDX-License-Identifier: Apache-2.0

// A chip without a known price or power makes cost or power unknown, never smaller.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/results/headline.hpp"
#include "sim/results/results.hpp"
#include "sim/results/terminal/terminal_report.hpp"
#include "tests/support/run_support.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

// Firm `east` gets `domestic`, the lines of chip and price; `west` gets a chip for 10 USD.
std::string two_firms_with(const std::string& domestic, const std::string& more) {
  return R"(
[scenario]
name = "unknown"
start = "2026-01"
months = 2
draws = 64

[firms.east]
[firms.west]

[tranches.domestic]
quantity = 1000
split = { east = 1 }
)" + domestic +
         R"(
[tranches.bought]
chip = "H200"
quantity = 1000
price = "10 USD"
split = { west = 1 }

[workloads.training]
kind = "training"
mfu = 0.4

)" + more;
}

// The catalogue does not know its price.
const std::string& two_firms_text() {
  static const std::string text = two_firms_with("chip = \"Ascend-950PR\"\n", R"(
[all_firms]
electricity = "0 USD/kWh"

[[what_if]]
name = "west-buys-domestic"
set = { "tranches.bought.chip" = "Ascend-950PR", "tranches.bought.price" = "none" }
)");
  return text;
}

const RunResult& run() {
  static const RunResult result = tests::run_on_cpu(tests::read_text(two_firms_text()));
  return result;
}

std::string cost_row(const std::string& what_if, const std::string& firm) {
  const std::string csv = summary_csv(run().lowered, summary_rows(run()));
  const std::string begin = what_if + "," + firm + ",2026-02,cost_usd_cumulative,";
  const std::size_t at = csv.find("\n" + begin);
  if (at == std::string::npos) return "";
  return csv.substr(at + 1 + begin.size(), csv.find('\n', at + 1) - at - 1 - begin.size());
}

TEST(UnknownCost, IsEmptyCellsForTheFirmAndForAll) {
  EXPECT_EQ(cost_row("base", "east"), "USD,,,,,,,,");
  EXPECT_EQ(cost_row("base", "all"), "USD,,,,,,,,");
  EXPECT_EQ(cost_row("west-buys-domestic", "west"), "USD,,,,,,,,");
}

// 1,000 chips for 10 USD each, and power for nothing.
TEST(UnknownCost, LeavesTheCostOfOtherFirmsKnown) {
  EXPECT_EQ(cost_row("base", "west"), "USD,10000,0,10000,10000,10000,10000,10000,0");
}

TEST(UnknownCost, MakesADifferenceToItUnknown) {
  for (const SummaryRow& row : difference_rows(run())) {
    const MetricInfo& metric = run().lowered.metrics[static_cast<std::size_t>(row.metric)];
    EXPECT_EQ(std::isnan(row.statistics.mean), metric.name == "cost_usd_cumulative")
        << metric.name << " of firm " << row.firm;
  }
}

TEST(UnknownCost, IsNullInJsonAndAWordInTables) {
  const auto json = nlohmann::json::parse(result_json(run(), result_tables(run())));
  int seen = 0;
  for (const auto& series : json.at("summary")) {
    if (series.at("metric") != "cost_usd_cumulative" || series.at("what_if") != "base") continue;
    ++seen;
    EXPECT_EQ(series.at("p50").at(1).is_null(), series.at("firm") != "west");
    EXPECT_EQ(series.at("mean").at(1).is_null(), series.at("firm") != "west");
  }
  EXPECT_EQ(seen, 3);
  const std::string table = metrics_table(run(), headline_figures(run()), 120);
  EXPECT_NE(table.find("cost_usd_cumulative"), std::string::npos);
  EXPECT_NE(table.find("unknown"), std::string::npos) << table;
}

TEST(UnknownCost, IsAWarningAtTheChip) {
  const std::vector<Diagnostic>& notes = run().lowered.notes;
  ASSERT_FALSE(notes.empty());
  EXPECT_EQ(notes[0].problem,
            "the price of `Ascend-950PR` is not known: `cost_usd_cumulative` is unknown for the "
            "firms that get tranche `domestic`, and for all firms together");
  std::istringstream lines(two_firms_text());
  std::string line;
  for (std::size_t n = 0; n < notes[0].where.line; ++n) std::getline(lines, line);
  EXPECT_EQ(line, "chip = \"Ascend-950PR\"");
}

std::string without_price_of(const char* price, const std::string& more = "") {
  return std::string(R"(
[scenario]
name = "one-price"
start = "2026-01"
months = 2
draws = 64
)") + more +
         R"(
[firms.acme]
electricity = "0 USD/kWh"
[tranches.first]
chip = "Ascend-950PR"
quantity = 1000
)" + price +
         R"(
[workloads.training]
kind = "training"
mfu = 0.4
)";
}

TEST(UnknownCost, IsNotWhatAPriceOfZeroMakes) {
  const RunResult result =
      tests::run_on_cpu(tests::read_text(without_price_of("price = \"0 USD\"")));
  EXPECT_TRUE(result.lowered.notes.empty());
  EXPECT_EQ(tests::statistics_of(result, "cost_usd_cumulative", 1).mean, 0.0);
  EXPECT_FALSE(is_unknown(result.lowered, 0, 0, 5));
}

TEST(UnknownCost, IsNotWarnedOfWhereNoCostIsKept) {
  const ScenarioSet set = tests::read_text(without_price_of("", "metrics = [\"chips_installed\"]"));
  EXPECT_TRUE(lower(set, tests::catalogue()).notes.empty());
}

TEST(UnknownCost, CannotBeTheHeadline) {
  const ScenarioSet set =
      tests::read_text(without_price_of("", "headline.metric = \"cost_usd_cumulative\""));
  try {
    tests::run_on_cpu(set);
    FAIL() << "it ran";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what())
                  .find("`cost_usd_cumulative` is unknown for all firms "
                        "together: the price of `Ascend-950PR` is not "
                        "known"),
              std::string::npos)
        << error.what();
  }
}

// The power of the Ascend-950DT is unpublished: no result that needs it may be printed as 0.
std::string powerless(const std::string& more = "") {
  return two_firms_with("chip = \"Ascend-950DT\"\nprice = \"10k USD\"\n", more);
}

bool is_unknown_of(const RunResult& result, const std::string& name, std::int32_t firm) {
  for (const SummaryRow& row : summary_rows(result))
    if (row.step == 1 && row.firm == firm &&
        result.lowered.metrics[static_cast<std::size_t>(row.metric)].name == name)
      return std::isnan(row.statistics.p50);
  throw std::out_of_range(name);
}

TEST(UnknownPower, MakesPowerEnergyAndCostUnknownForTheFirmAndForAll) {
  const RunResult result = tests::run_on_cpu(tests::read_text(powerless()));
  for (const char* metric : {"power_mw", "energy_mwh_cumulative", "cost_usd_cumulative"}) {
    EXPECT_TRUE(is_unknown_of(result, metric, 0)) << metric;
    EXPECT_FALSE(is_unknown_of(result, metric, 1)) << metric;
    EXPECT_TRUE(is_unknown_of(result, metric, 2)) << metric;
  }
  EXPECT_FALSE(is_unknown_of(result, "training_flop_per_s", 0));
  ASSERT_FALSE(result.lowered.notes.empty());
  EXPECT_EQ(result.lowered.notes[0].problem,
            "the power of `Ascend-950DT` is not known: `power_mw`, `energy_mwh_cumulative`, "
            "`cost_usd_cumulative` are unknown for the firms that get tranche `domestic`, and for "
            "all firms together");
}

TEST(UnknownPower, LeavesTheCostKnownWhereElectricityIsFree) {
  const RunResult result =
      tests::run_on_cpu(tests::read_text(powerless("[all_firms]\nelectricity = \"0 USD/kWh\"\n")));
  EXPECT_TRUE(is_unknown_of(result, "power_mw", 0));
  EXPECT_FALSE(is_unknown_of(result, "cost_usd_cumulative", 0));
}

TEST(UnknownPower, OfTheStockIsUnknownToo) {
  std::string text = powerless();
  text.replace(text.find("[firms.west]"), 12,
               "[firms.west]\nstock.dt = { chip = \"Ascend-950DT\", units = 10 }");
  const RunResult result = tests::run_on_cpu(tests::read_text(text));
  EXPECT_TRUE(is_unknown_of(result, "power_mw", 1));
}

}  // namespace
}  // namespace tranche
