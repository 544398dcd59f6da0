// SPDX-License-Identifier: Apache-2.0

// Memory-bound workloads of the catalogue as inputs of the performance model.
#pragma once

#include "kernels/models/memory_bound/memory_bound.hpp"
#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// Work of one unit of a catalogue workload, in a launch so long that its latency is negligible.
kernels::MemoryBoundWork work_of(const WorkloadEntry& workload);

}  // namespace tranche
