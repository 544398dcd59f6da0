// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/plan/report.hpp"
#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

PlanRequest request(const char* model, const char* chip, std::int64_t count) {
  PlanRequest r;
  r.model = model;
  r.chip = chip;
  r.count = count;
  return r;
}

TEST(PlanProblem, TakesTheBatchOfLlama3WhereNoneIsGiven) {
  const Catalogue catalogue = read_catalogue(tests::shipped_data());
  const PlanProblem p = plan_problem(request("llama-3.1-405b", "H100", 16384), catalogue);
  // Grattafiori et al. 2024, table 4: 16 M tokens a step, sequences of 8,192
  EXPECT_EQ(p.question.job.sequence_length, 8192);
  EXPECT_EQ(p.question.job.global_batch, 2048);
  EXPECT_EQ(p.assumed.size(), 3u) << "batch, sequences, year of the software";
  EXPECT_TRUE(p.notes.empty());
}

TEST(PlanProblem, SaysWhichTensorParallelismTheHeadsRuleOut) {
  Catalogue catalogue = read_catalogue(tests::shipped_data());
  for (ModelEntry& model : catalogue.models) {
    if (model.name == "llama-3.1-8b") model.shape.heads = 28;
  }
  const PlanProblem p = plan_problem(request("llama-3.1-8b", "H100", 64), catalogue);
  ASSERT_EQ(p.notes.size(), 1u);
  EXPECT_EQ(p.notes[0], "28 heads do not divide by 8: no such tensor parallelism");
  const PlanAnswer answer = find_plans(p.question, read_coefficients(tests::shipped_data()));
  ASSERT_FALSE(answer.best.empty());
  for (const RankedPlan& r : answer.best) EXPECT_EQ(28 % r.plan.tensor, 0);
}

TEST(PlanProblem, RefusesChipsWhoseMemoryIsNotKnown) {
  const Catalogue catalogue = read_catalogue(tests::shipped_data());
  EXPECT_THROW(plan_problem(request("llama-3.1-8b", "Kunlun-P800", 64), catalogue), InputError);
}

TEST(PlanProblem, MarksANetworkThatTheCatalogueLacksAsAssumed) {
  Catalogue catalogue = read_catalogue(tests::shipped_data());
  for (ChipEntry& chip : catalogue.chips) {
    if (chip.name == "H100-SXM") chip.scale_out_bytes_per_s.reset();
  }
  const PlanProblem p = plan_problem(request("llama-3.1-8b", "H100", 64), catalogue);
  // 400 Gb/s, the adapter of DGX H100
  EXPECT_EQ(p.question.system.chip.scale_out_bytes_per_s, 50e9);
  EXPECT_EQ(p.assumed.back(), "network 50 GB/s per chip (not known for H100-SXM)");
}

// Data-parallel traffic crosses pods of 3,072 chips in a job of 16,384, and none in one of 2,048.
TEST(PlanProblem, OversubscriptionSlowsJobsThatSpanPods) {
  const Catalogue catalogue = read_catalogue(tests::shipped_data());
  const kernels::Coefficients coefficients = read_coefficients(tests::shipped_data());
  const auto seconds = [&](std::int64_t chips, double oversubscription) {
    PlanRequest r = request("llama-3.1-405b", "H100", chips);
    r.oversubscription = oversubscription;
    return find_plans(plan_problem(r, catalogue).question, coefficients).best.at(0).step_s;
  };
  EXPECT_GT(seconds(16384, 7.0), seconds(16384, 1.0));
  EXPECT_EQ(seconds(2048, 7.0), seconds(2048, 1.0));
}

}  // namespace
}  // namespace tranche
