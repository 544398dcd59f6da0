// SPDX-License-Identifier: Apache-2.0

// Work of one GPU thread on the draws of a piece: sample, set up, simulate steps and write records.
// Plain functions of the thread's indices, so that a test can run a piece on the CPU, thread after
// thread.
#pragma once

#include "kernels/engine/fleet/program.hpp"
#include "kernels/engine/gpu/counting.hpp"
#include "kernels/engine/gpu/layout.hpp"

namespace tranche::kernels {

// Memory of the draws of a piece, in blocks of gpu_block_draws.
struct DrawMemory {
  char* columns;  // cold columns and constants, see gpu/layout.hpp
  char* scores;
  std::uint64_t block_bytes;  // of the columns of a block
  std::uint64_t block_score_bytes;
  std::int32_t cold_columns;
  unsigned blocks;
};

struct RecordMemory {
  float* values;           // outputs of some steps x draws
  std::uint8_t* bindings;  // variants and firms of some steps x draws
};

struct StepRange {
  std::int32_t first, last;  // rounds; `last` is excluded
};

// Draw of a piece that a thread simulates, and the address of its hot columns.
struct ThreadPlace {
  unsigned block, thread;
  float* hot_columns;  // of the block
};

// Lanes of one draw, with the interface in kernels/engine/fleet/sampling.hpp. A cold column or
// constant is a 32-bit offset from the block's memory, and hot columns are known at compile time to
// be in shared memory: both keep an address in one register.
struct DrawLanes {
  char* columns;
  float* hot_columns;
  std::uint32_t lane_bytes;
  std::int32_t cold_columns;

  TRANCHE_HD_INLINE DrawLanes(const DrawMemory& memory, const ThreadPlace& place)
      : columns(memory.columns + place.block * memory.block_bytes),
        hot_columns(place.hot_columns + place.thread),
        lane_bytes(place.thread * static_cast<std::uint32_t>(sizeof(float))),
        cold_columns(memory.cold_columns) {}

  TRANCHE_HD_INLINE float* column(std::int32_t c) const {
    const std::uint32_t lane = c < cold_columns ? lane_bytes : 0u;
    return reinterpret_cast<float*>(columns +
                                    (static_cast<std::uint32_t>(c) * gpu_column_bytes + lane));
  }
  TRANCHE_HD_INLINE float* column(HotColumn c) const {
    return hot_columns + c.column * gpu_block_draws;
  }
  // Each thread reads only its own draw.
  TRANCHE_HD_INLINE LaneRange range_of(const float* values) const { return {*values, *values}; }
  // True if any draw of the warp is above 0: the warp does not diverge.
  TRANCHE_HD_INLINE bool any_above_zero(const float* a, const float* b) const {
    const bool own = *a > 0.0f || *b > 0.0f;
#ifdef __CUDA_ARCH__
    return __any_sync(0xFFFFFFFFu, own) != 0;
#else
    return own;
#endif
  }
  template <class Body>
  TRANCHE_HD_INLINE void each(const Body& body) const {
    body(0);
  }
  // The threads of a warp execute the same code in any case.
  template <class Body>
  TRANCHE_HD_INLINE void with_few(const float*, const Body& body) const {
    body(*this);
  }
};

// Lanes of four neighbouring draws, which share the random blocks of variables with one instance
// per draw.
struct FourLanes {
  static constexpr int count = 4;
  static constexpr unsigned of_block = gpu_block_draws / count;
  char* columns;  // of the first of the four draws
  char* scores;
  std::uint64_t draw;  // a multiple of four
  mutable std::uint32_t words[4 * count];

  TRANCHE_HD_INLINE float* column(std::int32_t c) const {
    return reinterpret_cast<float*>(columns + std::int64_t{c} * gpu_column_bytes);
  }
  TRANCHE_HD_INLINE double* score(std::int32_t s) const {
    return reinterpret_cast<double*>(scores + std::int64_t{s} * (2 * gpu_column_bytes));
  }
  TRANCHE_HD_INLINE std::uint32_t* word(std::int32_t k) const { return words + k * count; }
  TRANCHE_HD_INLINE std::uint64_t first_draw() const { return draw; }
  TRANCHE_HD_INLINE const std::uint32_t* single_words(std::uint64_t seed,
                                                      std::uint64_t variable) const {
    const Philox4x32 four = random_block_of_four_draws(seed, variable, draw);
    words[0] = four.x;
    words[1] = four.y;
    words[2] = four.z;
    words[3] = four.w;
    return words;
  }
  template <class Body>
  TRANCHE_HD_INLINE void each(const Body& body) const {
    TRANCHE_UNROLL_ON_GPU
    for (int j = 0; j < count; ++j) body(j);
  }
  TRANCHE_HD_INLINE void look_up(const VariableTable& table, const float* coefficients,
                                 const std::uint32_t* random, float* values) const {
    struct alignas(16) Four {
      float x, y, z, w;
    };
    const Four four{variable_value(table, coefficients, random[0]),
                    variable_value(table, coefficients, random[1]),
                    variable_value(table, coefficients, random[2]),
                    variable_value(table, coefficients, random[3])};
    *reinterpret_cast<Four*>(values) = four;
  }
};

// Fills the input columns of the four draws from 4 * four on; `draw` is the first of the piece, a
// multiple of four.
TRANCHE_HD_INLINE void sample_four(const FleetView& view, const DrawMemory& memory, unsigned four,
                                   std::uint64_t draw) {
  const unsigned block = four / FourLanes::of_block;
  const unsigned lane = four % FourLanes::of_block * FourLanes::count;
  const FourLanes lanes{memory.columns + block * memory.block_bytes + lane * sizeof(float),
                        memory.scores + block * memory.block_score_bytes + lane * sizeof(double),
                        draw + std::uint64_t{four} * FourLanes::count,
                        {}};
  draw_independent(view, lanes);
  draw_correlated(view, lanes);
}

// Writes the constants of a block, by its threads: as ordinary columns, and once for all draws.
TRANCHE_HD_INLINE void fill_block_constants(const FleetView& view, const DrawMemory& memory,
                                            const ThreadPlace& place) {
  const DrawLanes lanes(memory, place);
  fill_constants(view, lanes);
  if (place.thread != 0) return;
  for (std::int32_t i = 0; i < view.constant_count; ++i)
    *lanes.column(memory.cold_columns + i) = view.constants[i].value;
}

// Writes the values to be counted to the records, output by output.
struct BufferRecorder {
  float* values;           // of this draw, in the first recorded step
  std::uint8_t* bindings;  // as values
  std::int64_t stride;     // draws of the piece
  RecordOrder order;
  std::int64_t round;  // index of the round among those that are recorded together
  std::int64_t place;  // place of the round's outputs among those of steps

  TRANCHE_HD_INLINE bool records(std::int32_t) const { return true; }
  TRANCHE_HD_INLINE void value(std::int64_t cell, const float* value) const {
    const std::int64_t output = order.output(place, cell);
    values[(round * order.outputs() + output) * stride] = *value;
  }
  TRANCHE_HD_INLINE void binding(std::int64_t counter, const float* constraint) const {
    const std::int64_t which = counter / constraint_count - place * order.bindings;
    bindings[(round * order.bindings + which) * stride] =
        static_cast<std::uint8_t>(static_cast<int>(*constraint));
  }
};

// Simulates the next rounds of one draw of the piece and writes their records.
TRANCHE_HD_INLINE void record_steps(const FleetView& view, const DrawMemory& memory,
                                    const ThreadPlace& place, const RecordMemory& records,
                                    const RecordOrder& order, StepRange steps) {
  const DrawLanes lanes(memory, place);
  const std::int64_t draw = std::int64_t{place.block} * gpu_block_draws + place.thread;
  const std::int64_t draws = std::int64_t{memory.blocks} * gpu_block_draws;
  for (std::int32_t step = steps.first; step < steps.last; ++step) {
    const std::int64_t outputs_place = round_of(view, step).place;
    BufferRecorder recorder{
        records.values + draw, records.bindings + draw, draws, order, step - steps.first,
        outputs_place};
    simulate_round(view, lanes, recorder, step);
  }
}

}  // namespace tranche::kernels
