// SPDX-License-Identifier: Apache-2.0

// Questions to the performance models through the public interface: the answers are those of the
// functions inside.
#include <gtest/gtest.h>

#include <string>

#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/compare/compare.hpp"
#include "sim/performance/plan/report.hpp"
#include "tests/support/door.hpp"

namespace tranche {
namespace {

using tests::door_data;
using tests::error_of;

TEST(DoorPlan, IsThatOfTheSearch) {
  const auto plans = api::plan(door_data(), {.model = "llama-3.1-70b",
                                             .chip = "H200",
                                             .chips = 64,
                                             .top = 3,
                                             .device = api::Device::cpu});
  ASSERT_TRUE(plans) << plans.error().text();
  PlanRequest request;
  request.model = "llama-3.1-70b";
  request.chip = "H200";
  request.count = 64;
  request.top = 3;
  const PlanAnswer inside = find_plans(plan_problem(request, tests::catalogue()).question,
                                       read_coefficients(tests::shipped_data()));
  ASSERT_EQ(plans->best().size(), inside.best.size());
  ASSERT_FALSE(inside.best.empty());
  for (std::size_t i = 0; i < inside.best.size(); ++i) {
    const api::Plan& plan = plans->best()[i];
    EXPECT_EQ(plan.step_s, inside.best[i].step_s);
    EXPECT_EQ(plan.tokens_per_s, inside.best[i].tokens_per_s);
    EXPECT_EQ(plan.mfu, inside.best[i].mfu);
    EXPECT_EQ(plan.description, describe(inside.best[i].plan));
    EXPECT_EQ(plan.tensor * plan.pipeline * plan.data * plan.context, 64);
    const double parts_s = plan.compute_s + plan.network_s + plan.bubble_s + plan.host_s +
                           plan.optimizer_s + plan.straggler_s;
    EXPECT_NEAR(parts_s, plan.step_s, 1e-9 * plan.step_s);  // rounding of five additions
    EXPECT_LE(plan.memory_bytes, plan.memory_capacity_bytes);
  }
  EXPECT_EQ(plans->searched(), inside.evaluated);
  EXPECT_FALSE(plans->assumed().empty());
  EXPECT_TRUE(plans->why_none().empty());
}

TEST(DoorPlan, SaysWhyThereIsNone) {
  const auto plans = api::plan(
      door_data(),
      {.model = "llama-3.1-405b", .chip = "H200", .chips = 8, .device = api::Device::cpu});
  ASSERT_TRUE(plans) << plans.error().text();
  EXPECT_TRUE(plans->best().empty());
  EXPECT_NE(plans->why_none().find("fits on"), std::string::npos) << plans->why_none();
}

TEST(DoorPlan, RefusesWhatItDoesNotKnow) {
  const auto unknown =
      api::plan(door_data(), {.model = "llama-3.1-405", .chip = "H20O", .chips = 8});
  EXPECT_EQ(error_of(unknown).kind, api::ErrorKind::input);
  EXPECT_EQ(unknown.error().problems.size(), 2u);
  EXPECT_EQ(error_of(api::plan(door_data(), {.model = "llama-3.1-8b",
                                             .chip = "H200",
                                             .chips = 8,
                                             .layout = {.zero_stage = 4}}))
                .kind,
            api::ErrorKind::request);
  EXPECT_EQ(error_of(api::plan(door_data(), {.model = "llama-3.1-8b",
                                             .chip = "H200",
                                             .chips = 8,
                                             .layout = {.recompute = "ful"}}))
                .problems.front()
                .help.front(),
            "did you mean `full`?");
}

TEST(DoorCompare, IsThatOfTheModels) {
  const std::vector<std::string> workloads{"train:llama-3.1-70b", "serve:llama-3.1-8b",
                                           "stream-triad"};
  const auto comparison = api::compare(door_data(), {"H100", "H200"}, workloads);
  ASSERT_TRUE(comparison) << comparison.error().text();
  const std::string& data = tests::shipped_data();
  const InferenceCoefficients inference = read_inference_coefficients(data);
  const MemoryBoundModel memory_bound = read_memory_bound_model(data);
  const kernels::Coefficients training = read_coefficients(data);
  const auto inside =
      compare({"H100", "H200"}, workloads,
              {tests::catalogue(), inference, memory_bound, &training, nullptr, {}});
  ASSERT_EQ(comparison->rows().size(), inside.size());
  for (std::size_t row = 0; row < inside.size(); ++row) {
    EXPECT_EQ(comparison->rows()[row].unit, inside[row].unit);
    for (std::size_t cell = 0; cell < 2; ++cell) {
      const api::Cell& found = comparison->rows()[row].cells[cell];
      EXPECT_EQ(found.value, inside[row].cells[cell].value);
      EXPECT_EQ(found.bound, inside[row].cells[cell].bound);
      EXPECT_EQ(found.why, inside[row].cells[cell].why);
      EXPECT_EQ(found.layout, inside[row].cells[cell].how.layout);
    }
  }
  const auto cell = comparison->at("serve:llama-3.1-8b", inside[1].cells[1].chip);
  ASSERT_TRUE(cell);
  EXPECT_GT(cell->value, 0.0);
  EXPECT_EQ(error_of(comparison->at("serve:llama-3.1-8b", "H2000")).kind, api::ErrorKind::request);
}

TEST(DoorCompare, RefusesOneChipAndUnknownWords) {
  EXPECT_EQ(error_of(api::compare(door_data(), {"H100"})).kind, api::ErrorKind::request);
  EXPECT_EQ(error_of(api::compare(door_data(), {"H100", "H20O"}, {"serve:llama-3.1-8b"})).kind,
            api::ErrorKind::input);
  EXPECT_EQ(error_of(api::compare(door_data(), {"H100", "H200"}, {"serve:llama-3.1-8b"},
                                  {.precision = "fp7"}))
                .kind,
            api::ErrorKind::request);
  EXPECT_EQ(error_of(api::compare(door_data(), {"H100", "H200"}, {"decode:llama-3.1-8b"},
                                  {.sequences = 8.0, .max_tpot_s = 0.05}))
                .kind,
            api::ErrorKind::request);
}

TEST(DoorServe, IsTheCellOfAComparison) {
  for (const auto& [task, word] : {std::pair{api::ServedTask::decode, "decode:"},
                                   std::pair{api::ServedTask::prefill, "prefill:"},
                                   std::pair{api::ServedTask::serve, "serve:"}}) {
    const auto served = api::serve(
        door_data(), {.model = "llama-3.1-70b", .chip = "H200", .task = task, .options = {}});
    ASSERT_TRUE(served) << served.error().text();
    const auto comparison =
        api::compare(door_data(), {"H200", "H100"}, {word + std::string("llama-3.1-70b")});
    ASSERT_TRUE(comparison);
    const api::Cell& cell = comparison->rows().front().cells.front();
    EXPECT_EQ(served->tokens_per_s_per_chip, cell.value);
    EXPECT_EQ(served->tpot_s, cell.tpot_s);
    EXPECT_EQ(served->memory, cell.memory);
    EXPECT_EQ(served->bound, cell.bound);
    EXPECT_FALSE(served->layout.empty());
  }
  EXPECT_EQ(error_of(api::serve(door_data(), {.model = "llama", .chip = "H200"})).kind,
            api::ErrorKind::input);
}

}  // namespace
}  // namespace tranche
