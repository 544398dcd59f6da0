// SPDX-License-Identifier: Apache-2.0

// Where the columns of a draw are on a GPU. Draws are simulated in blocks, one draw a thread,
// and the columns of a block follow one another, so that a column of a block is a constant
// distance from the next and a warp reads whole lines.
//
// Two kinds of columns are kept apart:
//   hot        those of type HotColumn, touched many times a step: in shared memory, numbered
//              from 0 on their own
//   constants  one float for all draws of a block, read by all lanes at once: numbered after
//              all others, of which there are `cold_columns`, and told by that
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/engine/fleet/data.hpp"

namespace tranche::kernels {

inline constexpr int gpu_block_draws = 128;
// Memory of draws comes in units of so many, which is what a block samples.
inline constexpr int gpu_piece_unit_draws = 4 * gpu_block_draws;
inline constexpr int gpu_column_bytes = gpu_block_draws * static_cast<int>(sizeof(float));

struct GpuLayout {
  FleetData data;  // with the column numbers of the GPU
  std::int32_t cold_columns = 0;
  std::vector<float> constants;  // of the columns from cold_columns on
  std::int32_t hot_columns = 0;

  std::size_t hot_bytes() const { return static_cast<std::size_t>(hot_columns) * gpu_column_bytes; }
  // Of the cold columns and the constants of a block.
  std::size_t block_bytes() const {
    return (static_cast<std::size_t>(cold_columns) + constants.size()) * gpu_column_bytes;
  }
};

// Every column of the data keeps its room among the cold ones, and constants are to be filled
// in there too: a slot that this function does not know still reads the right value.
GpuLayout lay_out_for_gpu(const FleetData& data);

}  // namespace tranche::kernels
