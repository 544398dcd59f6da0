// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/inference_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

namespace tranche {
namespace {

// Lower case, blanks and `-` as `_`, without a final remark in brackets.
std::string plain_name(std::string_view text) {
  text = text.substr(0, text.find(" ("));
  std::string name;
  for (const char c : text) {
    const bool separates = c == ' ' || c == '-' || c == '_';
    name += separates ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

bool cut_ending(std::string& name, std::string_view ending) {
  if (name.size() <= ending.size() || !name.ends_with(ending)) return false;
  name.resize(name.size() - ending.size());
  return true;
}

struct MetricName {
  std::string_view name;
  InferenceMetric metric;
};
constexpr MetricName metric_names[] = {
    {"output_throughput", InferenceMetric::tokens_per_s},
    {"output_token_throughput", InferenceMetric::tokens_per_s},
    {"output_tokens_per_s", InferenceMetric::tokens_per_s},
    {"output_tokens_per_second", InferenceMetric::tokens_per_s},
    {"tokens_per_second", InferenceMetric::tokens_per_s},
    {"request_throughput", InferenceMetric::samples_per_s},
    {"requests_per_s", InferenceMetric::samples_per_s},
    {"requests_per_second", InferenceMetric::samples_per_s},
    {"samples_per_s", InferenceMetric::samples_per_s},
    {"samples_per_second", InferenceMetric::samples_per_s},
    {"total_token_throughput", InferenceMetric::total_tokens_per_s},
    {"total_throughput", InferenceMetric::total_tokens_per_s},
    {"total_tokens_per_s", InferenceMetric::total_tokens_per_s},
    {"input_throughput", InferenceMetric::input_tokens_per_s},
    {"input_token_throughput", InferenceMetric::input_tokens_per_s},
    {"prompt_throughput", InferenceMetric::input_tokens_per_s},
    {"mean_ttft", InferenceMetric::time_to_first_token_ms},
    {"avg_ttft", InferenceMetric::time_to_first_token_ms},
    {"ttft", InferenceMetric::time_to_first_token_ms},
    {"mean_time_to_first_token", InferenceMetric::time_to_first_token_ms},
    {"time_to_first_token", InferenceMetric::time_to_first_token_ms},
    {"mean_tpot", InferenceMetric::tpot_ms},
    {"avg_tpot", InferenceMetric::tpot_ms},
    {"tpot", InferenceMetric::tpot_ms},
    {"mean_time_per_output_token", InferenceMetric::tpot_ms},
    {"time_per_output_token", InferenceMetric::tpot_ms},
    {"time_per_token", InferenceMetric::tpot_ms},
    {"median_tpot", InferenceMetric::tpot_ms},
    {"mean_itl", InferenceMetric::tpot_ms},
    {"avg_itl", InferenceMetric::tpot_ms},
    {"itl", InferenceMetric::tpot_ms},
    {"mean_inter_token_latency", InferenceMetric::tpot_ms},
    {"inter_token_latency", InferenceMetric::tpot_ms},
    {"mean_e2el", InferenceMetric::end_to_end_ms},
    {"e2el", InferenceMetric::end_to_end_ms},
    {"mean_e2e_latency", InferenceMetric::end_to_end_ms},
    {"e2e_latency", InferenceMetric::end_to_end_ms},
    {"mean_end_to_end_latency", InferenceMetric::end_to_end_ms},
    {"end_to_end_latency", InferenceMetric::end_to_end_ms},
    {"mean_request_latency", InferenceMetric::end_to_end_ms},
    {"request_latency", InferenceMetric::end_to_end_ms}};

constexpr const char* accepted_metrics =
    "output_throughput, request_throughput, total_token_throughput, input_throughput (each also "
    "with _per_gpu), throughput, mean_ttft, mean_tpot, mean_itl, mean_e2el";

// "p99_ttft", "median_ttft", "peak_output_throughput": statistics that a mean does not predict.
// A token's median time is near its mean, as every sequence of a batch takes the same steps.
std::string other_statistic(const std::string& name) {
  if (name == "median_tpot") return {};
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('_', begin), name.size());
    const std::string word = name.substr(begin, end - begin);
    const bool percentile =
        word.size() > 1 && word[0] == 'p' && std::all_of(word.begin() + 1, word.end(), [](char c) {
          return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.';
        });
    if (percentile || word == "median" || word == "percentile") return "a percentile";
    if (word == "std" || word == "stddev" || word == "stdev") return "a spread";
    if (word == "peak" || word == "max" || word == "min") return "an extreme";
    if (word == "goodput") return "a rate of requests within limits";
    begin = end + 1;
  }
  return {};
}

enum class UnitKind { tokens, requests, time };
struct UnitName {
  std::string_view name;
  UnitKind kind;
  double unit;
};
constexpr UnitName unit_names[] = {{"tok/s", UnitKind::tokens, 1},
                                   {"token/s", UnitKind::tokens, 1},
                                   {"tokens/s", UnitKind::tokens, 1},
                                   {"tok/sec", UnitKind::tokens, 1},
                                   {"tokens/sec", UnitKind::tokens, 1},
                                   {"tokens/second", UnitKind::tokens, 1},
                                   {"tps", UnitKind::tokens, 1},
                                   {"ktok/s", UnitKind::tokens, 1e3},
                                   {"samples/s", UnitKind::requests, 1},
                                   {"sample/s", UnitKind::requests, 1},
                                   {"queries/s", UnitKind::requests, 1},
                                   {"query/s", UnitKind::requests, 1},
                                   {"qps", UnitKind::requests, 1},
                                   {"req/s", UnitKind::requests, 1},
                                   {"requests/s", UnitKind::requests, 1},
                                   {"request/s", UnitKind::requests, 1},
                                   {"requests/sec", UnitKind::requests, 1},
                                   {"ms", UnitKind::time, 1},
                                   {"s", UnitKind::time, 1e3},
                                   {"sec", UnitKind::time, 1e3},
                                   {"seconds", UnitKind::time, 1e3},
                                   {"us", UnitKind::time, 1e-3}};
constexpr const char* accepted_units[] = {"tok/s, tok/s/GPU", "samples/s, queries/s, req/s",
                                          "ms, s, us"};

UnitKind kind_of(InferenceMetric metric) {
  switch (metric) {
    case InferenceMetric::tokens_per_s:
    case InferenceMetric::total_tokens_per_s:
    case InferenceMetric::input_tokens_per_s:
      return UnitKind::tokens;
    case InferenceMetric::samples_per_s:
      return UnitKind::requests;
    case InferenceMetric::time_to_first_token_ms:
    case InferenceMetric::tpot_ms:
    case InferenceMetric::end_to_end_ms:
      break;
  }
  return UnitKind::time;
}

// The unit without "/GPU", and whether it had that suffix.
const UnitName* find_unit(std::string_view text, bool& per_chip) {
  std::string name = plain_name(text);
  for (const char* ending : {"/gpu", "/chip", "/device", "_per_gpu"})
    per_chip |= cut_ending(name, ending);
  const auto* const found = std::find_if(std::begin(unit_names), std::end(unit_names),
                                         [&](const UnitName& unit) { return unit.name == name; });
  return found == std::end(unit_names) ? nullptr : found;
}

}  // namespace

StatedMetric stated_metric(std::string_view metric, std::string_view unit) {
  StatedMetric stated;
  std::string name = plain_name(metric);
  const bool in_ms = cut_ending(name, "_ms");
  for (const char* ending : {"_per_gpu", "_per_chip", "_per_device"})
    stated.per_chip |= cut_ending(name, ending);
  const UnitName* const known_unit = find_unit(unit, stated.per_chip);
  if (const std::string other = other_statistic(name); !other.empty()) {
    stated.problem = fmt::format("the metric `{}` is {}, and the model has means: one of {}",
                                 metric, other, accepted_metrics);
    return stated;
  }
  if (known_unit == nullptr) {
    stated.problem = fmt::format("the unit `{}` is not one of {}; {}; {}", unit, accepted_units[0],
                                 accepted_units[1], accepted_units[2]);
    return stated;
  }
  stated.unit = known_unit->unit;
  if (name == "throughput" && known_unit->kind != UnitKind::time) {
    stated.metric = known_unit->kind == UnitKind::requests ? InferenceMetric::samples_per_s
                                                           : InferenceMetric::tokens_per_s;
    return stated;
  }
  const auto* const known = std::find_if(std::begin(metric_names), std::end(metric_names),
                                         [&](const MetricName& one) { return one.name == name; });
  if (known == std::end(metric_names)) {
    stated.problem = fmt::format("the metric `{}` is not one of {}", metric, accepted_metrics);
    return stated;
  }
  stated.metric = known->metric;
  const UnitKind wanted = kind_of(stated.metric);
  const bool contradicts = in_ms && known_unit->unit != 1.0;
  if (wanted != known_unit->kind || contradicts)
    stated.problem = fmt::format("the unit `{}` is not one of `{}`: {}", unit, metric,
                                 contradicts ? "ms" : accepted_units[static_cast<int>(wanted)]);
  return stated;
}

}  // namespace tranche
