// SPDX-License-Identifier: Apache-2.0

// State shared by variants, and equality of the results.
#include "sim/simulate/lowering/state_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <vector>

#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

ScenarioSet flagship() {
  return read_scenario(std::string(TRANCHE_SOURCE_DIR) + "/scenarios/h200-first-batch.toml", {},
                       catalogue());
}

// Values of the first draws by month, firm and name of the metric, in its own unit.
using Values = std::map<std::tuple<std::int32_t, std::int32_t, std::string>, std::vector<float>>;
Values values_of(const LoweredScenario& lowered, std::int32_t variant) {
  std::map<std::int64_t, std::vector<float>> by_cell;
  kernels::for_each_value(lowered.data, {0, kernels::pilot_draws},
                          [&](std::int64_t cell, const float* values, int count) {
                            by_cell[cell].assign(values, values + count);
                          });
  const kernels::FleetView view = lowered.data.view();
  Values out;
  for (std::int32_t step = 0; step < view.steps; ++step)
    for (std::int32_t firm = 0; firm <= view.firm_count; ++firm)
      for (const MetricInfo& metric : lowered.metrics) {
        std::vector<float> values =
            by_cell.at(kernels::value_cell(view, step, variant, firm, metric.stored));
        for (float& value : values) value *= static_cast<float>(metric.factor);
        out[{step, firm, metric.name}] = std::move(values);
      }
  return out;
}

TEST(StatePlan, AWhatIfHasTheValuesOfTheSameScenarioAlone) {
  ScenarioSet set = flagship();
  // Parts that no what-if changes, and that the stock of chips depends on.
  const auto add = [&](const char* name, const auto& change) {
    Variant variant = set.variants.front();
    variant.name = name;
    change(variant.scenario);
    set.variants.push_back(variant);
  };
  add("other software", [](Scenario& s) { s.workloads[0].achieved = certain(1.0); });
  add("no failures", [](Scenario& s) { s.reliability.reset(); });
  add("other mix", [](Scenario& s) {
    s.firms[0].workloads.entries.resize(1);
    s.firms[0].workloads.dirichlet = false;
    s.firms[0].workloads.entries[0].share = certain(1.0);
  });
  add("less stock", [](Scenario& s) { s.firms[1].stock[0].units_chips = certain(1000.0); });
  const LoweredScenario together = lower(set, catalogue());
  for (std::int32_t variant = 0; variant < std::ssize(set.variants); ++variant) {
    SCOPED_TRACE(together.variants[static_cast<std::size_t>(variant)]);
    ScenarioSet one;
    one.file = set.file;
    one.variants.push_back(set.variants[static_cast<std::size_t>(variant)]);
    const Values alone = values_of(lower(one, catalogue()), 0);
    const Values shared = values_of(together, variant);
    ASSERT_EQ(alone.size(), shared.size());
    double largest_difference = 0;
    for (const auto& [place, values] : alone) {
      const std::vector<float>& same = shared.at(place);
      for (std::size_t j = 0; j < values.size(); ++j)
        if (values[j] != same[j])
          largest_difference = std::max(largest_difference,
                                        std::abs(static_cast<double>(values[j]) / same[j] - 1.0));
    }
    // A metric may be kept as a multiple of another one that is in proportion to it: a rounding
    // of the product and one of the factor, 2^-24 each, on either side.
    EXPECT_LE(largest_difference, 4.0 / 16777216.0);
  }
}

TEST(StatePlan, WhatIfsShareTheStockThatTheyLeaveAsItIs) {
  const LoweredScenario lowered = lower(flagship(), catalogue());
  const kernels::FleetData& data = lowered.data;
  const auto firms = static_cast<std::size_t>(data.numbers.firm_count);
  for (std::size_t f = 0; f < data.firms.size(); ++f) {
    SCOPED_TRACE(f);
    EXPECT_EQ(data.firms[f].stock_group, data.firms[f % firms].stock_group);
    // Growing state is never shared.
    if (f >= firms) {
      EXPECT_NE(data.firms[f].flop_cumulative, data.firms[f % firms].flop_cumulative);
    }
  }
  // Another chip changes rates and price; the limit per buyer changes neither.
  const auto line_of = [&](const char* variant) {
    const auto found = std::find(lowered.variants.begin(), lowered.variants.end(), variant);
    const auto v = static_cast<std::size_t>(found - lowered.variants.begin());
    return data.allotments[static_cast<std::size_t>(
        data.firms[static_cast<std::size_t>(data.variants[v].firm_begin)].allotment_begin)];
  };
  const kernels::AllotmentSpec base = line_of("base");
  EXPECT_EQ(line_of("cap-lifted").rates, base.rates);
  EXPECT_EQ(line_of("cap-lifted").cost, base.cost);
  EXPECT_NE(line_of("cap-lifted").in_service, base.in_service);
  EXPECT_NE(line_of("h20-instead").rates, base.rates);
  EXPECT_NE(line_of("h20-instead").cost, base.cost);
  EXPECT_EQ(line_of("h20-instead").allotted, base.allotted);
  EXPECT_NE(line_of("twelve-months-later").schedule, base.schedule);
  EXPECT_EQ(line_of("cap-lifted").schedule, base.schedule);
}

}  // namespace
}  // namespace tranche
