// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/draw_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "kernels/random/philox.hpp"
#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

// Two firms; an input each per scenario, per firm, per month, correlated, and a split.
Scenario two_firms() {
  Scenario scenario = one_firm(4);
  scenario.draws = 3000;
  Firm second = plain_firm("b");
  second.workloads.entries.push_back(share("training", 1.0));
  scenario.firms.push_back(second);
  Tranche& tranche = scenario.tranches[0];
  tranche.quantity_chips = drawn("levers.quantity", family(Family::uniform, {1000.0, 3000.0}));
  tranche.quantity_chips.kind = UnitKind::chips;
  tranche.lead_time_s =
      drawn("tranches.first.lead_time", family(Family::uniform, {0.0, 2.0 * seconds_per_month}));
  tranche.lead_time_s.kind = UnitKind::seconds;
  tranche.lead_time_s.unit = "weeks";
  tranche.split.dirichlet = true;
  tranche.split.entries = {{"a", certain(2.0, "tranches.first.split.a")},
                           {"b", certain(3.0, "tranches.first.split.b")}};
  for (Firm& firm : scenario.firms) {
    firm.availability = drawn("all_firms.availability", family(Family::beta, {8.0, 2.0}),
                              {.firm = true, .month = true});
    firm.pue = drawn("all_firms.pue", family(Family::uniform, {1.0, 1.5}));
  }
  scenario.workloads[0].compute_efficiency =
      drawn("assumptions.mfu", family(Family::uniform, {0.3, 0.5}));
  scenario.correlations.push_back({{"assumptions.mfu", "all_firms.pue"}, 0.7, {}});
  return scenario;
}

struct Table {
  std::vector<InputColumn> columns;
  std::vector<std::vector<float>> inputs, outputs;
};

Table table_of(const LoweredScenario& lowered, std::uint64_t draws,
               const std::vector<OutputChoice>& outputs, int threads, std::uint64_t first = 0) {
  Table table;
  table.columns = input_columns(lowered);
  table.inputs.resize(table.columns.size());
  table.outputs.resize(outputs.size());
  std::uint64_t expected = first;
  for_each_draw(lowered, {{first, draws}, table.columns, outputs, {.threads = threads}},
                [&](const DrawBatch& batch) {
                  EXPECT_EQ(batch.first_draw, expected);
                  expected += static_cast<std::uint64_t>(batch.count);
                  for (std::size_t i = 0; i < table.inputs.size(); ++i)
                    table.inputs[i].insert(table.inputs[i].end(), batch.input(i).begin(),
                                           batch.input(i).end());
                  for (std::size_t o = 0; o < outputs.size(); ++o)
                    table.outputs[o].insert(table.outputs[o].end(), batch.output(o).begin(),
                                            batch.output(o).end());
                });
  EXPECT_EQ(expected, first + draws);
  return table;
}

const std::vector<float>& input_named(const Table& table, const std::string& name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return table.inputs[i];
  throw std::out_of_range(name);
}

double mean_of(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

TEST(DrawTable, NamesEveryDrawnInputOnce) {
  const LoweredScenario lowered = lower(only_base(two_firms()), catalogue());
  std::vector<std::string> names;
  for (const DrawnInput& input : lowered.inputs) names.push_back(input.variable);
  std::ranges::sort(names);
  EXPECT_EQ(names,
            (std::vector<std::string>{"all_firms.availability", "all_firms.pue", "assumptions.mfu",
                                      "levers.quantity", "tranches.first.lead_time",
                                      "tranches.first.split.a", "tranches.first.split.b"}));
  std::map<std::string, int> columns;
  for (const InputColumn& column : input_columns(lowered))
    ++columns[lowered.inputs[column.input].variable];
  EXPECT_EQ(columns["all_firms.availability"], 2 * 4);  // firms x months
  EXPECT_EQ(columns["levers.quantity"], 1);
}

TEST(DrawTable, GivesInputsInTheirOwnUnits) {
  const LoweredScenario lowered = lower(only_base(two_firms()), catalogue());
  const Table table = table_of(lowered, 4000, {}, 2);
  // Uniform over 0 to 2 months of 365.25 / 12 days: 8.70 weeks at most, 4.35 in the mean;
  // standard error 8.70 / sqrt(12 x 4000) = 0.04.
  const std::vector<float>& lead = input_named(table, "tranches.first.lead_time");
  EXPECT_NEAR(mean_of(lead), 365.25 / 12 / 7, 5 * 0.04);
  EXPECT_LE(*std::ranges::max_element(lead), 2 * 365.25f / 12 / 7 * 1.00001f);
  const std::vector<float>& a = input_named(table, "tranches.first.split.a");
  const std::vector<float>& b = input_named(table, "tranches.first.split.b");
  // Parts of a Dirichlet distribution (2, 3): means 0.4 and 0.6, variance
  // 0.4 x 0.6 / 6 = 0.04, so a standard error of 0.2 / sqrt(4000) = 0.0032.
  EXPECT_NEAR(mean_of(a), 0.4, 5 * 0.0032);
  for (std::size_t j = 0; j < a.size(); ++j) ASSERT_NEAR(a[j] + b[j], 1.0f, 1e-6f);
}

TEST(DrawTable, HoldsTheSameValuesOnAnyNumberOfThreads) {
  const LoweredScenario lowered = lower(only_base(two_firms()), catalogue());
  const std::vector<OutputChoice> outputs = {{0, 2, 3, 0}, {0, 0, 1, 2}};
  const Table one = table_of(lowered, 3000, outputs, 1);
  const Table three = table_of(lowered, 3000, outputs, 3);
  EXPECT_EQ(one.inputs, three.inputs);
  EXPECT_EQ(one.outputs, three.outputs);
  const Table later = table_of(lowered, 700, outputs, 2, 1000);
  for (std::size_t j = 0; j < 700; ++j)
    ASSERT_EQ(later.outputs[0][j], one.outputs[0][1000 + j]) << j;
}

TEST(DrawTable, AgreesWithTheRunOverTheSameDraws) {
  ScenarioSet set = only_base(two_firms());
  const LoweredScenario lowered = lower(set, catalogue());
  const std::vector<OutputChoice> outputs = all_outputs(lowered);
  const Table table = table_of(lowered, 3000, outputs, 2);
  const RunResult result = run_on_cpu(std::move(set));
  const std::vector<SummaryRow> rows = summary_rows(result);
  ASSERT_EQ(rows.size(), outputs.size());
  for (const SummaryRow& row : rows) {
    const OutputChoice choice{row.variant, row.firm, row.step, row.metric};
    const auto at = static_cast<std::size_t>(std::ranges::find(outputs, choice) - outputs.begin());
    // The run sums in fixed point: 1e-6 of the cell's largest value.
    const double scale = static_cast<double>(*std::ranges::max_element(table.outputs[at]));
    EXPECT_NEAR(mean_of(table.outputs[at]), row.statistics.mean, 1e-5 * std::abs(scale) + 1e-12);
  }
}

TEST(DrawTable, PassesOnWhatTheConsumerThrows) {
  const LoweredScenario lowered = lower(only_base(two_firms()), catalogue());
  EXPECT_THROW(for_each_draw(lowered, {{0, 4000}, {}, {{0, 0, 0, 0}}, {.threads = 2}},
                             [](const DrawBatch&) { throw std::runtime_error("disk full"); }),
               std::runtime_error);
}

TEST(DrawTable, ListsAChangedDistributionOfAWhatIfApart) {
  ScenarioSet set = only_base(two_firms());
  Variant what_if = set.variants[0];
  what_if.name = "bigger";
  what_if.scenario.tranches[0].quantity_chips.distribution =
      family(Family::uniform, {2000.0, 6000.0});
  set.variants.push_back(what_if);
  const LoweredScenario lowered = lower(set, catalogue());
  EXPECT_EQ(lowered.inputs.size(), 8u);  // seven of the base case, one more quantity
  const Table table = table_of(lowered, 600, {}, 1);
  std::vector<const std::vector<float>*> quantities;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == "levers.quantity") quantities.push_back(&table.inputs[i]);
  ASSERT_EQ(quantities.size(), 2u);
  // The same random number: the second range is the first, doubled.
  for (std::size_t j = 0; j < 600; ++j)
    ASSERT_NEAR((*quantities[1])[j], 2 * (*quantities[0])[j], 1e-3f);
}

// Given the random words of a run, the outputs are unchanged.
TEST(BatchRunner, GivesTheSameOutputsFromGivenWords) {
  const LoweredScenario lowered = lower(only_base(two_firms()), catalogue());
  const kernels::FleetData& data = lowered.data;
  const kernels::RandomNumbers numbers = kernels::random_numbers(data);
  constexpr std::uint64_t first = 512;
  std::vector<std::uint32_t> words(numbers.numbers.size() * kernels::batch_draws);
  std::map<std::uint64_t, bool> is_single;
  for (const kernels::DrawSpec& spec : data.draws) is_single[spec.variable] = spec.is_single != 0;
  for (const kernels::ScoreSpec& spec : data.scores) is_single[spec.variable] = spec.is_single != 0;
  for (std::size_t n = 0; n < numbers.numbers.size(); ++n) {
    const kernels::RandomNumber& number = numbers.numbers[n];
    for (std::uint64_t j = 0; j < kernels::batch_draws; ++j) {
      const std::uint64_t draw = first + j;
      const std::uint64_t seed = data.numbers.seed;
      words[n * kernels::batch_draws + j] =
          is_single[number.variable]
              ? kernels::word_of(kernels::random_block_of_four_draws(seed, number.variable, draw),
                                 static_cast<std::uint32_t>(draw & 3u))
              : kernels::word_of(
                    kernels::random_block(seed, {number.variable, number.instance / 4}, draw),
                    number.instance % 4);
    }
  }
  const auto values = [](kernels::BatchRunner& runner) {
    std::vector<float> all;
    runner.simulate([&](std::int64_t, const float* v, int n) { all.insert(all.end(), v, v + n); });
    return all;
  };
  kernels::BatchRunner runner(data);
  runner.sample(first, kernels::batch_draws);
  const std::vector<float> counted = values(runner);
  runner.sample(0, kernels::batch_draws);
  EXPECT_NE(values(runner), counted);
  runner.sample_given(numbers, words.data(), kernels::batch_draws);
  EXPECT_EQ(values(runner), counted);
}

}  // namespace
}  // namespace tranche
