// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/fleet_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/studies/sensitivity/sobol_indices.hpp"
#include "sim/studies/sensitivity/sobol_points.hpp"
#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

// Chips 1000 to 3000, efficiency 0.2 to 0.4, power overhead tied to the efficiency, and a
// split over two firms.
LoweredScenario example() {
  Scenario scenario = one_firm(2);
  Firm second = plain_firm("b");
  second.workloads.entries.push_back(share("training", 1.0));
  scenario.firms.push_back(second);
  Tranche& tranche = scenario.tranches[0];
  tranche.quantity_chips = drawn("levers.quantity", family(Family::uniform, {1000.0, 3000.0}));
  tranche.split.dirichlet = true;
  tranche.split.entries = {{"a", certain(2.0, "tranches.first.split.a")},
                           {"b", certain(3.0, "tranches.first.split.b")}};
  for (Firm& firm : scenario.firms)
    firm.pue = drawn("all_firms.pue", family(Family::uniform, {1.0, 1.5}), {.firm = true});
  scenario.workloads[0].compute_efficiency =
      drawn("assumptions.mfu", family(Family::uniform, {0.2, 0.4}));
  scenario.correlations.push_back({{"assumptions.mfu", "all_firms.pue"}, 0.8, {}});
  return lower(only_base(scenario), catalogue());
}

std::vector<std::string> names(const std::vector<InputGroup>& groups) {
  std::vector<std::string> list;
  for (const InputGroup& group : groups) list.push_back(group.name);
  std::sort(list.begin(), list.end());
  return list;
}

std::vector<std::int64_t> all_cells(const LoweredScenario& lowered) {
  std::vector<std::int64_t> cells(
      static_cast<std::size_t>(kernels::cell_count(lowered.data.view())));
  for (std::size_t c = 0; c < cells.size(); ++c) cells[c] = static_cast<std::int64_t>(c);
  return cells;
}

using Values = std::vector<std::vector<float>>;
ConsumeOutput into(Values& values) {
  return [&values](std::size_t output, const float* v, int count) {
    values[output].assign(v, v + count);
  };
}

TEST(InputGroups, JoinSplitsAlwaysAndTiedInputsOnRequest) {
  const LoweredScenario lowered = example();
  EXPECT_EQ(names(input_groups(lowered, Ties::apart)),
            (std::vector<std::string>{"all_firms.pue", "assumptions.mfu", "levers.quantity",
                                      "tranches.first.split"}));
  const std::vector<InputGroup> together = input_groups(lowered, Ties::together);
  ASSERT_EQ(together.size(), 3u);
  const auto tied = std::find_if(together.begin(), together.end(),
                                 [](const InputGroup& g) { return g.members.size() == 2; });
  ASSERT_NE(tied, together.end());
  EXPECT_EQ(tied->keys.size(), 3u);  // the overhead of two firms, one efficiency
}

TEST(FleetModel, MixesTwoPointsGroupByGroup) {
  const LoweredScenario lowered = example();
  std::vector<InputGroup> groups = input_groups(lowered, Ties::together);
  const FleetModel apart(lowered, groups, all_cells(lowered));
  // One group of everything: the mixture is the other point.
  InputGroup all;
  for (const InputGroup& group : groups) {
    all.inputs.insert(all.inputs.end(), group.inputs.begin(), group.inputs.end());
    all.keys.insert(all.keys.end(), group.keys.begin(), group.keys.end());
  }
  const std::vector<InputGroup> one{all};
  const FleetModel together(lowered, one, all_cells(lowered));

  const std::size_t numbers = apart.group_of_number().size();
  const SobolPoints points(2 * numbers, 1);
  std::vector<std::uint32_t> words(2 * numbers * points_per_batch);
  for (std::size_t n = 0; n < 2 * numbers; ++n)
    points.fill(0, points_per_batch, n, words.data() + n * points_per_batch);
  const std::uint32_t* const b = words.data() + numbers * points_per_batch;

  Values at_a(apart.outputs()), at_b(apart.outputs()), mixed(apart.outputs()), again = at_a;
  const auto whole = together.evaluator();
  whole->set_points(words.data(), b, points_per_batch);
  whole->at_a(into(at_a));
  whole->at_b(into(at_b));
  whole->at_mixture(0, into(mixed));
  EXPECT_NE(at_a, at_b);
  EXPECT_EQ(mixed, at_b);

  const auto parts = apart.evaluator();
  parts->set_points(words.data(), b, points_per_batch);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    parts->at_mixture(g, into(mixed));
    EXPECT_NE(mixed, at_b) << g;
  }
  parts->at_a(into(again));
  EXPECT_EQ(again, at_a) << "a mixture leaves nothing behind";
}

TEST(FleetModel, HasTheIndicesOfAProduct) {
  // All firms together: chips x efficiency, uniform on 1000 to 3000 and 0.2 to 0.4; squared
  // coefficients of variation 1/12 and 1/27, variance their sum plus their product.
  const LoweredScenario lowered = example();
  const std::vector<InputGroup> groups = input_groups(lowered, Ties::together);
  std::size_t metric = 0;
  while (lowered.metrics[metric].name != "training_flop_per_s") ++metric;
  const std::int64_t cell =
      kernels::value_cell(lowered.data.view(), 1, 0, 2, lowered.metrics[metric].stored);
  const FleetModel model(lowered, groups, {cell});
  const SobolResult found =
      sobol_indices(model, {.points = 8192, .seed = 3, .execution = {.threads = 2}});
  const double chips = 1.0 / 12, efficiency = 1.0 / 27;
  const double variance = chips + efficiency + chips * efficiency;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const SobolIndex& index = found.index(0, g);
    if (groups[g].name == "levers.quantity") {
      // 1 / sqrt(8192) = 0.011 with independent points.
      EXPECT_NEAR(index.first.value, chips / variance, 0.011);
      EXPECT_NEAR(index.total.value, (chips + chips * efficiency) / variance, 0.011);
    } else if (groups[g].members.size() == 2) {
      EXPECT_NEAR(index.first.value, efficiency / variance, 0.011);
    } else {
      EXPECT_NEAR(index.total.value, 0.0, 1e-6) << groups[g].name;  // the split moves no sum
    }
  }
}

}  // namespace
}  // namespace tranche
