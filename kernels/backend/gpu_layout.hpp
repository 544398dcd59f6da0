// Where the columns of a draw are on a GPU. Draws are simulated in blocks, one draw a thread,
// and the columns of a block follow one another, so that a column of a block is a constant
// distance from the next and a warp reads whole lines.
//
// Two kinds of columns are kept apart, told by their numbers alone:
//   hot        sums, temporaries and values being recorded, touched many times a step: in
//              shared memory, numbered from first_hot_column, which is negative
//   constants  one float for all draws, read by all lanes at once and kept in cache,
//              numbered from first_constant_column
// All others, the cold ones, keep their numbers and lie in global memory.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/fleet/fleet_data.hpp"

namespace tranche::kernels {

inline constexpr int gpu_block_draws = 128;
// Memory of draws comes in units of so many, which is what a block samples.
inline constexpr int gpu_piece_unit_draws = 4 * gpu_block_draws;
inline constexpr int gpu_column_bytes = gpu_block_draws * static_cast<int>(sizeof(float));
inline constexpr std::int32_t first_hot_column = -(1 << 20);
inline constexpr std::int32_t first_constant_column = 1 << 22;

struct GpuLayout {
  FleetData data;                // with the column numbers of the GPU
  std::vector<float> constants;  // of the columns from first_constant_column on
  std::int32_t hot_columns = 0;  // 0: they do not fit, and are cold

  std::size_t shared_bytes() const {
    return static_cast<std::size_t>(hot_columns) * gpu_column_bytes;
  }
};

// Columns of `data` numbered for a GPU whose blocks may have this much shared memory. Every
// column of the data keeps its room among the cold ones, and constants are to be filled in
// there too: a slot that this function does not know still reads the right value.
GpuLayout lay_out_for_gpu(const FleetData& data, std::size_t shared_bytes_of_block);

}  // namespace tranche::kernels
