// SPDX-License-Identifier: Apache-2.0

// Kernel launches of the CUDA backend. Every call only enqueues work on the stream; launch errors
// are thrown as CudaError.
#pragma once

#include <cuda_runtime_api.h>

#include <vector>

#include "kernels/device/usable_gpu.cuh"
#include "kernels/engine/gpu/pieces.hpp"
#include "kernels/engine/gpu/program.hpp"

namespace tranche::kernels {

void launch_fill_constants(const FleetView& view, const DrawMemory& memory, cudaStream_t stream);
// Fills the input columns of the draws from `draw` (a multiple of four) on.
void launch_sample(const FleetView& view, const DrawMemory& memory, std::uint64_t draw,
                   cudaStream_t stream);
// Computes the columns that are constant over steps.
void launch_set_up(const FleetView& view, const DrawMemory& memory, std::size_t hot_bytes,
                   cudaStream_t stream);
// Simulates the steps, in order from 0 over all calls of a piece, and writes their records.
void launch_steps(const FleetView& view, const DrawMemory& memory, std::size_t hot_bytes,
                  StepRange steps, const RecordMemory& records, cudaStream_t stream);

struct DeviceTally {
  const Cell* cells;
  std::uint32_t* counts;
  CellSums* sums;
  std::uint64_t* bindings;
};

// Adds the records of the draws `span` of each output and binding of the steps to the tally.
void launch_count(const RecordOrder& order, StepRange steps, RecordSpan span, std::int64_t draws,
                  const RecordMemory& records, const DeviceTally& tally, const CountingPlan& values,
                  const CountingPlan& bindings, cudaStream_t stream);

// Allows kernels on the current GPU this much shared memory per block.
void allow_hot_columns(std::size_t bytes);
void allow_counters(std::size_t bytes);

// Returns the chosen GPUs that this build has code for; see usable_gpu.cuh.
std::vector<UsableGpu> usable_gpus(GpuChoice choice);

}  // namespace tranche::kernels
