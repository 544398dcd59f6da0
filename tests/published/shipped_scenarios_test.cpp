// SPDX-License-Identifier: Apache-2.0

// The shipped scenarios: each runs, and hand-computed values hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

constexpr double bin_width = 4e-3;  // of a histogram, relative: kernels/engine/fleet/histogram.hpp
constexpr double sums_accuracy = 1e-5;  // fixed-point sums of draws, relative

std::string shipped(const std::string& name) { return data_folder() + "/" + name + ".toml"; }

RunResult run_shipped(const std::string& name, std::uint64_t draws,
                      std::vector<std::string> set = {}) {
  return run_on_cpu(read_scenario(
      shipped(name), {.set = std::move(set), .draws = draws, .seed = {}}, catalogue()));
}

// One run of the flagship for all its tests: 2,000 draws.
const RunResult& flagship() {
  static const RunResult result = run_shipped("h200-first-batch", 2000);
  return result;
}

std::int32_t variant(const RunResult& result, const std::string& name) {
  const auto& names = result.lowered.variants;
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) throw std::out_of_range(name);
  return static_cast<std::int32_t>(at - names.begin());
}

std::int32_t last_step(const RunResult& result) {
  return static_cast<std::int32_t>(result.lowered.steps.size()) - 1;
}

// Statistics in the last month, for all firms.
Statistics at_end(const RunResult& result, const std::string& metric_name,
                  const std::string& what_if = "base") {
  const auto all = static_cast<std::int32_t>(result.lowered.firms.size()) - 1;
  return statistics_of(result, metric_name, last_step(result), variant(result, what_if), all);
}

bool any_remark_has(const RunResult& result, const std::string& a, const std::string& b) {
  const auto& remarks = result.lowered.remarks;
  return std::any_of(remarks.begin(), remarks.end(), [&](const std::string& text) {
    return text.find(a) != std::string::npos && text.find(b) != std::string::npos;
  });
}

TEST(ShippedScenarios, AllRun) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data_folder())) {
    if (entry.path().extension() != ".toml") continue;
    SCOPED_TRACE(entry.path().string());
    ++count;
    const RunResult result = run_shipped(entry.path().stem().string(), 200);
    EXPECT_EQ(result.draws, 200u);
    EXPECT_EQ(result.set.variants.front().scenario.name, entry.path().stem().string());
    EXPECT_TRUE(std::isfinite(at_end(result, result.lowered.metrics.front().name).mean));
  }
  EXPECT_GE(count, 5);
}

TEST(Flagship, HasThirtyUncertainInputsWithSources) {
  const Scenario& scenario = flagship().set.variants.front().scenario;
  int uncertain = 0;
  for_each_input(scenario, [&](const Input& input) {
    if (input.distribution.is_constant()) return;
    ++uncertain;
    EXPECT_TRUE(!input.source.empty() || input.confidence == Confidence::assumed) << input.variable;
  });
  EXPECT_GE(uncertain, 30);
}

// Its reported TPP of 28,000 is above the 21,000 of rule 2026-01.
TEST(Flagship, B30AIsNotEligibleAndTheRunSaysSo) {
  EXPECT_EQ(at_end(flagship(), "chips_delivered", "b30a-instead").p95, 0.0);
  EXPECT_EQ(at_end(flagship(), "chips_delivered", "b30a-instead").mean, 0.0);
  EXPECT_TRUE(any_remark_has(flagship(), "B30A is not eligible under rule 2026-01", "TPP 28000"));
}

// The tariff band requires more than 4.5 TB/s: the H200 has 4.8, the H100 3.35.
TEST(Flagship, TariffComesFromTheRule) {
  EXPECT_TRUE(any_remark_has(flagship(), "H200-SXM is eligible", "tariff 25 %"));
  EXPECT_TRUE(any_remark_has(flagship(), "H100-SXM is eligible", ""));
  EXPECT_FALSE(any_remark_has(flagship(), "H100-SXM is eligible", "tariff"));
}

// Deliveries to all firms together: chips that one firm takes in addition are no longer passed on
// to others.
TEST(Flagship, WithoutCapPerBuyerNoQuantileOfDeliveriesIsLower) {
  const RunResult& result = flagship();
  const std::int32_t lifted = variant(result, "cap-lifted");
  for (const std::int32_t firm : {result.lowered.data.numbers.firm_count})
    for (std::int32_t step = 0; step <= last_step(result); step += 2) {
      const Statistics base = statistics_of(result, "chips_delivered", step, 0, firm);
      const Statistics more = statistics_of(result, "chips_delivered", step, lifted, firm);
      // Quantiles are accurate to the width of a bin.
      EXPECT_GE(more.p05, base.p05 * (1.0 - bin_width));
      EXPECT_GE(more.p25, base.p25 * (1.0 - bin_width));
      EXPECT_GE(more.p50, base.p50 * (1.0 - bin_width));
      EXPECT_GE(more.p75, base.p75 * (1.0 - bin_width));
      EXPECT_GE(more.p95, base.p95 * (1.0 - bin_width));
    }
}

TEST(Flagship, NoFirmGetsMoreThanItsLicence) {
  const RunResult& result = flagship();
  for (std::int32_t firm = 0; firm < 3; ++firm) {
    const double p95 = statistics_of(result, "chips_delivered", last_step(result), 0, firm).p95;
    EXPECT_LE(p95, 75'000.0 * (1.0 + bin_width));
  }
}

TEST(Flagship, NothingDeliveredLeavesThePriorStock) {
  const RunResult& result = flagship();
  EXPECT_EQ(at_end(result, "chips_delivered", "nothing-delivered").mean, 0.0);
  // Ineligible chips leave the same fleet as no chips.
  EXPECT_EQ(at_end(result, "chips_installed", "nothing-delivered").mean,
            at_end(result, "chips_installed", "b30a-instead").mean);
  EXPECT_LT(at_end(result, "chips_installed", "nothing-delivered").mean,
            at_end(result, "chips_installed").mean);
}

// For each chip of the tranche, in H100: by the datasheets, 4.0 / 3.35 of the bandwidth and 2,368 /
// 15,832 of the TPP for the H20, 4.8 / 3.35 and 1 for the H200.
TEST(Flagship, H20TradesArithmeticForBandwidth) {
  const auto per_chip = [](const std::string& yardstick, const std::string& what_if) {
    const auto gain = [&](const std::string& name) {
      return at_end(flagship(), name, what_if).mean -
             at_end(flagship(), name, "nothing-delivered").mean;
    };
    return gain(yardstick) / gain("chips_installed");
  };
  constexpr double differences = 30 * sums_accuracy;  // of sums ten times as large
  EXPECT_NEAR(per_chip("h100e_tpp", "h20-instead"), 2368.0 / 15832.0, differences);
  EXPECT_NEAR(per_chip("h100e_tpp", "h100-instead"), 1.0, differences);
  EXPECT_NEAR(per_chip("h100e_bandwidth", "h20-instead"), 4.0 / 3.35, differences);
  EXPECT_NEAR(per_chip("h100e_bandwidth", "h100-instead"), 1.0, differences);
  EXPECT_NEAR(per_chip("h100e_bandwidth", "base"), 4.8 / 3.35, differences);
  EXPECT_LT(at_end(flagship(), "training_flop_per_s", "h20-instead").mean,
            at_end(flagship(), "training_flop_per_s").mean);
}

// 400,000 H200, all in service, MFU 0.40, 90 % available, nothing lost to failures:
// 400e3 x 0.9 x 0.4 x 989.5e12 = 1.425e20 FLOP/s; IT power 1,453 W each at PUE 1.25: 727 MW.
TEST(Flagship, FourHundredThousandH200AreWhatTheyAreByHand) {
  std::vector<std::string> set = {"levers.approved=400000",
                                  "licences.bis.per_buyer_cap=none",
                                  "licences.bis.aggregate_share_cap=none",
                                  "licences.bis.probability=1",
                                  "approvals.beijing.probability=1",
                                  "approvals.beijing.delay=\"3 months\"",
                                  "tranches.first.supply.stock=10_000_000",
                                  "workloads.training.performance=stated",
                                  "workloads.training.mfu=0.4",
                                  "workloads.training.achieved=none",
                                  "all_firms.availability=0.9",
                                  "all_firms.server_overhead=2.0757",  // 1,453 W / 700 W
                                  "all_firms.pue=1.25",
                                  "all_firms.retirement=0",
                                  "all_firms.installation_rate=none",
                                  "all_firms.installation_delay=\"1 month\"",
                                  "reliability.failures_per_node_day=1e-9"};
  for (const std::string firm : {"bytedance", "alibaba", "tencent"}) {
    for (const std::string key : {"power_cap=none", "budget=none", "workloads=alternatives"})
      set.push_back("firms." + firm + "." + key);
    for (const std::string chip : {"h20", "h800", "a800", "a100"})
      set.push_back("firms." + firm + ".stock." + chip + ".units=0");
  }
  const RunResult result = run_shipped("h200-first-batch", 500, set);
  EXPECT_NEAR(at_end(result, "training_flop_per_s").p50 / 1.42488e20, 1.0, bin_width);
  EXPECT_NEAR(at_end(result, "power_mw").p50 / 726.5, 1.0, bin_width);
}

TEST(Flagship, WarnsThatAFixedInputLosesItsCorrelation) {
  const ScenarioSet set = read_scenario(
      shipped("h200-first-batch"),
      {.set = {"assumptions.training_achieved=0.9"}, .draws = {}, .seed = {}}, catalogue());
  const auto& warnings = set.warnings;
  EXPECT_TRUE(std::any_of(warnings.begin(), warnings.end(), [](const Diagnostic& warning) {
    return warning.problem ==
           "`assumptions.training_achieved` is no longer uncertain; its correlation is left out";
  }));
}

// Same die: 989.5 TFLOP/s both; 4.8 against 3.35 TB/s, 1.433 times as much.
TEST(H100VersusH200, OnlyMemoryBoundWorkGains) {
  const RunResult result = run_shipped("h100-vs-h200", 500);
  const auto ratio = [&](const std::string& name) {
    return at_end(result, name, "h200-same-count").mean / at_end(result, name).mean;
  };
  // A bf16 step of 405B is bound by arithmetic and network; even in fp8, where memory determines
  // the plan, MLPerf Training v5.0 has 1.10 (512 chips).
  EXPECT_GE(ratio("training"), 1.0);
  EXPECT_LE(ratio("training"), 1.1);
  // At most the bandwidth; measured streams gain 1.3 to 1.43 (catalogue, lbm-d3q19).
  EXPECT_GT(ratio("stencil"), 1.3);
  EXPECT_LE(ratio("stencil"), 4.8 / 3.35 * (1.0 + sums_accuracy));
  // 64 sequences fit into one H200 and not into one H100. For Llama 2 70B MLPerf Inference
  // v4.0 has 1.45 (offline), NVIDIA's H200 datasheet 1.9.
  for (const char* serving : {"serving_70b", "serving_405b"}) {
    EXPECT_GT(ratio(serving), 1.4) << serving;
    EXPECT_LT(ratio(serving), 1.9) << serving;
  }
}

TEST(ArticleClaims, AreKeptApartFromDatasheets) {
  const RunResult result = run_shipped("article-claims", 500);
  const auto training = [&](const std::string& what_if) {
    return at_end(result, "training_flop_per_s", what_if).mean;
  };
  EXPECT_NEAR(training("h200-as-claimed") / training("previous-as-claimed"), 320.0 / 250.0,
              2 * sums_accuracy);
  EXPECT_NEAR(training("h200-datasheet") / training("base"), 1.0, sums_accuracy);
  EXPECT_TRUE(any_remark_has(result, "H200-as-claimed", "no published fp64 rate"));
}

}  // namespace
}  // namespace tranche
