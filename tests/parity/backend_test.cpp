// The same integers on every backend. Without a GPU these tests are skipped, and say so;
// where TRANCHE_REQUIRED_BACKEND=gpu (or cuda) is set, a missing GPU is a failure instead.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <memory>

#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace testing_support;

bool gpu_is_required() {
  const char* const required = std::getenv("TRANCHE_REQUIRED_BACKEND");
  return required != nullptr &&
         (std::strcmp(required, "gpu") == 0 || std::strcmp(required, "cuda") == 0);
}

class OnTheGpu : public testing::Test {
 protected:
  void SetUp() override {
    try {
      gpu_ = kernels::make_gpu_backend();
    } catch (const kernels::BackendUnavailable& unavailable) {
      if (gpu_is_required()) FAIL() << unavailable.what();
      GTEST_SKIP() << unavailable.what();
    }
  }
  std::unique_ptr<kernels::Backend> gpu_;
};

Scenario uncertain_scenario() {
  Scenario scenario = one_firm(5);
  Tranche& tranche = scenario.tranches[0];
  tranche.quantity_chips = drawn("quantity", family(Family::lognormal, {10.0, 0.25}));
  tranche.batches = 3;
  tranche.slip_probability = certain(0.3);
  tranche.slip_s = drawn("slip", family(Family::gamma, {2.0, seconds_per_month}));
  scenario.firms[0].availability =
      drawn("availability", family(Family::beta, {60.0, 4.0, 0.0, 1.0}), {true, false, true});
  scenario.firms[0].power_cap_w = drawn("power", family(Family::normal, {9e6, 2e6}));
  scenario.workloads[0].compute_efficiency =
      drawn("mfu", family(Family::beta, {20.0, 30.0, 0.0, 1.0}));
  scenario.correlations.push_back({{"quantity", "mfu"}, 0.5, {}});
  Reliability reliability;
  reliability.failures_per_node_s = drawn("failures", family(Family::lognormal, {-17.0, 0.3}));
  reliability.job_failures_per_s = certain(1e-6);
  reliability.chips_per_node = certain(8.0);
  reliability.detection_s = certain(120.0);
  reliability.restart_s = certain(300.0);
  reliability.checkpoint_write_s = certain(20.0);
  scenario.reliability = reliability;
  Counterpart counterpart;
  counterpart.name = "them";
  counterpart.metric = "h100e_tpp";
  counterpart.level = certain(1e5);
  counterpart.growth_per_s = drawn("growth", family(Family::uniform, {1e-8, 3e-8}));
  scenario.counterpart = counterpart;
  return scenario;
}

ScenarioSet two_variants() {
  ScenarioSet set = only_base(uncertain_scenario());
  Variant other = set.variants[0];
  other.name = "h200";
  other.scenario.tranches[0].chip = "H200";
  set.variants.push_back(other);
  return set;
}

TEST(Backends, TheRequiredBackendRunsHere) {
  if (!gpu_is_required()) GTEST_SKIP() << "TRANCHE_REQUIRED_BACKEND is not set";
  EXPECT_NO_THROW(kernels::make_gpu_backend());
}

TEST_F(OnTheGpu, CountsWhatTheCpuCounts) {
  const LoweredScenario lowered = lower(two_variants(), catalogue());
  const auto cpu = kernels::make_cpu_backend(2);
  const std::vector<kernels::Cell> cells = kernels::choose_cells(lowered.data);
  constexpr std::size_t bindings = 5 * 2 * 1 * kernels::constraint_count;
  for (const std::uint64_t draws : {1ul, 31ul, 256ul, 257ul, 100'000ul}) {
    kernels::Tally on_cpu(cells, bindings), on_gpu(cells, bindings);
    cpu->run(lowered.data, {5, draws}, on_cpu, {});
    gpu_->run(lowered.data, {5, draws}, on_gpu, {});
    EXPECT_EQ(digest_of(lowered, on_cpu), digest_of(lowered, on_gpu)) << draws << " draws";
    EXPECT_EQ(on_cpu.counts, on_gpu.counts) << draws << " draws";
  }
}

TEST_F(OnTheGpu, ARunSaysThatItRanThere) {
  RunOptions options;
  options.device = Device::gpu;
  EXPECT_EQ(run_scenario(only_base(one_firm()), catalogue(), options).device, "gpu");
}

TEST(Backends, ARunOnTheCpuSaysThatItRanThere) {
  RunOptions options;
  options.device = Device::cpu;
  EXPECT_EQ(run_scenario(only_base(one_firm()), catalogue(), options).device, "cpu");
}

TEST(Backends, AskingForAGpuThatIsNotThereSaysWhy) {
  try {
    kernels::make_gpu_backend();
    GTEST_SKIP() << "there is a GPU";
  } catch (const kernels::BackendUnavailable& unavailable) {
    EXPECT_NE(std::string(unavailable.what()).find("backend `gpu` cannot run here ("),
              std::string::npos)
        << unavailable.what();
  }
}

}  // namespace
}  // namespace tranche
