// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/inference_metrics.hpp"

#include <gtest/gtest.h>

namespace tranche {
namespace {

InferenceMetric metric_of(const char* name, const char* unit) {
  const StatedMetric stated = stated_metric(name, unit);
  EXPECT_EQ(stated.problem, "") << name;
  return stated.metric;
}

// Names that vLLM's and SGLang's benchmarks print, and those of the shipped cases.
TEST(InferenceMetrics, NamesAreMatchedWhole) {
  using M = InferenceMetric;
  EXPECT_EQ(metric_of("mean_ttft_ms", "ms"), M::time_to_first_token_ms);
  EXPECT_EQ(metric_of("mean_ttft", "ms"), M::time_to_first_token_ms);
  EXPECT_EQ(metric_of("time_to_first_token", "ms"), M::time_to_first_token_ms);
  EXPECT_EQ(metric_of("mean_tpot_ms", "ms"), M::tpot_ms);
  EXPECT_EQ(metric_of("mean_itl_ms", "ms"), M::tpot_ms);
  EXPECT_EQ(metric_of("mean_inter_token_latency", "ms"), M::tpot_ms);
  EXPECT_EQ(metric_of("e2el_ms", "ms"), M::end_to_end_ms);
  EXPECT_EQ(metric_of("output_throughput", "tok/s"), M::tokens_per_s);
  EXPECT_EQ(metric_of("output_throughput (assumed output tokens)", "tok/s"), M::tokens_per_s);
  EXPECT_EQ(metric_of("total_token_throughput", "tok/s"), M::total_tokens_per_s);
  EXPECT_EQ(metric_of("input_throughput_per_gpu", "tok/s"), M::input_tokens_per_s);
  EXPECT_EQ(metric_of("request_throughput", "req/s"), M::samples_per_s);
  EXPECT_EQ(metric_of("throughput", "queries/s"), M::samples_per_s);
  EXPECT_EQ(metric_of("throughput", "tokens/s"), M::tokens_per_s);
}

TEST(InferenceMetrics, OtherStatisticsAreRefusedByName) {
  for (const char* name :
       {"p99_ttft_ms", "median_ttft_ms", "p99_tpot_ms", "p95_itl_ms", "std_ttft_ms",
        "peak_output_throughput", "request_goodput", "max_ttft"}) {
    const std::string problem = stated_metric(name, "ms").problem;
    EXPECT_NE(problem.find(name), std::string::npos) << problem;
    EXPECT_NE(problem.find("mean_ttft"), std::string::npos) << problem;
  }
  EXPECT_NE(stated_metric("accuracy", "tok/s").problem, "");
}

TEST(InferenceMetrics, UnitsAreReadAndMustFit) {
  EXPECT_EQ(stated_metric("mean_ttft", "s").unit, 1e3);
  EXPECT_EQ(stated_metric("mean_tpot", "ms").unit, 1.0);
  EXPECT_TRUE(stated_metric("output_throughput_per_gpu", "tok/s/GPU").per_chip);
  EXPECT_TRUE(stated_metric("output_throughput_per_gpu", "tok/s").per_chip);
  EXPECT_TRUE(stated_metric("output_throughput", "tokens/sec/gpu").per_chip);
  EXPECT_FALSE(stated_metric("output_throughput", "tok/s").per_chip);
  EXPECT_NE(stated_metric("output_throughput", "ms").problem, "");
  EXPECT_NE(stated_metric("mean_ttft_ms", "s").problem, "");
  EXPECT_EQ(stated_metric("output_throughput", "furlongs").problem.find("the unit `furlongs`"), 0u);
}

}  // namespace
}  // namespace tranche
