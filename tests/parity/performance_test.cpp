// SPDX-License-Identifier: Apache-2.0

// The plan search and the simulation of jobs have the same bits on every device.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kernels/engine/backend/backend.hpp"
#include "kernels/models/reliability/reliability.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/plan/plan.hpp"
#include "tests/support/gpu_test.hpp"
#include "tests/support/model_shapes.hpp"

namespace tranche {
namespace {

using kernels::ComputeDevice;

// Synthetic stages and layers of small integers: many equal times and bytes, some plans that do not
// divide and some that do not fit, in every schedule.
struct MadeUpPlans {
  std::vector<kernels::StagePart> stages;
  std::vector<std::int32_t> bases;
  std::vector<kernels::LayerPart> layers;
  kernels::PlanTables tables;

  explicit MadeUpPlans(std::size_t stage_count, double capacity_bytes = 60e9) {
    constexpr std::size_t variants = 30;
    for (std::size_t i = 0; i < 3 * variants; ++i) {
      kernels::LayerPart layer;
      layer.time.forward_s = 1e-3 * static_cast<double>(1 + i % 7);
      layer.time.backward_s = 2.1e-3 * static_cast<double>(1 + i % 7);
      layer.forward_hosted_s = layer.time.forward_s;
      layer.backward_hosted_s = layer.time.backward_s;
      layer.time.weight_gradient_s = 1e-3 * static_cast<double>(i % 7);
      layer.both_hosted_s = layer.forward_hosted_s + layer.backward_hosted_s;
      layer.logits_s = 3e-3;
      layer.pipeline_send_bytes = 1e6 * static_cast<double>(1 + i % 4);
      layer.kept_bytes = 1e8 * static_cast<double>(1 + i % 11);
      layer.micro_batch = static_cast<double>(1 + i % 5);
      layers.push_back(layer);
    }
    for (std::size_t i = 0; i < stage_count; ++i) {
      kernels::StagePart stage;
      stage.stages = static_cast<double>(1 + i % 4);
      stage.virtual_stages = static_cast<double>(1 + i % 2);
      stage.schedule = static_cast<kernels::Schedule>(i % 3);
      stage.fills = (stage.stages - 1.0) / stage.virtual_stages;
      stage.slots = {stage.virtual_stages > 1 ? stage.stages : 1.0, stage.stages};
      stage.data = static_cast<double>(1 + i % 9);
      stage.layers = stage.mean_layers = stage.last_layers = 48.0 / stage.stages;
      stage.in_flight = stage.stages;
      stage.hop_latency_s = 5e-6;
      stage.hop_s_per_byte = 1.0 / 50e9;
      stage.gathers_forward_s = 1e-4 * static_cast<double>(i % 3);
      stage.gradients_backward_s = 1e-2 * static_cast<double>(i % 6);
      stage.optimizer_s = 0.05 / stage.data;
      stage.state_bytes = 1e9 * static_cast<double>(1 + i % 70);
      stages.push_back(stage);
      bases.push_back(static_cast<std::int32_t>(variants * (i % 3)));
    }
    tables.stages = stages.data();
    tables.layer_base = bases.data();
    tables.layers = layers.data();
    tables.stage_count = stage_count;
    tables.variants = variants;
    tables.global_batch = 720;
    tables.capacity_bytes = capacity_bytes;
    tables.windows = {0.5, 0.7};
  }
};

void expect_equal(const kernels::PlanRank& a, const kernels::PlanRank& b) {
  EXPECT_EQ(a.index, b.index);
  EXPECT_EQ(a.score.step_s, b.score.step_s);
  EXPECT_EQ(a.score.bytes, b.score.bytes);
}

void expect_equal(const kernels::PlanSearchResult& a, const kernels::PlanSearchResult& b) {
  EXPECT_EQ(a.evaluated, b.evaluated);
  EXPECT_EQ(a.fitting, b.fitting);
  expect_equal(a.smallest, b.smallest);
  ASSERT_EQ(a.best.size(), b.best.size());
  for (std::size_t i = 0; i < a.best.size(); ++i) expect_equal(a.best[i], b.best[i]);
}

kernels::SimulateJob failing_job() {
  kernels::FailureModel failures;
  failures.node_failures_per_s = 6.5e-3f / 86400.0f;
  failures.job_failures_per_s = 1e-6f;
  failures.recovery_s = 600;
  failures.checkpoint_write_s = 60;
  return {failures, 16384, 2e5, 1500, 11};
}

void expect_equal(const kernels::JobStatistics& a, const kernels::JobStatistics& b) {
  EXPECT_EQ(a.mean_wall_s, b.mean_wall_s);
  EXPECT_EQ(a.standard_error_s, b.standard_error_s);
  EXPECT_EQ(a.mean_failures, b.mean_failures);
  EXPECT_EQ(a.goodput_fraction, b.goodput_fraction);
}

PlanQuestion dense_model_on_512_chips() {
  static const Catalogue catalogue = read_catalogue(std::string(TRANCHE_SOURCE_DIR) + "/scenarios");
  PlanQuestion q;
  q.model = shapes::llama_70b();
  q.job.sequence_length = 8192;
  q.job.global_batch = 1024;
  q.system.chip = chip_params(*catalogue.find_chip("H100-SXM"));
  q.chips = 512;
  q.keep = 20;
  return q;
}

class PlansOnTheGpu : public tests::GpuTest {};
class JobsOnTheGpu : public tests::GpuTest {};

TEST_F(PlansOnTheGpu, RankAsOnTheCpu) {
  for (const std::size_t stages : {1u, 9u, 257u, 5000u}) {
    const MadeUpPlans plans(stages);
    for (const std::size_t keep : {0u, 1u, 10u, 1000u}) {
      SCOPED_TRACE(std::to_string(stages) + " stages, " + std::to_string(keep) + " kept");
      expect_equal(kernels::search_plans_on_gpu(plans.tables, keep),
                   kernels::search_plans(plans.tables, keep));
    }
  }
}

TEST_F(PlansOnTheGpu, AreMoreThanOnePieceHolds) {
  const MadeUpPlans plans(150'000);  // 4.5 million plans; a piece has 4.2 million
  expect_equal(kernels::search_plans_on_gpu(plans.tables, 50),
               kernels::search_plans(plans.tables, 50));
}

TEST_F(PlansOnTheGpu, NameTheSmallestWhenNothingFits) {
  const MadeUpPlans plans(500, 1e6);
  const auto on_gpu = kernels::search_plans_on_gpu(plans.tables, 10);
  EXPECT_EQ(on_gpu.fitting, 0u);
  expect_equal(on_gpu, kernels::search_plans(plans.tables, 10));
}

TEST_F(PlansOnTheGpu, MayBeNone) {
  expect_equal(kernels::search_plans_on_gpu({}, 10), kernels::search_plans({}, 10));
}

TEST_F(PlansOnTheGpu, AreThoseTheCpuFinds) {
  const auto coefficients = read_coefficients(std::string(TRANCHE_SOURCE_DIR) + "/scenarios");
  PlanQuestion q = dense_model_on_512_chips();
  q.device = ComputeDevice::cpu;
  const PlanAnswer on_cpu = find_plans(q, coefficients);
  q.device = ComputeDevice::gpu;
  const PlanAnswer on_gpu = find_plans(q, coefficients);
  EXPECT_EQ(on_cpu.evaluated, on_gpu.evaluated);
  EXPECT_EQ(on_cpu.fitting, on_gpu.fitting);
  ASSERT_FALSE(on_cpu.best.empty());
  ASSERT_EQ(on_cpu.best.size(), on_gpu.best.size());
  for (std::size_t i = 0; i < on_cpu.best.size(); ++i) {
    EXPECT_EQ(describe(on_cpu.best[i].plan), describe(on_gpu.best[i].plan));
    EXPECT_EQ(on_cpu.best[i].step_s, on_gpu.best[i].step_s);
  }
}

TEST_F(JobsOnTheGpu, PlayAsOnTheCpu) {
  for (const std::uint64_t replications : {2ul, 31ul, 1000ul, 20'001ul}) {
    SCOPED_TRACE(std::to_string(replications) + " replications");
    expect_equal(kernels::simulate_jobs_on_gpu(failing_job(), replications),
                 kernels::simulate_jobs(failing_job(), replications));
  }
}

// Tests of the device choice, on any machine.
TEST(PerformanceDevices, MadeUpPlansHaveTiesAndPlansThatDoNotFit) {
  // otherwise the comparisons above would not test ties
  const MadeUpPlans plans(5000);
  const auto found = kernels::search_plans(plans.tables, 1000);
  EXPECT_GT(found.fitting, 1000u);
  EXPECT_LT(found.fitting, found.evaluated);
  ASSERT_EQ(found.best.size(), 1000u);
  std::size_t ties = 0;
  for (std::size_t i = 1; i < found.best.size(); ++i) {
    if (found.best[i].score.step_s != found.best[i - 1].score.step_s) continue;
    ++ties;
    EXPECT_LT(found.best[i - 1].index, found.best[i].index);
  }
  EXPECT_GT(ties, 100u);
}

TEST(PerformanceDevices, TheAutomaticOneGivesWhatTheCpuGives) {
  const MadeUpPlans plans(257);
  expect_equal(kernels::search_plans(plans.tables, 10, ComputeDevice::automatic),
               kernels::search_plans(plans.tables, 10, ComputeDevice::cpu));
  expect_equal(kernels::simulate_jobs(failing_job(), 100, ComputeDevice::automatic),
               kernels::simulate_jobs(failing_job(), 100, ComputeDevice::cpu));
}

TEST(PerformanceDevices, AskingForAGpuThatIsNotThereSaysWhy) {
  try {
    kernels::make_gpu_backend();
    GTEST_SKIP() << "there is a GPU";
  } catch (const kernels::BackendUnavailable&) {
  }
  const MadeUpPlans plans(1);
  const auto expect_reason = [](const auto& ask) {
    try {
      ask();
      ADD_FAILURE() << "ran without a GPU";
    } catch (const kernels::BackendUnavailable& unavailable) {
      EXPECT_NE(std::string(unavailable.what()).find("backend `gpu` cannot run here ("),
                std::string::npos)
          << unavailable.what();
    }
  };
  expect_reason([&] { kernels::search_plans(plans.tables, 1, ComputeDevice::gpu); });
  expect_reason([&] { kernels::simulate_jobs(failing_job(), 2, ComputeDevice::gpu); });
}

}  // namespace
}  // namespace tranche
