// What one thread of a GPU does to the draws of a piece: sample, set up, simulate steps and
// leave notes. Plain functions of where the thread is, so that a test can run a piece on the
// CPU, thread after thread, without a GPU.
#pragma once

#include "kernels/backend/gpu_counting.hpp"
#include "kernels/backend/gpu_layout.hpp"
#include "kernels/fleet/fleet_program.hpp"

namespace tranche::kernels {

// Memory of the draws of a piece, in blocks of gpu_block_draws.
struct DrawMemory {
  char* columns;
  char* scores;
  const char* constants;      // gpu_column_bytes each, of which the first float is read
  std::uint64_t block_bytes;  // of the columns of a block
  std::uint64_t block_score_bytes;
  unsigned blocks;
};

struct NoteMemory {
  float* values;           // outputs of some steps x draws
  std::uint8_t* bindings;  // variants and firms of some steps x draws
};

struct StepRange {
  std::int32_t first, last;  // `last` is not included
};

// Which draw of a piece a thread simulates, and where its hot columns are.
struct ThreadPlace {
  unsigned block, thread;
  float* hot_columns;  // of the block
};

// One draw, as kernels/sampling/sampling.hpp describes. The members are the addresses that
// column 0 of each kind would have: a column's number then gives its address in one
// multiply-add, whatever its kind.
struct DrawLanes {
  std::uintptr_t cold, hot, constants;

  TRANCHE_HD_INLINE static std::uintptr_t distance(std::int32_t columns) {
    return static_cast<std::uintptr_t>(std::int64_t{columns} * gpu_column_bytes);
  }
  TRANCHE_HD_INLINE DrawLanes(const DrawMemory& memory, const ThreadPlace& place)
      : cold(reinterpret_cast<std::uintptr_t>(memory.columns) + place.block * memory.block_bytes +
             place.thread * sizeof(float)),
        hot(reinterpret_cast<std::uintptr_t>(place.hot_columns + place.thread) -
            distance(first_hot_column)),
        constants(reinterpret_cast<std::uintptr_t>(memory.constants) -
                  distance(first_constant_column)) {}

  TRANCHE_HD_INLINE float* column(std::int32_t c) const {
    std::uintptr_t base = c < 0 ? hot : cold;
    base = c >= first_constant_column ? constants : base;
    return reinterpret_cast<float*>(base + distance(c));
  }
  template <class Body>
  TRANCHE_HD_INLINE void each(const Body& body) const {
    body(0);
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

// Leaves notes of what is to be counted, output by output.
struct NotingRecorder {
  float* values;           // of this draw, in the first step that is noted
  std::uint8_t* bindings;  // the same
  std::int64_t stride;     // draws of the piece
  NoteOrder order;
  std::int64_t first_step, step;

  TRANCHE_HD_INLINE void value(std::int64_t cell, const float* value) const {
    const std::int64_t output = order.output(step, cell);
    values[((step - first_step) * order.outputs() + output) * stride] = *value;
  }
  TRANCHE_HD_INLINE void binding(std::int64_t counter, const float* constraint) const {
    const std::int64_t which = counter / constraint_count - first_step * order.bindings;
    bindings[which * stride] = static_cast<std::uint8_t>(static_cast<int>(*constraint));
  }
};

// Simulates the steps of one draw, which are the next of its piece, and notes them.
TRANCHE_HD_INLINE void note_steps(const FleetView& view, const DrawMemory& memory,
                                  const ThreadPlace& place, const NoteMemory& notes,
                                  const NoteOrder& order, StepRange steps) {
  const DrawLanes lanes(memory, place);
  const std::int64_t draw = std::int64_t{place.block} * gpu_block_draws + place.thread;
  const std::int64_t draws = std::int64_t{memory.blocks} * gpu_block_draws;
  for (std::int32_t step = steps.first; step < steps.last; ++step) {
    NotingRecorder recorder{
        notes.values + draw, notes.bindings + draw, draws, order, steps.first, step};
    simulate_step(view, lanes, recorder, step);
  }
}

}  // namespace tranche::kernels
