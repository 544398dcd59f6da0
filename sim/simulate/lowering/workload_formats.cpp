// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/workload_formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/catalogue/precisions.hpp"

namespace tranche {
namespace {

bool is_narrow(const std::string& precision) {
  const auto format = stored_format(precision);
  return format && kernels::bytes_per_value(*format) < 2.0;
}

// Precision that "best" selects on this chip.
std::string best_on(const ChipEntry& chip, Workload::Kind kind) {
  const std::vector<std::string> candidates =
      precision_names(kind == Workload::Kind::training ? as_best_trained : as_best);
  std::string best = "bf16";
  for (const std::string& name : candidates)
    if (peak_flop_per_s(chip, name) > peak_flop_per_s(chip, best)) best = name;
  return best;
}

}  // namespace

std::string precision_of(const Workload& workload) {
  return workload.precision.empty() ? "bf16" : workload.precision;
}

double certain(const std::optional<Input>& input, const char* key) {
  if (!input) return 0.0;
  if (!input->distribution.is_constant()) {
    Problems problems;
    problems.error(input->where,
                   fmt::format("`{}` describes the work itself and must be certain", key),
                   {"put the uncertainty into the workload's efficiency"});
    problems.throw_if_errors();
  }
  return input->distribution.parameters.at(0);
}

FormatRequest formats_of(const Workload& workload) {
  return {.precision = precision_of(workload),
          .attention_weights = {},
          .expert_weights = {},
          .cache = stored_format(workload.kv_precision),
          .checkpoint = workload.checkpoint};
}

ServingSoftware software_of(const Workload& workload) {
  return workload.software.empty() ? ServingSoftware::tensorrt_llm_pytorch
                                   : serving_software_of(workload.software);
}

ServedLayout layout_of(const Workload& workload) {
  const auto ways = [](const std::optional<Input>& input, const char* key) {
    return input ? std::optional(static_cast<std::int32_t>(certain(input, key))) : std::nullopt;
  };
  return {.tensor = ways(workload.tensor_ways, "tensor"),
          .pipeline = ways(workload.pipeline_ways, "pipeline"),
          .expert = ways(workload.expert_ways, "expert"),
          .attention_data = ways(workload.attention_data_ways, "attention_data")};
}

StatedFormat stated_format(const Workload& workload, const ChipEntry& chip) {
  const std::string asked = precision_of(workload);
  if (asked == "best") {
    const std::string best = best_on(chip, workload.kind);
    return {best, best, ""};
  }
  if (peak_flop_per_s(chip, asked) > 0.0) return {asked, asked, ""};
  if (!is_narrow(asked) || !(peak_flop_per_s(chip, "bf16") > 0.0)) return {asked, "", ""};
  const bool is_read = workload.kind == Workload::Kind::decode;
  return {is_read ? asked : "bf16", "bf16",
          fmt::format("{} has no {} rate: {}", chip.name, asked,
                      is_read ? fmt::format("read as {}, multiplied in bf16", asked)
                              : std::string("computed in bf16"))};
}

double peak_flop_per_s(const ChipEntry& chip, const std::string& precision) {
  const PrecisionInfo* const info = precision_info(precision);
  if (info == nullptr) return 0.0;
  const auto found = chip.dense_flop_per_s.find(std::string(info->rate));
  return found == chip.dense_flop_per_s.end() ? 0.0 : found->second.value;
}

}  // namespace tranche
