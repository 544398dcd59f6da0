// SPDX-License-Identifier: Apache-2.0

// Memory layout of the columns of a draw on a GPU. Draws are simulated in blocks, one draw per
// thread; the columns of a block are contiguous, so that the distance between columns is constant
// and warp accesses coalesce.
//
// Two kinds of columns are stored separately:
//   hot        type HotColumn, accessed many times per step: in shared memory, numbered from 0
//   constants  one float for all draws of a block, read by all lanes at once: numbered from
//              `cold_columns` on, after all others
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/engine/fleet/data.hpp"

namespace tranche::kernels {

inline constexpr int gpu_block_draws = 128;
// Unit of draw memory: the draws that one block samples.
inline constexpr int gpu_piece_unit_draws = 4 * gpu_block_draws;
inline constexpr int gpu_column_bytes = gpu_block_draws * static_cast<int>(sizeof(float));

struct GpuLayout {
  FleetData data;  // with the column numbers of the GPU
  std::int32_t cold_columns = 0;
  std::vector<float> constants;  // of the columns from cold_columns on
  std::int32_t hot_columns = 0;

  std::size_t hot_bytes() const { return static_cast<std::size_t>(hot_columns) * gpu_column_bytes; }
  // Bytes of the cold columns and the constants of a block.
  std::size_t block_bytes() const {
    return (static_cast<std::size_t>(cold_columns) + constants.size()) * gpu_column_bytes;
  }
};

// Every column keeps its place among the cold columns, and constants are also filled in there: a
// slot unknown to this function still reads the right value.
GpuLayout lay_out_for_gpu(const FleetData& data);

}  // namespace tranche::kernels
