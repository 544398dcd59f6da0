// SPDX-License-Identifier: Apache-2.0

// Default size of training jobs, and remarks on jobs that are too large or too small.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "sim/performance/throughput/throughput_table.hpp"
#include "sim/simulate/lowering/throughput.hpp"
#include "tests/support/run_support.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

// Seconds of a chip per unit at 2^k chips: 1 up to `last`, then `growth` times as long for each
// doubling. Sizes below `first` do no work.
ThroughputTable table_with(int first, int last, double growth) {
  ThroughputTable table;
  table.size_dependent = true;
  for (int k = first; k < static_cast<int>(throughput_sizes); ++k) {
    WorkPoint& point = table.points.at(static_cast<std::size_t>(k));
    point.works = true;
    point.chips_per_unit = 1.0;
    point.step.compute_s = std::pow(growth, std::max(k - last, 0));
  }
  return table;
}

TEST(JobSize, EndsWhereMoreChipsAddNothing) {
  EXPECT_EQ(largest_useful_job(table_with(3, 10, 2.0)), 1024.0f);
}

// Twice the chips at 1.1 times the seconds do 1.82 times as much, at 1.12 times 1.79.
TEST(JobSize, GrowsWhileTwiceTheChipsDoOnePointEightTimesAsMuch) {
  EXPECT_EQ(largest_useful_job(table_with(3, 10, 1.10)), 1048576.0f);
  EXPECT_EQ(largest_useful_job(table_with(3, 10, 1.12)), 1024.0f);
}

// A size that divides the batch badly does not end the scaling.
TEST(JobSize, PassesASizeThatIsWorseThanItsNeighbours) {
  ThroughputTable table = table_with(3, 12, 2.0);
  table.points[8].step.compute_s = 1.5;
  EXPECT_EQ(largest_useful_job(table), 4096.0f);
}

TEST(JobSize, IsOneJobWhereSpeedDoesNotDependOnSize) {
  WorkPoint point;
  point.works = true;
  point.chips_per_unit = 1.0;
  point.step.compute_s = 1.0;
  EXPECT_EQ(largest_useful_job(throughput_of(point)), one_job_of_any_size);
}

TEST(JobSize, KnowsTheFewestChipsThatWork) {
  EXPECT_EQ(smallest_job(table_with(7, 10, 2.0)), 128.0);
}

// Half idle: throughput is constant from n to 2 n, so 0.95 n of the 2 n chips keep 95 %.
TEST(JobSize, CountsTheChipsThatAddNothing) {
  constexpr double step = 0.0011;  // of the search
  EXPECT_NEAR(share_that_adds_nothing(table_with(3, 10, 2.0), 2048.0), 1.0 - 0.475, step);
  EXPECT_NEAR(share_that_adds_nothing(table_with(3, 10, 2.0), 1024.0), 0.05, step);
  EXPECT_EQ(share_that_adds_nothing(table_with(12, 13, 2.0), 100.0), 0.0);
}

std::string one_firm_training(const std::string& chips, const std::string& more = "",
                              const std::string& chip = "GB300") {
  return fmt::format(R"(
[scenario]
name = "jobs"
start = "2026-01"
months = 2
draws = 64

[firms.acme]
availability = 1

[tranches.first]
chip = "{}"
quantity = "{} chips"
price = "1 USD"

[workloads.training]
kind = "training"
performance = "model"
model = "llama-3.1-405b"
achieved = 1
{}
)",
                     chip, chips, more);
}

// The line of the text at a diagnostic's location.
std::string line_at(const std::string& text, const SourceSpan& where) {
  std::istringstream lines(text);
  std::string line;
  for (std::size_t n = 0; n < where.line; ++n) std::getline(lines, line);
  return line;
}

double flop_per_s(const std::string& text) {
  const RunResult result = tests::run_on_cpu(tests::read_text(text));
  return tests::statistics_of(result, "training_flop_per_s", 1).p50;
}

std::vector<Diagnostic> notes_of(const std::string& text) {
  return lower(tests::read_text(text), tests::catalogue()).notes;
}

// As many jobs of the largest scaling size as there are chips: equal to an explicit job size, and
// far more than one job, whose batch of 16.8 M tokens 131,072 chips cannot use.
TEST(JobSize, WithoutOneAClusterRunsSeveralJobsThatScale) {
  const std::string chips = "131072";
  const double by_default = flop_per_s(one_firm_training(chips));
  const double one_job = flop_per_s(one_firm_training(chips, "job_size = 131072"));
  EXPECT_GT(by_default, 1.3 * one_job);
  bool agrees = false;
  for (const char* size : {"4096", "8192", "16384", "32768"})
    agrees = agrees ||
             std::fabs(flop_per_s(one_firm_training(chips, std::string("job_size = ") + size)) /
                           by_default -
                       1.0) < 1e-6;  // the same table, a rounding apart
  EXPECT_TRUE(agrees);
}

TEST(JobSize, SmallClustersAreOneJobAsBefore) {
  EXPECT_NEAR(flop_per_s(one_firm_training("2048")) /
                  flop_per_s(one_firm_training("2048", "job_size = 2048")),
              1.0, 1e-6);
}

TEST(JobSize, WarnsAtTheKeyWhereChipsOfAJobAddNothing) {
  const std::string text = one_firm_training("131072", "job_size = 131072");
  const auto notes = notes_of(text);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].problem.find("of the 131,072 chips of a job on GB300 add next to nothing"),
            std::string::npos)
      << notes[0].problem;
  EXPECT_EQ(line_at(text, notes[0].where), "job_size = 131072");
  EXPECT_NE(notes[0].help.at(0).find("`job_size = "), std::string::npos);
  EXPECT_TRUE(notes_of(one_firm_training("131072", "job_size = 4096")).empty());
}

// 1,048,576 chips are more than the firm has: its jobs are no larger than its clusters.
TEST(JobSize, DoesNotWarnOfASizeThatNoClusterReaches) {
  EXPECT_TRUE(notes_of(one_firm_training("2048", "job_size = 1048576")).empty());
}

// 405e9 parameters with 16 bytes each are 6.5 TB: 8 x 80 GB are a tenth of it, and no plan holds
// them on fewer than 128 chips.
TEST(JobSize, WarnsWhereAClusterIsTooSmallToHoldTheModel) {
  const std::string text = one_firm_training("8", "", "H100");
  const auto notes = notes_of(text);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].problem.find("workload `training` does no work on H100-SXM: a job has 8 "
                                  "chips, and the smallest plan that holds the model needs 128"),
            std::string::npos)
      << notes[0].problem;
  EXPECT_EQ(line_at(text, notes[0].where), "quantity = \"8 chips\"");
  EXPECT_EQ(flop_per_s(text), 0.0);
}

TEST(JobSize, SaysInARemarkWhichSizeItTook) {
  const LoweredScenario lowered =
      lower(tests::read_text(one_firm_training("131072")), tests::catalogue());
  const bool says =
      std::any_of(lowered.remarks.begin(), lowered.remarks.end(), [](const std::string& remark) {
        return remark.starts_with("workload training says no `job_size`: its GB300 run as jobs of");
      });
  EXPECT_TRUE(says);
  EXPECT_TRUE(lowered.notes.empty());
}

}  // namespace
}  // namespace tranche
