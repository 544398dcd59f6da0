// SPDX-License-Identifier: Apache-2.0

// Error of the performance models as inputs of the fleet.
#include "sim/simulate/lowering/model_error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "sim/performance/throughput/work_question.hpp"
#include "sim/simulate/lowering/lowering.hpp"
#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

// Lattice Boltzmann on 1,000 H100 and 1,000 H200, as the model predicts it.
Scenario predicted_work() {
  Scenario scenario = one_firm();
  Tranche second = scenario.tranches[0];
  second.name = "second";
  second.chip = "H200-SXM";
  scenario.tranches.push_back(second);
  Workload lattice = plain_training(1.0);
  lattice.kind = Workload::Kind::memory_bound;
  lattice.name = "lattice";
  lattice.catalogue = "lbm-d3q19";
  lattice.performance = Workload::Performance::model;
  scenario.workloads = {lattice};
  scenario.firms[0].workloads.entries = {share("lattice", 1.0)};
  return scenario;
}

std::vector<std::string> drawn_inputs(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const DrawnInput& input : lower(only_base(scenario), catalogue()).inputs)
    names.push_back(input.variable);
  return names;
}

TEST(ModelError, IsDrawnForEachChipOfAPredictedWorkload) {
  const std::vector<std::string> expected{"model_error.lattice.H100-SXM",
                                          "model_error.lattice.H200-SXM"};
  EXPECT_EQ(drawn_inputs(predicted_work()), expected);
}

TEST(ModelError, IsReplacedByAStatedAchieved) {
  Scenario scenario = predicted_work();
  scenario.workloads[0].achieved = certain(0.9);
  EXPECT_TRUE(drawn_inputs(scenario).empty());
}

TEST(ModelError, OfAStatedRooflineIsNotDrawn) { EXPECT_TRUE(drawn_inputs(one_firm()).empty()); }

TEST(ModelError, HasTheIntervalOfThePrediction) {
  const LoweredScenario lowered = lower(only_base(predicted_work()), catalogue());
  ASSERT_EQ(lowered.works.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(lowered.works[i].how.prediction);
    const PredictionEvidence& e = *lowered.works[i].how.prediction;
    EXPECT_NEAR(quantile(lowered.inputs[i].distribution, 0.05), e.low, 1e-9);
    EXPECT_NEAR(quantile(lowered.inputs[i].distribution, 0.95), e.high, 1e-9);
    EXPECT_EQ(lowered.inputs[i].confidence, Confidence::derived);
  }
}

TEST(ModelError, OfSiblingChipsIsCorrelatedAsMeasured) {
  const Scenario scenario = predicted_work();
  PredictedWork h100{
      .workload = &scenario.workloads[0], .chip = "H100-SXM", .traits = {}, .prediction = {}};
  h100.traits.question = EvidenceQuestion::memory_bound;
  h100.traits.chip = "H100-SXM";
  h100.traits.vendor = "NVIDIA";
  h100.traits.generation = "hopper";
  PredictedWork h200 = h100, b200 = h100;
  h200.chip = h200.traits.chip = "H200-SXM";
  b200.chip = b200.traits.chip = "B200-SXM";
  b200.traits.generation = "blackwell";
  EvidenceTable table;
  table.questions[static_cast<std::size_t>(EvidenceQuestion::memory_bound)].sibling_correlation =
      0.5;
  const ModelErrors errors = model_errors({h100, h200, b200}, table);
  ASSERT_EQ(errors.correlations.size(), 1u);  // none with another generation
  const std::vector<std::string> both{"model_error.lattice.H100-SXM",
                                      "model_error.lattice.H200-SXM"};
  EXPECT_EQ(errors.correlations[0].between, both);
  // Spearman's rank correlation of normal variables with r = 0.5: 6 / pi asin(0.25) (Pearson 1907).
  EXPECT_NEAR(errors.correlations[0].rank, 0.4826, 1e-4);
}

TEST(ModelError, WidensTheResultByTheInterval) {
  Scenario sure = predicted_work(), unsure = sure;
  sure.tranches.pop_back();
  unsure.tranches.pop_back();
  sure.workloads[0].achieved = certain(1.0);
  unsure.draws = 20'000;
  const std::string name = "memory_bound_bytes_per_s";
  const double exact = statistics_of(run_on_cpu(only_base(sure)), name, 0).p50;
  const RunResult result = run_on_cpu(only_base(unsure));
  const PredictionEvidence e = *result.lowered.works.at(0).how.prediction;
  const Statistics drawn = statistics_of(result, name, 0);
  // 20,000 draws place a 5 % quantile within 0.5 % of probability; bins are 1 % wide.
  constexpr double of_quantile = 0.03;
  EXPECT_NEAR(drawn.p05 / exact, e.low, of_quantile * e.low);
  EXPECT_NEAR(drawn.p50 / exact, 1.0, of_quantile);
  EXPECT_NEAR(drawn.p95 / exact, e.high, of_quantile * e.high);
}

TEST(ModelError, WithoutMeasuredCasesIsAssumed) {
  Scenario scenario = predicted_work();
  const PredictedWork work{
      .workload = &scenario.workloads[0], .chip = "H100-SXM", .traits = {}, .prediction = {}};
  const ModelErrors errors = model_errors({work}, EvidenceTable{});
  const Input* const input = errors.find("lattice", "H100-SXM");
  ASSERT_NE(input, nullptr);
  EXPECT_EQ(input->confidence, Confidence::assumed);
  EXPECT_NEAR(quantile(input->distribution, 0.05), 0.5, 1e-9);
}

}  // namespace
}  // namespace tranche
