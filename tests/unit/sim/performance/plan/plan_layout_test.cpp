// SPDX-License-Identifier: Apache-2.0

// Fixed layouts: the remaining search, and refused layouts.
#include <gtest/gtest.h>

#include "sim/input/diagnostic.hpp"
#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/plan/layout.hpp"
#include "sim/performance/plan/report.hpp"
#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

using tests::catalogue;

PlanQuestion question(const char* model, const char* chip, std::int64_t count) {
  PlanRequest r;
  r.model = model;
  r.chip = chip;
  r.count = count;
  return plan_problem(r, catalogue()).question;
}

std::vector<std::string> problems_of(const PlanQuestion& q) {
  Problems problems;
  check_choices(q, problems);
  std::vector<std::string> texts;
  for (const Diagnostic& d : problems.list()) texts.push_back(d.problem);
  return texts;
}

// Grattafiori et al. 2024, table 4: 16,384 H100 with TP 8, PP 16, DP 128.
PlanQuestion as_meta_ran(kernels::Recompute recompute) {
  PlanQuestion q = question("llama-3.1-405b", "H100", 16384);
  q.choices.tensor = 8;
  q.choices.pipeline = 16;
  q.choices.data = 128;
  q.choices.context = 1;
  q.choices.micro_batch = 1;
  q.choices.recompute = recompute;
  q.choices.sharding = kernels::Sharding::gradients;
  q.choices.schedules = schedules_named("1f1b");
  return q;
}

TEST(PlanChoices, AreKept) {
  const PlanAnswer answer =
      find_plans(as_meta_ran(kernels::Recompute::full), read_coefficients(tests::shipped_data()));
  ASSERT_FALSE(answer.best.empty()) << answer.why_empty;
  for (const RankedPlan& r : answer.best) {
    EXPECT_EQ(r.plan.tensor, 8);
    EXPECT_EQ(r.plan.pipeline, 16);
    EXPECT_EQ(r.plan.data, 128);
    EXPECT_EQ(r.plan.micro_batch, 1);
    EXPECT_EQ(r.plan.recompute, kernels::Recompute::full);
    EXPECT_EQ(r.plan.sharding, kernels::Sharding::gradients);
  }
}

// Without recompute a layer keeps 8192 / 8 x 520,192 bytes (Korthikanti et al. 2022, with grouped
// queries and a gated MLP); eight layers of 16 micro-batches with a twentieth for fragments are
// 71.6 GB. A stage has 3.43e9 parameters a chip: 6.9 GB of weights, 0.4 GB of split gradients and
// optimizer states; the reserve is 2 GB. That is 80.9 GB of 80.
TEST(PlanChoices, SayByHowMuchALayoutIsTooLarge) {
  const PlanAnswer answer =
      find_plans(as_meta_ran(kernels::Recompute::none), read_coefficients(tests::shipped_data()));
  EXPECT_TRUE(answer.best.empty());
  EXPECT_NEAR(answer.missing_bytes, 0.9e9, 0.1e9) << "each figure is rounded";
  EXPECT_EQ(answer.smallest.data, 128);
}

TEST(PlanChoices, NeverFindMoreThanTheWholeSearch) {
  PlanQuestion q = question("llama-3.1-70b", "H100", 64);
  const kernels::Coefficients c = read_coefficients(tests::shipped_data());
  const double best_s = find_plans(q, c).best.at(0).step_s;
  q.choices.pipeline = 4;
  EXPECT_GE(find_plans(q, c).best.at(0).step_s, best_s);
}

TEST(PlanChoices, AreRefusedAllAtOnce) {
  PlanQuestion q = question("deepseek-v3", "H800", 2048);
  q.choices.tensor = 3;     // of 128 heads
  q.choices.pipeline = 62;  // of 61 layers
  q.choices.expert = 48;    // of 256 experts
  q.choices.data = 100'000;
  EXPECT_EQ(problems_of(q), (std::vector<std::string>{
                                "`--tp 3` does not divide 128 heads",
                                "`--pp 62` is more stages than the model has layers",
                                "`--ep 48` does not divide 256 experts",
                                "TP 3 x PP 62 x DP 100000 = 18,600,000 does not divide 2,048 chips",
                                "`--dp 100000` is more replicas than a batch of 2,048 sequences"}));
}

TEST(PlanChoices, MustMultiplyToTheChips) {
  PlanQuestion q = question("llama-3.1-8b", "H100", 64);
  q.choices.tensor = 2;
  q.choices.pipeline = 2;
  q.choices.context = 1;
  q.choices.data = 8;
  EXPECT_EQ(problems_of(q),
            std::vector<std::string>{"TP 2 x PP 2 x CP 1 x DP 8 = 32 is not 64 chips"});
  q.choices.data = 16;
  EXPECT_TRUE(problems_of(q).empty());
}

TEST(PlanChoices, NeedStagesForTheirSchedule) {
  PlanQuestion q = question("llama-3.1-8b", "H100", 64);
  q.choices.pipeline = 1;
  q.choices.virtual_stages = 2;
  q.choices.schedules = schedules_named("dualpipe");
  EXPECT_EQ(problems_of(q),
            (std::vector<std::string>{"`--interleave 2` without pipeline stages",
                                      "the schedule DualPipe without pipeline stages",
                                      "`--interleave 2` with the schedule DualPipe"}));
}

TEST(PlanChoices, NeedExpertsForExpertParallelism) {
  PlanQuestion q = question("llama-3.1-8b", "H100", 64);
  q.choices.expert = 8;
  EXPECT_EQ(problems_of(q), std::vector<std::string>{"`--ep 8` for a model without experts"});
}

// 61 layers over 16 stages are four each with three places free: one or two chunks
// a stage; four would leave three of 64 chunks without a layer.
TEST(PlanChoices, NameTheInterleavingsThatTheLayersFill) {
  PlanQuestion q = question("deepseek-v3", "H800", 2048);
  q.choices.pipeline = 16;
  q.choices.virtual_stages = 3;
  Problems problems;
  check_choices(q, problems);
  ASSERT_EQ(problems.list().size(), 1u);
  EXPECT_EQ(problems.list()[0].help, std::vector<std::string>{"with `--pp 16`: 1, 2"});
}

TEST(Schedules, AreSearchedWhenNamed) {
  PlanQuestion q = question("llama-3.1-70b", "H100", 64);
  const kernels::Coefficients c = read_coefficients(tests::shipped_data());
  q.choices.schedules = schedules_named("zero-bubble");
  for (const RankedPlan& r : find_plans(q, c).best)
    EXPECT_EQ(r.plan.schedule, kernels::Schedule::zero_bubble);
  q.choices.schedules = schedules_named("dualpipe");
  for (const RankedPlan& r : find_plans(q, c).best)
    EXPECT_EQ(r.plan.schedule, kernels::Schedule::bidirectional);
  EXPECT_FALSE(schedules_named("gpipe").has_value());
}

}  // namespace
}  // namespace tranche
