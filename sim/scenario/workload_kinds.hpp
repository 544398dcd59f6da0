// SPDX-License-Identifier: Apache-2.0

// The kinds of workloads: one row each.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "kernels/engine/fleet/spec.hpp"
#include "sim/base/indexed_table.hpp"

namespace tranche {

struct WorkloadKindInfo {
  kernels::WorkloadKind kind;
  std::string_view name;   // in scenario files
  std::string_view limit;  // what limits it
  kernels::Sum sum;        // over all workloads of the kind, in units of work per second
};

inline constexpr std::array<WorkloadKindInfo, kernels::workload_kind_count> workload_kind_table{{
    {kernels::WorkloadKind::training, "training", "matrix arithmetic",
     kernels::Sum::training_tokens_per_s},
    {kernels::WorkloadKind::decode, "decode", "reading weights and KV cache for each token",
     kernels::Sum::decode_tokens_per_s},
    {kernels::WorkloadKind::memory_bound, "memory_bound", "streaming memory",
     kernels::Sum::memory_bound_bytes_per_s},
}};
static_assert(is_indexed_by(workload_kind_table, &WorkloadKindInfo::kind),
              "one row for each kind, in order");

constexpr const WorkloadKindInfo& workload_kind_info(kernels::WorkloadKind kind) {
  return workload_kind_table[static_cast<std::size_t>(kind)];
}

// Empty for a word that names no kind.
constexpr std::optional<kernels::WorkloadKind> workload_kind_of(std::string_view name) {
  for (const WorkloadKindInfo& info : workload_kind_table)
    if (info.name == name) return info.kind;
  return std::nullopt;
}

}  // namespace tranche
