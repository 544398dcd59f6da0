// SPDX-License-Identifier: Apache-2.0

// Result of a run: integer counts only, so tallies of parts of the draws add up to the tally of
// all, in any order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/engine/fleet/view.hpp"
#include "kernels/engine/tally/atoms.hpp"
#include "kernels/engine/tally/counters.hpp"

namespace tranche::kernels {

inline constexpr std::uint64_t max_draws = 0xFFFFFFFFu;  // a counter has 32 bits

struct Tally {
  std::vector<Cell> cells;
  Counters counts;             // of all cells, one after another
  std::vector<CellSums> sums;  // one per cell
  std::vector<std::uint64_t> bindings;
  std::uint64_t draws = 0;
  std::vector<Atom> atoms;  // known atoms, in order of cells; they are not counts

  // Creates zeroed counters for these cells; offsets must be set (see lay_out_cells).
  Tally(std::vector<Cell> cells_of_run, std::size_t binding_counters);
  // Adds the counters of another tally over the same cells.
  void add(const Tally& other);
  // Adds part `part` of `parts` of the counters, so that threads can add concurrently. Part 0 also
  // adds the number of draws.
  void add_part(const Tally& other, std::size_t part, std::size_t parts);
  void set_to_zero();
};

// Counters of one cell of the tally.
inline std::span<const std::uint32_t> counters_of(const Tally& tally, const Cell& cell) {
  return {tally.counts.data() + cell.offset, static_cast<std::size_t>(counter_count(cell))};
}

// Sets the offsets so that the cells are contiguous; returns the number of counters.
std::uint64_t lay_out_cells(std::vector<Cell>& cells);

// Returns bins for one output from a pilot of its values: from half the 0.5 % quantile of the
// magnitudes (or the smallest) to beyond the largest, at most 24 octaves; negative bins only if the
// pilot has negative values. Atoms are the most frequent of the shared values, by default those of
// shared_values(). Offset is left at 0. Throws std::runtime_error if a value is not finite.
Cell cell_for(const float* pilot_values, int count);
Cell cell_for(const float* pilot_values, int count, std::span<const float> shared);

}  // namespace tranche::kernels
