// SPDX-License-Identifier: Apache-2.0

// What one thread of a GPU does to the draws of a piece: sample, set up, simulate steps and
// leave notes. Plain functions of where the thread is, so that a test can run a piece on the
// CPU, thread after thread, without a GPU.
#pragma once

#include "kernels/engine/fleet/program.hpp"
#include "kernels/engine/gpu/counting.hpp"
#include "kernels/engine/gpu/layout.hpp"

namespace tranche::kernels {

// Memory of the draws of a piece, in blocks of gpu_block_draws.
struct DrawMemory {
  char* columns;  // cold ones and constants, see gpu/layout.hpp
  char* scores;
  std::uint64_t block_bytes;  // of the columns of a block
  std::uint64_t block_score_bytes;
  std::int32_t cold_columns;
  unsigned blocks;
};

struct NoteMemory {
  float* values;           // outputs of some steps x draws
  std::uint8_t* bindings;  // variants and firms of some steps x draws
};

struct StepRange {
  std::int32_t first, last;  // rounds; `last` is not included
};

// Which draw of a piece a thread simulates, and where its hot columns are.
struct ThreadPlace {
  unsigned block, thread;
  float* hot_columns;  // of the block
};

// One draw, as kernels/engine/fleet/sampling.hpp describes. A cold column or constant is a 32-bit
// distance from the block's memory, and hot columns are known to be in shared memory when the
// code is compiled: both keep addresses to one register each.
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
  // Each thread looks at its own draw alone.
  TRANCHE_HD_INLINE LaneRange range_of(const float* values) const { return {*values, *values}; }
  // Whether any draw of the warp has: all of them then take the same way.
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
  // The threads of a warp go through the same code anyway.
  template <class Body>
  TRANCHE_HD_INLINE void with_few(const float*, const Body& body) const {
    body(*this);
  }
};

// Four neighbouring draws, which share the random blocks of what is drawn once a draw.
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

// Fills the input columns of the four draws from 4 * four on; `draw` is the first of the
// piece, a multiple of four.
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

// Writes the constants of a block, by its threads: as columns like any other, and once for
// all draws.
TRANCHE_HD_INLINE void fill_block_constants(const FleetView& view, const DrawMemory& memory,
                                            const ThreadPlace& place) {
  const DrawLanes lanes(memory, place);
  fill_constants(view, lanes);
  if (place.thread != 0) return;
  for (std::int32_t i = 0; i < view.constant_count; ++i)
    *lanes.column(memory.cold_columns + i) = view.constants[i].value;
}

// Leaves notes of what is to be counted, output by output.
struct NotingRecorder {
  float* values;           // of this draw, in the first step that is noted
  std::uint8_t* bindings;  // the same
  std::int64_t stride;     // draws of the piece
  NoteOrder order;
  std::int64_t note;   // of the round, among those that are noted together
  std::int64_t place;  // of the round's outputs among those of steps

  TRANCHE_HD_INLINE bool records(std::int32_t) const { return true; }
  TRANCHE_HD_INLINE void value(std::int64_t cell, const float* value) const {
    const std::int64_t output = order.output(place, cell);
    values[(note * order.outputs() + output) * stride] = *value;
  }
  TRANCHE_HD_INLINE void binding(std::int64_t counter, const float* constraint) const {
    const std::int64_t which = counter / constraint_count - place * order.bindings;
    bindings[(note * order.bindings + which) * stride] =
        static_cast<std::uint8_t>(static_cast<int>(*constraint));
  }
};

// Simulates rounds of one draw, which are the next of its piece, and notes them.
TRANCHE_HD_INLINE void note_steps(const FleetView& view, const DrawMemory& memory,
                                  const ThreadPlace& place, const NoteMemory& notes,
                                  const NoteOrder& order, StepRange steps) {
  const DrawLanes lanes(memory, place);
  const std::int64_t draw = std::int64_t{place.block} * gpu_block_draws + place.thread;
  const std::int64_t draws = std::int64_t{memory.blocks} * gpu_block_draws;
  for (std::int32_t step = steps.first; step < steps.last; ++step) {
    const std::int64_t outputs_place = round_of(view, step).place;
    NotingRecorder recorder{notes.values + draw, notes.bindings + draw, draws, order,
                            step - steps.first,  outputs_place};
    simulate_round(view, lanes, recorder, step);
  }
}

}  // namespace tranche::kernels
