// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/decomposition.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "sim/results/results.hpp"
#include "sim/scenario/read/scenario_source.hpp"
#include "sim/simulate/run.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using Kind = DecompositionRow::Kind;

// Training throughput is proportional to quantity x mfu here: all chips arrive at once and work.
constexpr const char* base_text = R"(
[scenario]
name = "parts"
start = "2026-01"
months = 6
draws = 600
headline = { metric = "training_flop_per_s" }

[levers]
quantity = 1000

[assumptions]
mfu = 0.4

[firms.acme]
availability = 1

[tranches.first]
chip = "H200"
quantity = "levers.quantity"
price = "0 USD"

[workloads.training]
kind = "training"
flop_per_unit = "1 TFLOP"
precision = "bf16"
mfu = "assumptions.mfu"
)";

struct Decomposed {
  RunResult result;
  const Statistics* find(Kind kind, const std::string& path) const {
    for (const DecompositionRow& row : result.decompositions.at(0).rows)
      if (row.kind == kind && row.path == path && row.firm == 0 &&
          result.lowered.metrics[static_cast<std::size_t>(row.metric)].name ==
              "training_flop_per_s")
        return &row.statistics;
    return nullptr;
  }
  double mean(Kind kind, const std::string& path) const { return find(kind, path)->mean; }
};

Decomposed decomposed(const std::string& text) {
  const ScenarioSource source = tests::source_of(text);
  RunOptions options;
  options.execution.device = Device::cpu;
  options.execution.threads = 1;
  RunResult result = run_scenario(source.set(), tests::catalogue(), options);
  result.decompositions = decompose(source, tests::catalogue(), options, result);
  return {std::move(result)};
}

// With q = 1000 -> 2000 and m = 0.4 -> 0.5, in units of q m: the base is 400, q alone adds
// 400, m alone 100, both together 600. Shapley: q (400 + 500) / 2, m (100 + 200) / 2.
TEST(Decomposition, GivesTheShapleyValuesOfAProduct) {
  const Decomposed d = decomposed(std::string(base_text) + R"(
[[what_if]]
name = "more"
set = { "levers.quantity" = 2000, "assumptions.mfu" = 0.5 }
)");
  const double total = d.mean(Kind::total, "");
  const double unit = total / 600;
  const double rounding = 1e-5 * total;  // values are single precision
  EXPECT_GT(total, 0);
  EXPECT_NEAR(d.mean(Kind::alone, "levers.quantity"), 400 * unit, rounding);
  EXPECT_NEAR(d.mean(Kind::alone, "assumptions.mfu"), 100 * unit, rounding);
  EXPECT_NEAR(d.mean(Kind::part, "levers.quantity"), 450 * unit, rounding);
  EXPECT_NEAR(d.mean(Kind::part, "assumptions.mfu"), 150 * unit, rounding);
  EXPECT_NEAR(d.mean(Kind::interaction, ""), 100 * unit, rounding);
  const Decomposition& of = d.result.decompositions.at(0);
  EXPECT_EQ(of.method, DecompositionMethod::shapley);
  EXPECT_EQ(of.draws, 600u);
  const std::string csv = decomposition_csv(d.result);
  EXPECT_NE(csv.find("more,levers.quantity,lever,shapley,acme,2026-06,training_flop_per_s,"),
            std::string::npos)
      << csv.substr(0, 600);
}

// Beyond four paths in the order written: q first (+400), then m on top of it (+200).
TEST(Decomposition, TakesManyPathsInTheOrderWritten) {
  const Decomposed d = decomposed(std::string(base_text) + R"(
[[what_if]]
name = "more"
set = { "levers.quantity" = 2000, "assumptions.mfu" = 0.5, "tranches.first.price" = "1 USD", "firms.acme.pue" = 1.3, "firms.acme.server_overhead" = 2 }
)");
  const double total = d.mean(Kind::total, "");
  const double rounding = 1e-5 * total;
  EXPECT_EQ(d.result.decompositions.at(0).method, DecompositionMethod::sequential);
  EXPECT_NEAR(d.mean(Kind::part, "levers.quantity"), total * 400 / 600, rounding);
  EXPECT_NEAR(d.mean(Kind::part, "assumptions.mfu"), total * 200 / 600, rounding);
  EXPECT_EQ(d.mean(Kind::part, "tranches.first.price"), 0);
}

TEST(Decomposition, LeavesAloneWhatSetsOnePath) {
  const Decomposed d = decomposed(std::string(base_text) + R"(
[[what_if]]
name = "more"
set = { "levers.quantity" = 2000 }
)");
  EXPECT_TRUE(d.result.decompositions.empty());
}

TEST(Decomposition, SaysWhyPathsCannotBeSetApart) {
  const Decomposed d = decomposed(std::string(base_text) + R"(
[[what_if]]
name = "evenly"
set = { "tranches.first.batches" = 0, "tranches.first.duration" = "3 months" }
)");
  EXPECT_TRUE(d.result.decompositions.at(0).rows.empty());
  EXPECT_NE(d.result.decompositions.at(0).note.find("cannot be set apart"), std::string::npos);
}

TEST(PathGroup, TellsLeversFromAssumptions) {
  EXPECT_EQ(path_group("levers.chip"), PathGroup::lever);
  EXPECT_EQ(path_group("assumptions.mfu"), PathGroup::assumption);
  EXPECT_EQ(path_group("tranches.first.chip"), PathGroup::lever);
  EXPECT_EQ(path_group("tranches.first.split.acme"), PathGroup::lever);
  EXPECT_EQ(path_group("firms.acme.pue"), PathGroup::assumption);
  EXPECT_EQ(path_group("firms.acme.stock.h20.units"), PathGroup::assumption);
  EXPECT_EQ(path_group("firms.acme.title"), PathGroup::other);
}

}  // namespace
}  // namespace tranche
