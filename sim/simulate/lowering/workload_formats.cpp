// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/workload_formats.hpp"

#include <fmt/format.h>

namespace tranche {

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

std::optional<ServingSoftware> named_software_of(const Workload& workload) {
  if (workload.software.empty()) return std::nullopt;
  return serving_software_of(workload.software);
}

ServingSoftware software_of(const Workload& workload) {
  return named_software_of(workload).value_or(default_serving_software);
}

ServedLayout layout_of(const Workload& workload) {
  const auto ways = [](const std::optional<Input>& input, const char* key) {
    return input ? std::optional(static_cast<std::int32_t>(certain(input, key))) : std::nullopt;
  };
  return {.tensor = ways(workload.tensor_ways, "tensor"),
          .pipeline = ways(workload.pipeline_ways, "pipeline"),
          .expert = ways(workload.expert_ways, "expert"),
          .attention_data_parallel = ways(workload.attention_data_ways, "attention_data")};
}

}  // namespace tranche
