// SPDX-License-Identifier: Apache-2.0
#include "sim/statistics/histogram_quantile.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/statistics/exact_moments.hpp"

namespace tranche {

using kernels::Cell;
using kernels::CellSums;

HistogramQuantiles::HistogramQuantiles(const kernels::Tally& tally, std::size_t cell_index) {
  const Cell& cell = tally.cells[cell_index];
  read_counters(tally, cell);
  if (draws_ == 0) return;
  const CellSums& sums = tally.sums[cell_index];
  const ExactMoments moments(draws_, sums);
  mean_ = cell.centre + moments.mean() / cell.units_per_value;
  standard_deviation_ = moments.standard_deviation() / cell.units_per_value;
  if (!has_placed_atoms(tally, cell_index)) place_in_single_bin(cell, sums);
  // Fixed point may be coarser than the common value of all draws.
  if (runs_.size() == 1 && runs_[0].low == runs_[0].high && beyond_bins_ == 0 &&
      standard_deviation_ == 0)
    mean_ = runs_[0].low;
}

void HistogramQuantiles::add_run(std::uint64_t count, double low, double high) {
  if (count == 0) return;
  runs_.push_back({draws_, count, low, high});
  draws_ += count;
  if (high > 0) positive_ += count;
  if (low < 0) negative_ += count;
}

// Adds the draws of a bin, split at its atoms.
void HistogramQuantiles::add_bin(const kernels::Tally& tally, const Cell& cell, bool is_negative,
                                 std::int32_t bin) {
  // Magnitudes, from zero outwards.
  struct Part {
    std::uint64_t count;
    double low, high;
  };
  std::array<Part, 1 + kernels::counters_of_atom * kernels::max_atoms> parts;
  const std::uint32_t* const counts = tally.counts.data() + cell.offset;
  const std::int32_t key = cell.first_key + bin;
  const double end = kernels::bin_edge(key + 1);
  parts[0] = {counts[kernels::zero_counter(cell) + (is_negative ? -bin - 2 : bin + 2)],
              kernels::bin_edge(key), end};
  std::size_t used = 1;
  for (std::int32_t i = 0; i < cell.atom_count; ++i) {
    const float atom = cell.atoms[i];
    if ((atom < 0) != is_negative || kernels::bin_key(atom) != key) continue;
    const std::uint32_t* const counters =
        counts + kernels::first_atom_counter(cell) + i * kernels::counters_of_atom;
    const double magnitude = std::fabs(atom);
    parts[used - 1].high = magnitude;
    parts[used++] = {counters[0], magnitude, magnitude};
    parts[used++] = {counters[1], magnitude, end};
  }
  for (std::size_t i = 0; i < used; ++i) {
    const Part& part = parts[is_negative ? used - 1 - i : i];
    if (is_negative)
      add_run(part.count, -part.high, -part.low);
    else
      add_run(part.count, part.low, part.high);
  }
}

// In the order of the values: see kernels/engine/fleet/histogram.hpp.
void HistogramQuantiles::read_counters(const kernels::Tally& tally, const Cell& cell) {
  const std::uint32_t* const zero = tally.counts.data() + cell.offset + kernels::zero_counter(cell);
  const auto edge = [&](std::int32_t bin) {
    return static_cast<double>(kernels::bin_edge(cell.first_key + bin));
  };
  const double max_negative = -edge(cell.negative_bins), largest = edge(cell.positive_bins);

  // Bins outside the range of counted ones are skipped; counters of atoms may be zero.
  const kernels::FilledRange filled = kernels::filled_range(kernels::counters_of(tally, cell));
  const std::int32_t lowest = static_cast<std::int32_t>(filled.first) - kernels::zero_counter(cell);
  const std::int32_t highest =
      static_cast<std::int32_t>(filled.last) - 1 - kernels::zero_counter(cell);
  const bool reads_all = cell.atom_count > 0;
  const std::int32_t negative_bins =
      reads_all ? cell.negative_bins : std::min(cell.negative_bins, -lowest - 1);
  const std::int32_t positive_bins =
      reads_all ? cell.positive_bins : std::min(cell.positive_bins, highest - 1);

  beyond_bins_ = std::uint64_t{zero[-cell.negative_bins - 2]} + zero[cell.positive_bins + 2];
  add_run(zero[-cell.negative_bins - 2], max_negative, max_negative);
  for (std::int32_t bin = negative_bins - 1; bin >= 0; --bin) add_bin(tally, cell, true, bin);
  add_run(zero[-1], -edge(0), 0);
  add_run(zero[0], 0, 0);
  add_run(zero[1], 0, edge(0));
  for (std::int32_t bin = 0; bin < positive_bins; ++bin) add_bin(tally, cell, false, bin);
  add_run(zero[cell.positive_bins + 2], largest, largest);
}

// Atoms that the cell does not count separately.
bool HistogramQuantiles::has_placed_atoms(const kernels::Tally& tally, std::size_t cell) {
  const auto wanted = static_cast<std::int64_t>(cell);
  auto atom = std::lower_bound(
      tally.atoms.begin(), tally.atoms.end(), wanted,
      [](const kernels::Atom& a, std::int64_t of_cell) { return a.cell < of_cell; });
  const Cell& counted = tally.cells[cell];
  bool has_placed = false;
  for (; atom != tally.atoms.end() && atom->cell == wanted; ++atom) {
    if (std::find(counted.atoms, counted.atoms + counted.atom_count, atom->value) !=
        counted.atoms + counted.atom_count)
      continue;
    const double value = atom->value;
    // Bins store their edge nearer to zero.
    const auto run = std::find_if(runs_.begin(), runs_.end(), [=](const Run& r) {
      return value > 0 ? r.low <= value && value < r.high : r.low < value && value <= r.high;
    });
    if (run == runs_.end()) continue;
    run->low = run->high = value;
    has_placed = true;
  }
  return has_placed;
}

void HistogramQuantiles::place_in_single_bin(const Cell& cell, const CellSums& sums) {
  Run* only = nullptr;
  for (Run& run : runs_) {
    if (run.low == run.high) continue;
    if (only != nullptr) return;
    only = &run;
  }
  if (only == nullptr || beyond_bins_ != 0) return;
  ExactMoments moments(draws_, sums);
  for (const Run& run : runs_)
    if (&run != only)
      moments.take_away(run.count, kernels::fixed_point_units(cell, static_cast<float>(run.low)));
  if (!moments.is_possible()) return;
  const double centre = cell.centre + moments.mean() / cell.units_per_value;
  // Half-range of evenly spaced values with this standard deviation.
  const double reach = std::sqrt(3.0) * moments.standard_deviation() / cell.units_per_value;
  const double low = std::clamp(centre - reach, only->low, only->high);
  only->high = std::clamp(centre + reach, only->low, only->high);
  only->low = low;
}

double HistogramQuantiles::order_statistic(std::uint64_t rank) const {
  const auto after = std::upper_bound(
      runs_.begin(), runs_.end(), rank,
      [](std::uint64_t wanted, const Run& run) { return wanted < run.first_rank; });
  const Run& run = *(after - 1);
  const double part =
      (static_cast<double>(rank - run.first_rank) + 0.5) / static_cast<double>(run.count);
  return run.low + part * (run.high - run.low);
}

double HistogramQuantiles::quantile(double p) const {
  if (draws_ == 0) return 0;
  const double position = std::clamp(p, 0.0, 1.0) * static_cast<double>(draws_ - 1);
  const double below = std::floor(position);
  const auto rank = static_cast<std::uint64_t>(below);
  const double low = order_statistic(rank);
  const double part = position - below;
  if (part == 0 || rank + 1 >= draws_) return low;
  return low + part * (order_statistic(rank + 1) - low);
}

}  // namespace tranche
