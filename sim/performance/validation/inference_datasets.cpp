// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/inference_datasets.hpp"

#include <cctype>
#include <cstdlib>
#include <string>

namespace tranche {
namespace {

double leading_number(std::string_view text) {
  if (text.empty() || !std::isdigit(static_cast<unsigned char>(text.front()))) return 0.0;
  return std::strtod(std::string(text).c_str(), nullptr);
}

struct DataSet {
  std::string_view model;
  std::string_view name;
  Lengths mean;
};

// Output means: MLPerf Inference rules and results (tokens/s over samples/s): Llama-2-70B
// 294.45, Mixtral 144.84, Llama-3.1-405B 684.68, DeepSeek-R1 3886, GPT-J 69. Input means are
// assumed from the data sets (OpenOrca up to 1024 tokens, CNN/DailyMail up to 1919, and the
// mixture of Mixtral); no table prints them.
constexpr DataSet data_sets[] = {
    {"llama-2-70b", "OpenOrca", {290, 294.45}},
    {"mixtral-8x7b", "OpenOrca, GSM8K, MBXP", {290, 144.84}},
    {"gpt-j", "CNN/DailyMail", {870, 69}},
    {"llama-3-8b", "CNN/DailyMail", {780, 128}},
    {"llama-3.1-8b", "CNN/DailyMail", {780, 128}},
    {"llama-3-70b", "OpenOrca", {290, 294.45}},
    {"llama-3.1-405b", "MLPerf mixture", {9400, 684.68}},
    {"deepseek-r1", "MLPerf mixture", {800, 3886}},
};

// TensorRT-LLM performance overview, "Preparing a Dataset": requests by input and output.
struct Requests {
  double input, output, requests;
};
constexpr Requests overview_requests[] = {
    {128, 128, 30000}, {128, 2048, 3000},  {128, 4096, 1500}, {1000, 2000, 1500},
    {2048, 128, 3000}, {2048, 2048, 1500}, {5000, 500, 1500}, {1000, 1000, 3000},
    {500, 2000, 3000}, {20000, 2000, 1000}};

}  // namespace

Lengths lengths_of(std::string_view model, std::string_view input, std::string_view output) {
  Lengths lengths{leading_number(input), leading_number(output)};
  for (const DataSet& set : data_sets) {
    if (!model.starts_with(set.model)) continue;
    if (lengths.input_tokens <= 0.0) lengths.input_tokens = set.mean.input_tokens;
    if (lengths.output_tokens <= 0.0) lengths.output_tokens = set.mean.output_tokens;
  }
  return lengths;
}

std::string data_set_names() {
  std::string names;
  for (const DataSet& set : data_sets) {
    if (!names.empty()) names += ", ";
    names += std::string(set.model) + " (" + std::string(set.name) + ")";
  }
  return names;
}

double requests_in_run(ServingSoftware software, double stated, double input_tokens,
                       double output_tokens) {
  if (stated > 0.0) return stated;
  if (software >= ServingSoftware::tensorrt_mlperf) return 0.0;  // and vLLM, SGLang
  for (const Requests& known : overview_requests) {
    if (known.input == input_tokens && known.output == output_tokens) return known.requests;
  }
  return input_tokens + output_tokens > 3000.0 ? 1500.0 : 3000.0;
}

}  // namespace tranche
