// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/evidence/evidence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

PredictionTraits h100_training() {
  PredictionTraits t;
  t.question = EvidenceQuestion::training;
  t.chip = "H100-SXM";
  t.generation = "hopper";
  t.vendor = "NVIDIA";
  t.architecture = "transformer";
  t.weight_bits = 16;
  t.software = "fused";
  t.software_year = 2025;
  t.chips = 64;
  t.parameters = 7e10;
  t.layout = "tensor pipeline";
  t.work = "pretrain";
  return t;
}

PredictionTraits on_chip(const char* chip, const char* generation, const char* vendor) {
  PredictionTraits t = h100_training();
  t.chip = chip;
  t.generation = generation;
  t.vendor = vendor;
  return t;
}

EvidenceCell measured(PredictionTraits traits, const char* group, double ln_error) {
  return {.traits = std::move(traits),
          .group = group,
          .rows = 1,
          .group_share = 1,
          .mean_absolute_ln_error = std::abs(ln_error)};
}

EvidenceTable table_of(std::vector<EvidenceCell> cells, double factor) {
  EvidenceTable table;
  table.cells = std::move(cells);
  weigh_groups(table);
  table.questions[static_cast<std::size_t>(EvidenceQuestion::training)].interval_factor = factor;
  return table;
}

TEST(TraitDistance, IsZeroBetweenEquals) {
  EXPECT_EQ(trait_distance(h100_training(), h100_training()), 0.0);
}

TEST(TraitDistance, GrowsFromSiblingsToGenerationsToVendors) {
  const PredictionTraits h100 = h100_training();
  const double sibling = trait_distance(h100, on_chip("H200-SXM", "hopper", "NVIDIA"));
  const double generation = trait_distance(h100, on_chip("B200-SXM", "blackwell", "NVIDIA"));
  const double vendor = trait_distance(h100, on_chip("Ascend-910C", "other", "Huawei"));
  EXPECT_LT(0.0, sibling);
  EXPECT_LT(sibling, generation);
  EXPECT_LT(generation, vendor);
}

TEST(TraitDistance, IsSymmetric) {
  PredictionTraits mixture = on_chip("B200-SXM", "blackwell", "NVIDIA");
  mixture.architecture = "transformer mixture latent";
  mixture.chips = 1024;
  mixture.weight_bits = 8;
  mixture.layout = "expert";
  EXPECT_EQ(trait_distance(h100_training(), mixture), trait_distance(mixture, h100_training()));
}

TEST(TraitDistance, CountsEveryKindOfParallelismThatOnlyOneUses) {
  PredictionTraits other = h100_training();
  other.layout = "tensor expert context";  // pipeline, expert, context differ
  EXPECT_NEAR(trait_distance(h100_training(), other), 3 * 0.3, 1e-12);
}

TEST(TraitDistance, TakesUnknownNumbersForEqual) {
  PredictionTraits unknown = h100_training();
  unknown.chips = unknown.parameters = unknown.software_year = 0;
  EXPECT_EQ(trait_distance(h100_training(), unknown), 0.0);
}

TEST(Evidence, ExpectsTheErrorOfEqualCases) {
  // Where all cases have one error, the mean is that error whatever the weights.
  const EvidenceTable table = table_of(
      {measured(h100_training(), "first", 0.1), measured(h100_training(), "second", -0.1)}, 2.0);
  const PredictionEvidence e = evidence_of(h100_training(), table);
  EXPECT_NEAR(e.expected_ln_error, 0.1, 1e-12);
  EXPECT_NEAR(e.low, std::exp(-0.2), 1e-12);
  EXPECT_NEAR(e.high, std::exp(0.2), 1e-12);
  EXPECT_EQ(e.grade, EvidenceGrade::a);
}

TEST(Evidence, OfALeftOutGroupComesFromTheOthers) {
  const EvidenceTable table = table_of(
      {measured(h100_training(), "own", 0.9), measured(h100_training(), "other", 0.1)}, 2.0);
  const PredictionEvidence e = evidence_of(h100_training(), table, "own");
  EXPECT_NEAR(e.expected_ln_error, 0.1, 1e-12);
  EXPECT_EQ(e.nearest_group, "other");
}

TEST(Evidence, IsWiderFartherAway) {
  const EvidenceTable table = table_of({measured(h100_training(), "measured", 0.1)}, 2.0);
  const PredictionEvidence near = evidence_of(h100_training(), table);
  const PredictionEvidence far = evidence_of(on_chip("Ascend-910C", "other", "Huawei"), table);
  EXPECT_LT(far.low, near.low);
  EXPECT_GT(far.high, near.high);
}

TEST(Evidence, GradesByTheNearestGroupAndNamesTheAxes) {
  const EvidenceTable table = table_of({measured(h100_training(), "measured", 0.1)}, 2.0);
  EXPECT_EQ(evidence_of(on_chip("H200-SXM", "hopper", "NVIDIA"), table).grade, EvidenceGrade::a);
  const PredictionEvidence b200 = evidence_of(on_chip("B200-SXM", "blackwell", "NVIDIA"), table);
  EXPECT_EQ(b200.grade, EvidenceGrade::b);
  EXPECT_EQ(b200.extrapolated, "chip");
  PredictionTraits mixture = on_chip("B200-SXM", "blackwell", "NVIDIA");
  mixture.architecture = "transformer mixture";
  mixture.weight_bits = 8;
  const PredictionEvidence c = evidence_of(mixture, table);
  EXPECT_EQ(c.grade, EvidenceGrade::d);  // 1.5 + 1.5 + 0.5
  EXPECT_EQ(c.extrapolated, "chip, architecture, precision");
  mixture.weight_bits = 16;
  EXPECT_EQ(evidence_of(mixture, table).grade, EvidenceGrade::c);
}

TEST(Evidence, OfAnotherQuestionSaysNothing) {
  const EvidenceTable table = table_of({measured(h100_training(), "measured", 0.1)}, 2.0);
  PredictionTraits served = h100_training();
  served.question = EvidenceQuestion::serving_throughput;
  const PredictionEvidence e = evidence_of(served, table);
  EXPECT_EQ(e.grade, EvidenceGrade::d);
  EXPECT_EQ(e.high, 0.0);
  EXPECT_EQ(interval_text(e), "unknown");
}

TEST(Evidence, FactorCoversNineOfTenLeftOutGroups) {
  // Twenty groups of one case each with equal traits and errors 0.01, 0.02, …, 0.20. With equal
  // traits the expected error of a group is the mean of the others, so the ratio grows with the
  // error and the factor is the ratio of the 18th.
  std::vector<EvidenceCell> cells;
  for (int i = 1; i <= 20; ++i)
    cells.push_back(measured(h100_training(), ("group " + std::to_string(i)).c_str(), 0.01 * i));
  const EvidenceTable table = table_of(cells, 0.0);
  const QuestionErrors errors =
      question_errors(table)[static_cast<std::size_t>(EvidenceQuestion::training)];
  const double mean_of_others = (2.10 - 0.18) / 19.0;
  EXPECT_NEAR(errors.interval_factor, 0.18 / mean_of_others, 1e-9);
  EXPECT_EQ(errors.groups, 20.0);
  EXPECT_NEAR(errors.mean_absolute_ln_error, 0.105, 1e-12);
}

TEST(Evidence, RatioOfFullyCorrelatedErrorsIsExact) {
  PredictionEvidence one;
  one.low = 0.8;
  one.high = 1.25;
  const RatioInterval same = ratio_interval(one, one, 1.0);
  EXPECT_NEAR(same.low, 1.0, 1e-12);
  EXPECT_NEAR(same.high, 1.0, 1e-12);
  // Independent errors of equal size: the half-width in logarithms grows by the root of two.
  const RatioInterval apart = ratio_interval(one, one, 0.0);
  EXPECT_NEAR(std::log(apart.high), std::sqrt(2.0) * std::log(1.25), 1e-12);
}

TEST(Evidence, ShipsWithCasesOfEveryQuestion) {
  const EvidenceTable table = read_evidence(tests::shipped_data());
  for (const EvidenceQuestionName& row : evidence_questions) {
    double rows = 0;
    for (const EvidenceCell& cell : table.cells)
      if (cell.traits.question == row.question) rows += cell.rows;
    EXPECT_GT(rows, 0.0) << row.name;
    EXPECT_EQ(rows, table.of(row.question).rows) << row.name;
    EXPECT_GT(table.of(row.question).interval_factor, 1.0) << row.name;
  }
  for (const EvidenceCell& cell : table.cells) {
    EXPECT_FALSE(cell.traits.chip.empty()) << cell.group;
    EXPECT_FALSE(cell.traits.vendor.empty()) << cell.group;
  }
}

}  // namespace
}  // namespace tranche
