// SPDX-License-Identifier: Apache-2.0

// Names and units in the outputs of serving benchmarks, matched as a whole: a percentile is not a
// mean, and tokens of prompts and outputs together are not output tokens.
#pragma once

#include <string>
#include <string_view>

namespace tranche {

enum class InferenceMetric {
  tokens_per_s,        // of outputs
  samples_per_s,       // requests
  total_tokens_per_s,  // of prompts and outputs
  input_tokens_per_s,  // of prompts
  time_to_first_token_ms,
  tpot_ms,       // mean over the tokens after the first
  end_to_end_ms  // mean time of a request
};

// Metric of a row. A printed value times `unit` is in tokens/s, samples/s or ms.
struct StatedMetric {
  InferenceMetric metric = InferenceMetric::tokens_per_s;
  double unit = 1;
  bool per_chip = false;
  std::string problem;  // reason why it cannot be compared; empty if it can
};

// "mean_ttft_ms" in "ms", "output_throughput_per_gpu" in "tok/s/GPU", "throughput" in "samples/s";
// letter case, blanks and a remark in brackets after the name are ignored.
StatedMetric stated_metric(std::string_view metric, std::string_view unit);

}  // namespace tranche
