// SPDX-License-Identifier: Apache-2.0

// Counting on a GPU. The step kernel writes every output of a piece of draws to a buffer of
// records, output by output, draw after draw. A second kernel then counts them: a block of threads
// takes one output and a span of draws, counts in shared memory and adds the result to the output's
// counters once.
//
// The bodies are here so that they are tested without a GPU. `Bins` is the counter access of a
// thread, with add(counter, draws) and, for four draws at once, add_four.
#pragma once

#include <cstdint>

#include "kernels/engine/fleet/view.hpp"

namespace tranche::kernels {

// Order of the records of the outputs of a round: its values, then its differences. `step` is the
// place of the round.
struct RecordOrder {
  std::int64_t values, differences;  // number per round
  std::int64_t all_values;           // number of value cells of all rounds
  std::int64_t bindings;             // number per round: one for each variant and firm
  RoundOrder rounds;

  TRANCHE_HD_INLINE std::int64_t outputs() const { return values + differences; }
  // Place of a round's outputs among those of steps.
  TRANCHE_HD_INLINE std::int64_t place(std::int64_t round) const {
    return rounds.of(static_cast<std::int32_t>(round)).place;
  }
  // False for differences in the rounds of sources.
  TRANCHE_HD_INLINE bool is_recorded(std::int64_t place_of_round, std::int64_t output) const {
    return output < values || place_of_round < rounds.steps;
  }
  TRANCHE_HD_INLINE std::int64_t cell(std::int64_t step, std::int64_t output) const {
    return output < values ? step * values + output
                           : all_values + step * differences + (output - values);
  }
  TRANCHE_HD_INLINE std::int64_t output(std::int64_t step, std::int64_t cell) const {
    return cell < all_values ? cell - step * values
                             : values + (cell - all_values - step * differences);
  }
};

TRANCHE_HD_INLINE RecordOrder record_order(const FleetView& view) {
  return {value_cells_of_step(view), difference_cells_of_step(view),
          round_count(view) * value_cells_of_step(view),
          std::int64_t{view.variant_count} * view.firm_count, round_order(view)};
}

// Records are read in fours; in the first and last four, some records may lie outside the span.
struct RecordSpan {
  std::int64_t first, last;  // of the records; `last` is excluded
};

// Span that block `part` of `parts` counts: whole fours, except at the ends of the piece.
TRANCHE_HD_INLINE RecordSpan span_of_part(RecordSpan piece, std::int64_t part, std::int64_t parts) {
  const std::int64_t fours = (piece.last + 3) / 4;
  const std::int64_t each = (fours + parts - 1) / parts;
  const std::int64_t begin = 4 * part * each, end = begin + 4 * each;
  return {begin > piece.first ? begin : piece.first, end < piece.last ? end : piece.last};
}

// Counters in shared memory have 2^shift copies, as many as fit, used in turn by neighbouring
// threads: equal draws then serialise less.
inline constexpr int max_copies_shift = 2;
TRANCHE_HD_INLINE int copies_shift(std::int32_t counters, std::uint32_t shared_bytes) {
  const std::uint32_t bytes = static_cast<std::uint32_t>(counters) * sizeof(std::uint32_t);
  int shift = 0;
  while (shift < max_copies_shift && bytes << (shift + 1) <= shared_bytes) ++shift;
  return shift;
}

template <class Record>
struct FourRecords {
  Record of[4];
};

// Calls look(four, valid) for the fours of this thread; bit k of `valid` is set if record k counts.
// All threads of a block make the same number of calls.
template <class Record, class Look>
TRANCHE_HD_INLINE void for_each_four(const FourRecords<Record>* records, RecordSpan span,
                                     int thread, int threads, const Look& look) {
  const std::int64_t first = span.first / 4, last = (span.last + 3) / 4;
  for (std::int64_t round = first; round < last; round += threads) {
    const std::int64_t four = round + thread;
    const std::int64_t begin = span.first - 4 * four, end = span.last - 4 * four;
    unsigned valid = begin <= 0 ? 0xFu : begin < 4 ? (0xFu << begin) & 0xFu : 0u;
    valid &= end >= 4 ? 0xFu : end > 0 ? (1u << end) - 1u : 0u;
    look(records[valid != 0 ? four : first], valid);
  }
}

// One thread's part of an output: adds each draw to its bin and returns the sums of its draws.
template <class Bins>
TRANCHE_HD_INLINE CellSums count_values(const Cell& cell, const FourRecords<float>* records,
                                        RecordSpan span, int thread, int threads,
                                        const Bins& bins) {
  CellSums sums;
  for_each_four(records, span, thread, threads,
                [&](const FourRecords<float>& four, unsigned valid) TRANCHE_INLINE_BODY {
                  std::int32_t counter[4];
#if defined(__CUDA_ARCH__)
#pragma unroll
#endif
                  for (int k = 0; k < 4; ++k) {
                    const float value = four.of[k];
                    counter[k] = counter_of(cell, value);
                    const std::int32_t found = fixed_point_units(cell, value);
                    const std::int32_t units = (valid >> k & 1u) != 0 ? found : 0;
                    sums.units += units;
                    add_squares(sums, square_of_units(units));
                  }
                  bins.add_four(counter, valid);
                });
  return sums;
}

// The same for the binding constraints of a firm in a step.
template <class Bins>
TRANCHE_HD_INLINE void count_bindings(const FourRecords<std::uint8_t>* records, RecordSpan span,
                                      int thread, int threads, const Bins& bins) {
  for_each_four(records, span, thread, threads,
                [&](const FourRecords<std::uint8_t>& four, unsigned valid) TRANCHE_INLINE_BODY {
                  const std::int32_t counter[4] = {four.of[0], four.of[1], four.of[2], four.of[3]};
                  bins.add_four(counter, valid);
                });
}

}  // namespace tranche::kernels
