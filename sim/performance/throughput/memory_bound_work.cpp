// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/throughput/memory_bound_work.hpp"

namespace tranche {

kernels::MemoryBoundWork work_of(const WorkloadEntry& workload) {
  kernels::MemoryBoundWork work;
  work.bytes_per_unit = workload.bytes_per_unit.value;
  work.flop_per_unit = workload.flop_per_unit ? workload.flop_per_unit->value : 0.0;
  work.pattern = workload.pattern;
  work.unit = workload.arithmetic;
  work.resident_bytes = workload.resident_bytes ? workload.resident_bytes->value : 0.0;
  if (workload.accesses_per_unit) work.accesses_per_unit = workload.accesses_per_unit->value;
  return work;
}

}  // namespace tranche
