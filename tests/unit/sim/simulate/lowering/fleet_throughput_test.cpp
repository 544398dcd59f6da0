// SPDX-License-Identifier: Apache-2.0

// Throughput of installed chips, with certain inputs.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

constexpr double float_accuracy = 2e-6;  // a few roundings of 2^-24, and fixed-point units

// 1,000 H100 at 989.5 TFLOP/s dense bf16 (NVIDIA datasheet), availability 0.9, MFU 0.4.
TEST(Fleet, TrainingIsChipsTimesPeakTimesEfficiencyTimesAvailability) {
  Scenario scenario = one_firm();
  scenario.firms[0].availability = certain(0.9);
  const RunResult result = run_on_cpu(only_base(scenario));
  const double expected = 1000.0 * 989.5e12 * 0.4 * 0.9;
  EXPECT_NEAR(statistics_of(result, "training_flop_per_s", 0).mean / expected, 1.0, float_accuracy);
  EXPECT_NEAR(statistics_of(result, "training_flop_cumulative", 3).mean /
                  (4.0 * seconds_per_month * expected),
              1.0, float_accuracy);
  EXPECT_NEAR(statistics_of(result, "mfu", 0).mean, 0.4, 0.4 * float_accuracy);
  EXPECT_EQ(statistics_of(result, "goodput_fraction", 0).mean, 1.0);
  EXPECT_NEAR(statistics_of(result, "chips_available", 0).mean, 900.0, 900.0 * float_accuracy);
}

// Weights of 70 GB and 64 sequences with 0.5 GB of cache: one step reads 102 GB and makes
// 64 tokens. H200: 4.8 TB/s (NVIDIA datasheet), at 60 %.
TEST(Fleet, DecodeIsLimitedByMemoryTraffic) {
  Scenario scenario = one_firm();
  scenario.tranches[0].chip = "H200";
  Workload decode = plain_training(1.0);
  decode.kind = Workload::Kind::decode;
  decode.name = "serving";
  decode.weight_bytes = certain(70e9);
  decode.kv_bytes_per_sequence = certain(0.5e9);
  decode.batch_sequences = certain(64.0);
  decode.bandwidth_efficiency = certain(0.6);
  scenario.workloads = {decode};
  scenario.firms[0].workloads.entries = {share("serving", 0.5)};
  const RunResult result = run_on_cpu(only_base(scenario));
  const double expected = 500.0 * 64.0 * 4.8e12 * 0.6 / 102e9;
  EXPECT_NEAR(statistics_of(result, "decode_tokens_per_s", 0).mean / expected, 1.0, float_accuracy);
}

// STREAM triad in fp64 moves 24 bytes an element (BabelStream), so a chip does
// bandwidth x efficiency / 24 elements a second and moves bandwidth x efficiency bytes.
TEST(Fleet, MemoryBoundWorkFollowsBandwidth) {
  Scenario scenario = one_firm();
  Workload stream = plain_training(1.0);
  stream.kind = Workload::Kind::memory_bound;
  stream.name = "stream";
  stream.flop_per_unit = certain(2.0);
  stream.bytes_per_unit = certain(24.0);
  stream.precision = "fp64";
  stream.unit = "elements";
  stream.bandwidth_efficiency = certain(0.8);
  scenario.workloads = {stream};
  scenario.firms[0].workloads.entries = {share("stream", 1.0)};
  const RunResult result = run_on_cpu(only_base(scenario));
  const double bytes_per_s = 1000.0 * 3.35e12 * 0.8;
  EXPECT_NEAR(statistics_of(result, "memory_bound_bytes_per_s", 0).mean / bytes_per_s, 1.0,
              float_accuracy);
  EXPECT_NEAR(statistics_of(result, "stream", 0).mean / (bytes_per_s / 24.0), 1.0, float_accuracy);
}

// 1,000 chips in 125 nodes that fail 0.00234 times a day each; recovery 420 s, checkpoint
// 20 s, interval 3,600 s. Daly's renewal form in long double.
TEST(Fleet, GoodputIsDalysRenewalForm) {
  Scenario scenario = one_firm();
  Reliability reliability;
  reliability.failures_per_node_s = certain(0.00234 / 86400.0);
  reliability.job_failures_per_s = certain(0.0);
  reliability.chips_per_node = certain(8.0);
  reliability.detection_s = certain(120.0);
  reliability.restart_s = certain(300.0);
  reliability.checkpoint_write_s = certain(20.0);
  reliability.checkpoint_interval_s = certain(3600.0);
  scenario.reliability = reliability;
  const RunResult result = run_on_cpu(only_base(scenario));
  const long double rate = 125.0L * 0.00234L / 86400.0L;
  const long double expected =
      3600.0L * rate / (std::exp(rate * 420.0L) * std::expm1(rate * 3620.0L));
  EXPECT_NEAR(statistics_of(result, "goodput_fraction", 0).mean, static_cast<double>(expected),
              5e-6);
  EXPECT_NEAR(statistics_of(result, "mfu", 0).mean, 0.4, 0.4 * float_accuracy);
}

// Power 700 W a chip, 80 % used, for four months; electricity 0.1 USD/kWh.
TEST(Fleet, EnergyAndCostAccumulate) {
  Scenario scenario = one_firm();
  scenario.firms[0].power_utilisation = certain(0.8);
  scenario.firms[0].electricity_usd_per_j = certain(0.1 / 3.6e6);
  scenario.tranches[0].price_usd = certain(27'000.0);
  scenario.tranches[0].tariff = certain(0.25);
  const RunResult result = run_on_cpu(only_base(scenario));
  const double energy_j = 1000.0 * 700.0 * 0.8 * 4.0 * seconds_per_month;
  EXPECT_NEAR(statistics_of(result, "energy_mwh_cumulative", 3).mean / (energy_j / 3.6e9), 1.0,
              float_accuracy);
  const double cost_usd = 1000.0 * 27'000.0 * 1.25 + energy_j * 0.1 / 3.6e6;
  EXPECT_NEAR(statistics_of(result, "cost_usd_cumulative", 3).mean / cost_usd, 1.0, float_accuracy);
}

// H20: 148 INT8 TOPS and TPP 2,368 against 1,979 and 15,832 (datasheets; 15 CFR 774).
// 1,000 H100 are delivered; 0.35 MW feed 500 of 700 W. An H100 is one of both yardsticks.
TEST(Fleet, YardsticksCountInstalledChipsNotDeliveredOnes) {
  Scenario scenario = one_firm();
  scenario.firms[0].server_overhead = certain(1.0);
  scenario.firms[0].pue = certain(1.0);
  scenario.firms[0].power_cap_w = certain(0.35e6);
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(statistics_of(result, "chips_delivered", 3).mean, 1000.0, 0.01);
  EXPECT_NEAR(statistics_of(result, "h100e_tpp", 3).mean, 500.0, 0.01);
  EXPECT_NEAR(statistics_of(result, "h100e_bandwidth", 3).mean, 500.0, 0.01);
}

TEST(Fleet, YardsticksCountChipsByTheirOwnDefinition) {
  Scenario scenario = one_firm();
  scenario.tranches[0].quantity_chips = certain(0.0);
  scenario.firms[0].stock.push_back({"old", "H20", certain(1000.0)});
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(statistics_of(result, "h100e_tpp", 0).mean, 1000.0 * 2368.0 / 15832.0, 0.01);
  // 4.0 TB/s against 3.35 TB/s.
  EXPECT_NEAR(statistics_of(result, "h100e_bandwidth", 0).mean, 1000.0 * 4.0 / 3.35, 0.01);
}

// The counterpart has 2,000 at the start and grows 10 % a month, continuously. The firm has 1,000
// after one month; the counterpart had that ln(0.5) / 0.1 months before the start.
TEST(Fleet, MonthsBehindIsTheTimeSinceTheCounterpartWasThere) {
  Scenario scenario = one_firm();
  Counterpart counterpart;
  counterpart.name = "them";
  counterpart.metric = "chips_installed";
  counterpart.level = certain(2000.0);
  counterpart.growth_per_s = certain(0.1 / seconds_per_month);
  scenario.counterpart = counterpart;
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_NEAR(statistics_of(result, "months_behind", 0).mean, 1.0 + std::log(2.0) / 0.1, 1e-4);
  EXPECT_NEAR(statistics_of(result, "counterpart_ratio", 0).mean, 0.5 * std::exp(-0.1), 1e-5);
}

TEST(Fleet, TheSumOverFirmsAddsUpAndTheLargestRunIsTheLargest) {
  Scenario scenario = one_firm();
  Firm second = scenario.firms[0];
  second.name = "b";
  scenario.firms.push_back(second);
  scenario.tranches[0].split.entries = {share("a", 0.25), share("b", 0.75)};
  const RunResult result = run_on_cpu(only_base(scenario));
  const auto mean_of = [&](const char* name, std::int32_t firm) {
    return statistics_of(result, name, 0, 0, firm).mean;
  };
  EXPECT_NEAR(mean_of("chips_installed", 0), 250.0, 0.001);
  EXPECT_NEAR(mean_of("chips_installed", 1), 750.0, 0.001);
  EXPECT_NEAR(mean_of("chips_installed", 2), 1000.0, 0.002);
  EXPECT_EQ(mean_of("largest_run_flop_90d", 2), mean_of("largest_run_flop_90d", 1));
  EXPECT_NEAR(mean_of("mfu", 2), 0.4, 0.4 * float_accuracy);
}

// Tokens of a what-if are counted at the FLOP of its own model: 405e9 and 8e9 parameters
// differ by about fifty times (matrices without embedding, and attention, a little less).
TEST(Fleet, AWhatIfWithAnotherModelCountsItsOwnTokens) {
  Scenario scenario = one_firm();
  scenario.workloads[0].model = "llama-3.1-405b";
  ScenarioSet set = only_base(scenario);
  Variant smaller = set.variants[0];
  smaller.name = smaller.title = "smaller";
  smaller.scenario.workloads[0].model = "llama-3.1-8b";
  set.variants.push_back(smaller);
  const RunResult result = run_on_cpu(set);
  EXPECT_NEAR(statistics_of(result, "training_flop_per_s", 0, 1).mean /
                  statistics_of(result, "training_flop_per_s", 0, 0).mean,
              1.0, float_accuracy);
  for (const char* name : {"training_tokens_per_s", "training"}) {
    const double ratio =
        statistics_of(result, name, 0, 1).mean / statistics_of(result, name, 0, 0).mean;
    EXPECT_GT(ratio, 40.0) << name;
    EXPECT_LT(ratio, 60.0) << name;
  }
}

// 2,368 and 15,832 TPP, 296 and 1,979 TOPS: both yardsticks give 0.1496 H100.
TEST(Fleet, YardsticksInProportionShareTheirHistograms) {
  Scenario scenario = one_firm();
  scenario.tranches[0].chip = "H20";
  scenario.firms[0].stock.push_back({"h200", "H200", certain(100.0)});
  scenario.yardsticks = {"h100e_int8", "h100e_tpp", "h100e_bandwidth"};
  const RunResult result = run_on_cpu(only_base(scenario));
  EXPECT_EQ(metric(result, "h100e_int8").stored, metric(result, "h100e_tpp").stored);
  EXPECT_NE(metric(result, "h100e_int8").stored, metric(result, "h100e_bandwidth").stored);
  EXPECT_NEAR(statistics_of(result, "h100e_tpp", 0).mean, 100.0 + 1000.0 * 2368.0 / 15832.0, 1e-3);
  EXPECT_NEAR(statistics_of(result, "h100e_bandwidth", 0).mean, (100.0 * 4.8 + 1000.0 * 4.0) / 3.35,
              1e-2);
}

}  // namespace
}  // namespace tranche
