// SPDX-License-Identifier: Apache-2.0

// What the CUDA backend launches. Every call only puts work into the stream; errors of the
// launch itself are thrown as CudaError.
#pragma once

#include <cuda_runtime_api.h>

#include <vector>

#include "kernels/device/usable_gpu.cuh"
#include "kernels/engine/gpu/pieces.hpp"
#include "kernels/engine/gpu/program.hpp"

namespace tranche::kernels {

void launch_fill_constants(const FleetView& view, const DrawMemory& memory, cudaStream_t stream);
// Input columns of the draws from `draw` (a multiple of four) on.
void launch_sample(const FleetView& view, const DrawMemory& memory, std::uint64_t draw,
                   cudaStream_t stream);
// What follows from them once.
void launch_set_up(const FleetView& view, const DrawMemory& memory, std::size_t hot_bytes,
                   cudaStream_t stream);
// The steps, in order from 0 over all calls of a piece, and their notes.
void launch_steps(const FleetView& view, const DrawMemory& memory, std::size_t hot_bytes,
                  StepRange steps, const NoteMemory& notes, cudaStream_t stream);

struct DeviceTally {
  const Cell* cells;
  std::uint32_t* counts;
  CellSums* sums;
  std::uint64_t* bindings;
};

// Adds the notes of the draws `span` of each output and binding of the steps to the tally.
void launch_count(const NoteOrder& order, StepRange steps, NoteSpan span, std::int64_t draws,
                  const NoteMemory& notes, const DeviceTally& tally, const CountingPlan& values,
                  const CountingPlan& bindings, cudaStream_t stream);

// Lets the kernels of the GPU in use have this much shared memory a block.
void allow_hot_columns(std::size_t bytes);
void allow_counters(std::size_t bytes);

// The GPUs that are chosen and that this build has code for; see usable_gpu.cuh.
std::vector<UsableGpu> usable_gpus(GpuChoice choice);

}  // namespace tranche::kernels
