// SPDX-License-Identifier: Apache-2.0
// Expected corrections were computed with NumPy from the matrices of simple kriging.
#include "sim/performance/evidence/own_runs.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/performance/evidence/evidence.hpp"

namespace tranche {
namespace {

constexpr double rounding = 1e-12;  // of sums of a few products of doubles

PredictionTraits training_on(const char* chip, const char* generation = "hopper",
                             const char* vendor = "NVIDIA") {
  PredictionTraits t;
  t.question = EvidenceQuestion::training;
  t.chip = chip;
  t.generation = generation;
  t.vendor = vendor;
  t.architecture = "transformer";
  return t;
}

OwnRun run(PredictionTraits traits, double ln_error, double ln_deviation) {
  return {
      .id = "r", .traits = std::move(traits), .ln_error = ln_error, .ln_deviation = ln_deviation};
}

// Chips of one generation are 0.5 apart.
OwnRuns two_runs() {
  return OwnRuns({run(training_on("H100-SXM"), 0.2, 0.1), run(training_on("H200-SXM"), 0.1, 0.2)});
}

EvidenceTable published(double mean_absolute_ln_error) {
  EvidenceTable table;
  table.cells = {{.traits = training_on("B200-SXM", "blackwell"),
                  .group = "others",
                  .rows = 1,
                  .group_share = 1,
                  .mean_absolute_ln_error = mean_absolute_ln_error}};
  weigh_groups(table);
  table.questions[static_cast<std::size_t>(EvidenceQuestion::training)].interval_factor = 2.0;
  return table;
}

TEST(OwnRuns, CorrectByTheirErrorsAndNarrowTheDeviation) {
  const ErrorGivenRuns e = two_runs().at(training_on("H100-SXM"), 0.1);
  EXPECT_NEAR(e.ln_mean, 0.13518970107427258, rounding);
  EXPECT_NEAR(e.ln_deviation, 0.08444044156895089, rounding);
}

TEST(OwnRuns, PredictEachRunFromTheOthers) {
  const std::vector<ErrorGivenRuns> left_out = two_runs().left_out();
  ASSERT_EQ(left_out.size(), 2u);
  EXPECT_NEAR(left_out[0].ln_mean, 0.029205029365177684, rounding);
  EXPECT_NEAR(left_out[0].ln_deviation, 0.09140063369232178, rounding);
  EXPECT_NEAR(left_out[1].ln_mean, 0.23364023492142147, rounding);
  EXPECT_NEAR(left_out[1].ln_deviation, 0.18280126738464356, rounding);
}

TEST(OwnRuns, DoNotExplainTheirOwnRepetitions) {
  std::vector<OwnRun> runs(5, run(training_on("H100-SXM"), 0.05, 0.1));
  for (const ErrorGivenRuns& e : OwnRuns(runs).left_out()) {
    EXPECT_NEAR(e.ln_mean, 0.0, rounding);
    EXPECT_NEAR(e.ln_deviation, 0.1, rounding);
  }
}

TEST(OwnRuns, LeavePredictionsAloneThatResembleNone) {
  PredictionTraits far = training_on("Ascend-910C", "other", "Huawei");
  far.architecture = "transformer mixture linear";
  const ErrorGivenRuns e = two_runs().at(far, 0.1);
  EXPECT_LT(std::fabs(e.ln_mean), 0.02);
  EXPECT_GT(e.ln_deviation, 0.0985);
  EXPECT_LE(e.ln_deviation, 0.1);
}

// Hundreds of runs whose traits are unknown are near everything, though everything is far apart.
TEST(OwnRuns, StayFiniteWhereUnknownTraitsBridgeGreatDistances) {
  std::vector<OwnRun> runs;
  for (int i = 0; i < 60; ++i) {
    PredictionTraits known = training_on("H100-SXM");
    known.software_year = 2015 + i % 12;
    known.architecture = i % 2 == 0 ? "transformer" : "transformer mixture linear sparse";
    known.chips = i % 3 == 0 ? 8 : 65536;
    runs.push_back(run(known, 0.3 * std::sin(i), 0.1));
    PredictionTraits unknown;
    unknown.question = EvidenceQuestion::training;
    runs.push_back(run(unknown, 0.2, 0.3));
  }
  const OwnRuns own(runs);
  const ErrorGivenRuns e = own.at(training_on("H100-SXM"), 0.1);
  EXPECT_TRUE(std::isfinite(e.ln_mean));
  EXPECT_LT(std::fabs(e.ln_mean), 0.5);
  EXPECT_GE(e.ln_deviation, 0.5 * 0.1);  // the root of the part that each run has alone
  for (const ErrorGivenRuns& l : own.left_out()) {
    EXPECT_TRUE(std::isfinite(l.ln_mean));
    EXPECT_GT(l.ln_deviation, 0.0);
  }
}

// Regression: two runs of one configuration a factor of four apart narrowed the interval.
TEST(OwnRuns, WidenTheIntervalWhereTheyContradictOneAnother) {
  const PredictionTraits h100 = training_on("H100-SXM");
  const double ln2 = std::log(2.0);
  const OwnRuns apart({run(h100, -ln2, 0.1), run(h100, ln2, 0.1)});
  EXPECT_NEAR(apart.at(h100, 0.1).ln_mean, 0.0, rounding);
  EXPECT_GT(apart.at(h100, 0.1).ln_deviation, 0.4);
}

// Regression: a chip without runs was corrected by more than the chip that was measured.
TEST(OwnRuns, CorrectOtherChipsByNoMoreThanTheirOwn) {
  const OwnRuns own({run(training_on("H100-SXM"), 0.2, 0.1)});
  EXPECT_GT(own.at(training_on("H200-SXM"), 0.3).ln_mean, 0.0);
  EXPECT_LT(own.at(training_on("H200-SXM"), 0.3).ln_mean,
            own.at(training_on("H100-SXM"), 0.1).ln_mean);
}

// Regression: thousands of repetitions of one configuration took minutes.
TEST(OwnRuns, CountRepetitionsAsOneWithTheirMean) {
  std::vector<OwnRun> runs(20000, run(training_on("H100-SXM"), 0.05, 0.1));
  const OwnRuns own(runs);
  EXPECT_EQ(own.count(EvidenceQuestion::training), 20000u);
  // all but the part that every prediction has alone is known: the mean moves by all of the error
  EXPECT_NEAR(own.at(training_on("H100-SXM"), 0.1).ln_mean, 0.05, 1e-5);
  EXPECT_NEAR(own.at(training_on("H100-SXM"), 0.1).ln_deviation, 0.1 * std::sqrt(0.25), 1e-5);
}

TEST(OwnRuns, SayNothingOfOtherQuestions) {
  PredictionTraits served = training_on("H100-SXM");
  served.question = EvidenceQuestion::serving_throughput;
  const ErrorGivenRuns e = two_runs().at(served, 0.1);
  EXPECT_EQ(e.ln_mean, 0.0);
  EXPECT_EQ(e.ln_deviation, 0.1);
  EXPECT_EQ(two_runs().nearest(served), nullptr);
}

TEST(OwnRuns, NarrowTheIntervalAndRaiseTheGrade) {
  EvidenceTable table = published(0.1);
  const PredictionEvidence before = evidence_of(training_on("H100-SXM"), table);
  table.own = OwnRuns({run(training_on("H100-SXM"), 0.2, ln_deviation_of(before))});
  const PredictionEvidence after = evidence_of(training_on("H100-SXM"), table);
  EXPECT_EQ(before.grade, EvidenceGrade::b);
  EXPECT_EQ(before.own_factor, 1.0);
  EXPECT_EQ(after.grade, EvidenceGrade::a);
  EXPECT_NEAR(after.own_factor, std::exp(0.75 * 0.2), rounding);
  EXPECT_LT(after.high, before.high);
  EXPECT_NEAR(after.low * after.high, 1.0, rounding);
  EXPECT_EQ(describe(after), "A: measured like this; rate x 1.16 by 1 own run");
}

TEST(OwnRuns, CorrectRatesAgainstTimes) {
  PredictionEvidence e;
  e.own_factor = 1.25;
  EXPECT_EQ(own_rate_factor(e), 1.25);
  e.is_of_time = true;
  EXPECT_EQ(own_rate_factor(e), 0.8);
}

}  // namespace
}  // namespace tranche
