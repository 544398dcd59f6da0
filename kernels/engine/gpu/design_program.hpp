// SPDX-License-Identifier: Apache-2.0

// Work of one GPU thread on a design: sample points from given words, mix them group by group,
// simulate them and compute the sums of the method. Plain functions of the thread's indices, as in
// gpu/program.hpp.
//
// The draws of a piece lie in slots of `points` draws each: A, then A with one group taken from B
// for each of some groups, then B. All simulated draws are contiguous, and B can be left out if
// only its inputs are needed.
#pragma once

#include "kernels/engine/design/design_sums.hpp"
#include "kernels/engine/design/pick_freeze.hpp"
#include "kernels/engine/gpu/program.hpp"

namespace tranche::kernels {

struct DesignMemory {
  DrawMemory draws;       // blocks: those that are simulated
  unsigned point_blocks;  // of a slot
  unsigned groups;        // number mixed: slots 1 ... groups; B is the slot after them
  GivenWords words;  // rows of `points` words: A's of every number, B's, then those of the method
  std::int32_t numbers;

  TRANCHE_HD_INLINE unsigned b_slot() const { return groups + 1; }
  TRANCHE_HD_INLINE std::int64_t points() const {
    return std::int64_t{point_blocks} * gpu_block_draws;
  }
};

// Fills the input columns of four points of A or, with indices after those of A, of B.
TRANCHE_HD_INLINE void sample_four_given(const FleetView& view, const DesignMemory& memory,
                                         unsigned four) {
  const unsigned fours = memory.point_blocks * FourLanes::of_block;
  const unsigned set = four / fours;
  const unsigned point = (four - set * fours) * FourLanes::count;
  const unsigned point_block = point / gpu_block_draws;
  const unsigned lane = point % gpu_block_draws;
  const unsigned block = (set == 0 ? 0 : memory.b_slot() * memory.point_blocks) + point_block;
  const unsigned score_block = set * memory.point_blocks + point_block;
  const FourLanes lanes{
      memory.draws.columns + block * memory.draws.block_bytes + lane * sizeof(float),
      memory.draws.scores + score_block * memory.draws.block_score_bytes + lane * sizeof(double),
      0,
      {}};
  GivenWords words = memory.words;
  words.words = words.at(static_cast<std::int32_t>(set) * memory.numbers) + point;
  take_given(view, lanes, words);
}

// A drawn column, and the group that it moves with; -1: it keeps its value at A.
struct MixedColumn {
  std::int32_t column, group;
};

// Fills the input columns of one draw of a slot after A from those of A and B. Slot 1 has group
// `first_group` taken from B. `place` counts blocks from slot 0.
TRANCHE_HD_INLINE void mix_draw(const DesignMemory& memory, const MixedColumn* columns,
                                std::int32_t count, std::int32_t first_group, unsigned block,
                                unsigned thread) {
  const unsigned slot = block / memory.point_blocks;
  const unsigned point_block = block - slot * memory.point_blocks;
  const auto column_of = [&](unsigned b, std::int32_t column) {
    return reinterpret_cast<float*>(memory.draws.columns + b * memory.draws.block_bytes +
                                    static_cast<std::int64_t>(column) * gpu_column_bytes) +
           thread;
  };
  const unsigned b_block = memory.b_slot() * memory.point_blocks + point_block;
  const bool is_b = slot == memory.b_slot();
  const std::int32_t moved = first_group + static_cast<std::int32_t>(slot) - 1;
  for (std::int32_t c = 0; c < count; ++c) {
    const MixedColumn mixed = columns[c];
    if (is_b && mixed.group >= 0) continue;
    const unsigned from = !is_b && mixed.group == moved ? b_block : point_block;
    *column_of(block, mixed.column) = *column_of(from, mixed.column);
  }
}

// Stores the values of the requested outputs, output by output.
struct ChosenRecorder {
  float* values;  // of this draw, of output 0
  std::int64_t stride;
  const std::int32_t* output_of_cell;  // -1: not requested

  TRANCHE_HD_INLINE bool records(std::int32_t) const { return true; }
  TRANCHE_HD_INLINE void value(std::int64_t cell, const float* value) const {
    const std::int32_t output = output_of_cell[cell];
    if (output >= 0) values[output * stride] = *value;
  }
  TRANCHE_HD_INLINE void binding(std::int64_t, const float*) const {}
};

// Values of the outputs from `first_output` on, over some steps: outputs x draws.
struct ChosenRecords {
  float* values;
  std::int64_t draws;
  std::int32_t first_output, outputs;
  const std::int32_t* output_of_cell;
};

// Simulates the next steps of one draw of the piece, and stores the requested outputs.
TRANCHE_HD_INLINE void record_chosen_steps(const FleetView& view, const DrawMemory& memory,
                                           const ThreadPlace& place, const ChosenRecords& records,
                                           StepRange steps) {
  const DrawLanes lanes(memory, place);
  const std::int64_t draw = std::int64_t{place.block} * gpu_block_draws + place.thread;
  ChosenRecorder recorder{records.values + draw - records.first_output * records.draws,
                          records.draws, records.output_of_cell};
  for (std::int32_t step = steps.first; step < steps.last; ++step)
    simulate_round(view, lanes, recorder, step);
}

// Points of a piece that go into one sum.
struct DesignPart {
  std::int64_t sum;            // index of the block or batch of the design
  std::int32_t first, points;  // in the piece
};

// Inputs and results of the summation over a piece.
struct DesignSums {
  const DesignPart* parts;
  std::int32_t part_count;
  std::int32_t points_at_once;  // points of a part whose pairs are summed separately
  std::int32_t first_group, all_groups, all_outputs;
  const double* centres;   // of all outputs
  PickFreezeSums* found;   // spans of points_at_once points x outputs x groups
  PickFreezeSums* pairs;   // sums x groups x outputs
  DesignMoments* moments;  // sums x outputs
  EffectSums* effects;     // parts x outputs x groups
};

// Eight consecutive list entries on a GPU, by 16-byte loads.
template <class T>
struct Eight {
  struct alignas(16) Four {
    T of[4];
  };
  Four low, high;
  TRANCHE_HD_INLINE T operator[](int k) const { return k < 4 ? low.of[k] : high.of[k - 4]; }
};
// `j` is a multiple of eight.
template <class T>
TRANCHE_HD_INLINE Eight<T> eight_of(const T* list, std::int64_t j) {
  const auto* const fours = reinterpret_cast<const typename Eight<T>::Four*>(list + j);
  return {fours[0], fours[1]};
}

TRANCHE_HD_INLINE const float* values_of(const ChosenRecords& records, const DesignMemory& memory,
                                         std::int32_t output, unsigned slot) {
  return records.values + output * records.draws + slot * memory.points();
}

// Number of threads of sum_pairs: one for each group, output and `points_at_once` points.
TRANCHE_HD_INLINE std::int64_t pair_threads(const ChosenRecords& records,
                                            const DesignMemory& memory, const DesignSums& sums) {
  return memory.points() / sums.points_at_once * records.outputs * memory.groups;
}

// Groups are innermost, so that the threads of a warp read the same values of A and B.
TRANCHE_HD_INLINE void sum_pairs(const ChosenRecords& records, const DesignMemory& memory,
                                 const DesignSums& sums, std::int64_t thread) {
  const auto group = static_cast<unsigned>(thread % memory.groups);
  const std::int64_t rest = thread / memory.groups;
  const auto output = static_cast<std::int32_t>(rest % records.outputs);
  const std::int64_t first = rest / records.outputs * sums.points_at_once;
  sums.found[thread] = pick_freeze_sums_of(
      values_of(records, memory, output, 0) + first,
      values_of(records, memory, output, memory.b_slot()) + first,
      values_of(records, memory, output, group + 1) + first,
      sums.centres[records.first_output + output], sums.points_at_once,
      [](const float* list, int j) TRANCHE_INLINE_BODY { return eight_of(list, j); });
}

// Adds the results of sum_pairs to the sums of the design, in the order of the points.
TRANCHE_HD_INLINE void add_pairs(const ChosenRecords& records, const DesignMemory& memory,
                                 const DesignSums& sums, std::int64_t thread) {
  const std::int64_t group = thread % memory.groups;
  const std::int64_t rest = thread / memory.groups;
  const std::int64_t output = rest % records.outputs;
  const DesignPart part = sums.parts[rest / records.outputs];
  PickFreezeSums& sum =
      sums.pairs[(part.sum * sums.all_groups + sums.first_group + group) * sums.all_outputs +
                 records.first_output + output];
  PickFreezeSums all = sum;
  const std::int32_t end = (part.first + part.points) / sums.points_at_once;
  for (std::int32_t at = part.first / sums.points_at_once; at < end; ++at) {
    const PickFreezeSums found =
        sums.found[(at * std::int64_t{records.outputs} + output) * memory.groups + group];
    all.first += found.first;
    all.total += found.total;
  }
  sum = all;
}

// One thread for each part and output.
TRANCHE_HD_INLINE void sum_moments(const ChosenRecords& records, const DesignMemory& memory,
                                   const DesignSums& sums, std::int64_t thread) {
  const auto output = static_cast<std::int32_t>(thread % records.outputs);
  const DesignPart part = sums.parts[thread / records.outputs];
  const std::int32_t which = records.first_output + output;
  const float* const a = values_of(records, memory, output, 0);
  const float* const b = values_of(records, memory, output, memory.b_slot());
  DesignMoments& sum = sums.moments[part.sum * sums.all_outputs + which];
  DesignMoments all = sum;
  for (std::int32_t j = part.first; j < part.first + part.points; j += 8) {
    const Eight<float> a8 = eight_of(a, j), b8 = eight_of(b, j);
    TRANCHE_UNROLL_ON_GPU
    for (int k = 0; k < 8; ++k) add_point(all, a8[k], b8[k], sums.centres[which]);
  }
  sum = all;
}

// One thread for each part, output and group. In the rows of words after B's, a set upper half
// means that the group was moved downwards.
TRANCHE_HD_INLINE void sum_effects(const ChosenRecords& records, const DesignMemory& memory,
                                   const DesignSums& sums, std::int64_t thread) {
  const auto group = static_cast<std::int32_t>(thread % memory.groups);
  const std::int64_t rest = thread / memory.groups;
  const auto output = static_cast<std::int32_t>(rest % records.outputs);
  const std::int64_t which = rest / records.outputs;
  const DesignPart part = sums.parts[which];
  const float* const from = values_of(records, memory, output, 0);
  const float* const to = values_of(records, memory, output, static_cast<unsigned>(group) + 1);
  const std::uint32_t* const direction =
      memory.words.at(2 * memory.numbers + sums.first_group + group);
  const std::int32_t end = part.first + part.points;
  EffectSums all;
  for (std::int32_t j = part.first; j < end; j += 8) {
    const Eight<float> from8 = eight_of(from, j), to8 = eight_of(to, j);
    const Eight<std::uint32_t> direction8 = eight_of(direction, j);
    TRANCHE_UNROLL_ON_GPU
    for (int k = 0; k < 8; ++k)
      if (j + k < end) add_effect(all, from8[k], to8[k], direction8[k] >> 31 == 0);
  }
  sums.effects[(which * sums.all_outputs + records.first_output + output) * sums.all_groups +
               sums.first_group + group] = all;
}

}  // namespace tranche::kernels
