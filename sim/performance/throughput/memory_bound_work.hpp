// SPDX-License-Identifier: Apache-2.0

// Work of the catalogue's memory-bound workloads, as the performance model takes it.
#pragma once

#include "kernels/models/memory_bound/memory_bound.hpp"
#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// Work of one unit of a catalogue workload, in a launch so long that its latency does not count.
kernels::MemoryBoundWork work_of(const WorkloadEntry& workload);

}  // namespace tranche
