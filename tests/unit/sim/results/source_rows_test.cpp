// SPDX-License-Identifier: Apache-2.0

// Results by stock and tranche.
#include "sim/results/source_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <tuple>

#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

RunResult shipped(const std::string& name) {
  ReadOptions reading;
  reading.draws = 2048;
  return run_on_cpu(read_scenario(data_folder() + "/" + name, reading, catalogue()));
}

// Two stocks of one name with different chips, two tranches that only one firm shares both of.
Scenario two_firms() {
  Scenario scenario = one_firm(3);
  Firm second = plain_firm("b");
  second.workloads.entries.push_back(share("training", 1.0));
  scenario.firms.push_back(second);
  for (std::size_t f = 0; f < 2; ++f) {
    Stock stock;
    stock.name = "old";
    stock.chip = f == 0 ? "A100-SXM" : "H100-SXM";
    stock.units_chips = certain(100.0 * (1.0 + static_cast<double>(f)));
    scenario.firms[f].stock.push_back(stock);
  }
  Tranche tranche = plain_tranche("second", "H200", 500.0);
  tranche.split.entries.push_back(share("b", 1.0));
  scenario.tranches.push_back(tranche);
  return scenario;
}

void expect_sums(const RunResult& result) {
  std::map<std::tuple<int, int, int>, double> sums;
  for (const SourceRow& row : source_rows(result))
    sums[{row.variant, row.firm, row.metric}] += row.statistics.mean;
  const std::int32_t step = result.lowered.data.numbers.source_step;
  ASSERT_FALSE(sums.empty());
  for (const auto& [key, sum] : sums) {
    const auto [variant, firm, m] = key;
    const MetricInfo& metric = result.lowered.metrics[static_cast<std::size_t>(m)];
    const Statistics whole = statistics_of(result, metric.name, step, variant, firm);
    // Single-precision sums of a few parts in another order, and a unit of each mean.
    EXPECT_NEAR(sum, whole.mean, 2e-6 * std::fabs(whole.mean) + 2e-6 * std::fabs(whole.p95))
        << metric.name << " of firm " << firm << " in " << variant;
  }
}

TEST(BySource, AddsUpToEveryFirmAndToAll) {
  expect_sums(run_on_cpu(only_base(two_firms())));
  expect_sums(shipped("h200-first-batch.toml"));
  expect_sums(shipped("h100-vs-h200.toml"));
}

TEST(BySource, NamesTheChipsOfEachStockAndTranche) {
  const RunResult result = run_on_cpu(only_base(two_firms()));
  std::map<std::string, std::string> chips;
  for (const SourceRow& row : source_rows(result))
    if (row.firm == 2)
      chips[result.lowered.sources[static_cast<std::size_t>(row.source)].name] =
          chip_of_source(result, 0, row.firm, row.source);
  EXPECT_EQ(chips, (std::map<std::string, std::string>{{"stock.old", "A100-SXM;H100-SXM"},
                                                       {"tranches.first", "H100-SXM"},
                                                       {"tranches.second", "H200"}}));
  const auto second = whole_source(result.lowered, SourceInfo::Kind::all_tranches);
  ASSERT_TRUE(second);
  const MetricInfo& installed = metric(result, "chips_installed");
  EXPECT_NEAR(source_statistics(result, 0, 2, *second, installed).mean, 1500.0, 1500.0 * 2e-6);
}

// Firm a has the first tranche alone, firm b the second.
TEST(BySource, SaysWhatLimitsEachTranche) {
  Scenario scenario = two_firms();
  scenario.firms[1].demand_chips = certain(200.0);
  const RunResult result = run_on_cpu(only_base(scenario));
  std::map<std::string, kernels::Constraint> limits;
  for (const SourceBinding& row : source_bindings(result, 0, 2)) {
    EXPECT_EQ(row.share_of_draws, 1.0);
    limits[result.lowered.sources[static_cast<std::size_t>(row.source)].name] = row.constraint;
  }
  EXPECT_EQ(limits, (std::map<std::string, kernels::Constraint>{
                        {"tranches.first", kernels::Constraint::none},
                        {"tranches.second", kernels::Constraint::demand}}));
}

TEST(BySource, WritesTheColumnsOfItsFile) {
  const RunResult result = run_on_cpu(only_base(two_firms()));
  const std::string csv = by_source_csv(result, source_rows(result));
  EXPECT_EQ(csv.substr(0, csv.find('\n')),
            "what_if,firm,source,chip,month,metric,unit,mean,sd,p05,p25,p50,p75,p95");
  EXPECT_NE(csv.find("\nbase,a,stock.old,A100-SXM,2026-03,chips_installed,chips,100,0,100,"),
            std::string::npos)
      << csv;
}

}  // namespace
}  // namespace tranche
