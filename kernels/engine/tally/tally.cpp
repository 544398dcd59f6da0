// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/tally/tally.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>

namespace tranche::kernels {

Tally::Tally(std::vector<Cell> cells_of_run, std::size_t binding_counters)
    : cells(std::move(cells_of_run)), bindings(binding_counters) {
  std::uint64_t counters = 0;
  for (const Cell& cell : cells) counters += static_cast<std::uint64_t>(counter_count(cell));
  counts = Counters(counters);
  sums.resize(cells.size());
}

void Tally::add(const Tally& other) { add_part(other, 0, 1); }

void Tally::add_part(const Tally& other, std::size_t part, std::size_t parts) {
  if (other.counts.size() != counts.size() || other.bindings.size() != bindings.size())
    throw std::logic_error("tallies of different cells cannot be added");
  const auto each = [&](std::size_t size, const auto& body) {
    for (std::size_t i = size * part / parts; i < size * (part + 1) / parts; ++i) body(i);
  };
  // Pieces without counts need no memory.
  constexpr std::size_t piece = 1024;
  each((counts.size() + piece - 1) / piece, [&](std::size_t p) {
    const std::size_t begin = p * piece, size = std::min(piece, counts.size() - begin);
    std::uint32_t* const own = counts.data() + begin;
    const std::uint32_t* const more = other.counts.data() + begin;
    const FilledRange filled = filled_range({more, size});
    for (std::size_t i = filled.first; i < filled.last; ++i) own[i] += more[i];
  });
  each(sums.size(), [&](std::size_t i) {
    sums[i].units += other.sums[i].units;
    sums[i].low_squares += other.sums[i].low_squares;
    sums[i].high_squares += other.sums[i].high_squares;
  });
  each(bindings.size(), [&](std::size_t i) { bindings[i] += other.bindings[i]; });
  if (part == 0) draws += other.draws;
}

void Tally::set_to_zero() {
  counts = Counters(counts.size());
  std::fill(sums.begin(), sums.end(), CellSums{});
  std::fill(bindings.begin(), bindings.end(), std::uint64_t{0});
  draws = 0;
}

std::uint64_t lay_out_cells(std::vector<Cell>& cells) {
  std::uint64_t next = 0;
  for (Cell& cell : cells) {
    cell.offset = static_cast<std::uint32_t>(next);
    next += static_cast<std::uint64_t>(counter_count(cell));
  }
  if (next > 0xFFFFFFFFu)
    throw std::runtime_error(
        "the outputs need more than 4e9 histogram counters; "
        "ask for fewer metrics, months or what-ifs");
  return next;
}

namespace {

void check_finite(const float* values, int count) {
  for (int j = 0; j < count; ++j)
    if (!std::isfinite(values[j]))
      throw std::runtime_error("a simulated value is not a finite number (draw " +
                               std::to_string(j) + ")");
}

// The 0.5 % quantile of the non-zero magnitudes; at least one value is non-zero.
float small_magnitude(const float* values, int count) {
  std::vector<float> magnitudes;
  magnitudes.reserve(static_cast<std::size_t>(count));
  for (int j = 0; j < count; ++j)
    if (values[j] != 0.0f) magnitudes.push_back(std::fabs(values[j]));
  std::vector<float> smallest(magnitudes.size() / 200 + 1);
  std::partial_sort_copy(magnitudes.begin(), magnitudes.end(), smallest.begin(), smallest.end());
  return smallest.back();
}

// Sets the shared values that are most frequent in the pilot and lie in bins.
void set_atoms(Cell& cell, std::span<const float> shared, const float* values, int count) {
  struct Candidate {
    float value;
    std::ptrdiff_t draws;
  };
  std::vector<Candidate> candidates;
  for (const float value : shared)
    if (bin_key(value) >= cell.first_key)
      candidates.push_back({value, std::count(values, values + count, value)});
  if (candidates.size() > max_atoms) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.draws > b.draws; });
    candidates.resize(max_atoms);
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::fabs(a.value) < std::fabs(b.value);
  });
  for (const Candidate& candidate : candidates) cell.atoms[cell.atom_count++] = candidate.value;
}

}  // namespace

Cell cell_for(const float* pilot_values, int count) {
  return cell_for(pilot_values, count, shared_values(pilot_values, count));
}

Cell cell_for(const float* pilot_values, int count, std::span<const float> shared) {
  float least = pilot_values[0], most = pilot_values[0], not_finite = 0.0f;
#pragma omp simd reduction(min : least) reduction(max : most) reduction(+ : not_finite)
  for (int j = 0; j < count; ++j) {
    const float value = pilot_values[j];
    least = value < least ? value : least;
    most = value > most ? value : most;
    not_finite = not_finite + 0.0f * value;  // infinity and NaN become NaN
  }
  if (not_finite != 0.0f) check_finite(pilot_values, count);
  const bool has_negative = least < 0.0f;
  const bool has_positive = most > 0.0f;
  Cell cell{.offset = 0,
            .first_key = bin_key(1.0f),
            .positive_bins = 0,
            .negative_bins = 0,
            .units_per_value = 1.0f};
  if (!has_negative && !has_positive) return cell;

  const float high = std::max(most, -least);
  const bool are_equal = least == most;
  const float low = (are_equal ? high : small_magnitude(pilot_values, count)) * 0.5f;
  constexpr std::int32_t margin_bins = 64;  // a quarter of an octave beyond the largest
  const std::int32_t last_key = bin_key(high) + margin_bins;
  cell.first_key = std::max(bin_key(low), last_key - max_bins_per_sign + 1);
  const std::int32_t bins = last_key - cell.first_key + 1;
  cell.positive_bins = has_positive ? bins : 0;
  cell.negative_bins = has_negative ? bins : 0;
  // Unit: the spacing of floats at the largest magnitude, so that narrow values lose no precision.
  // Within the exponents of a float.
  cell.centre = least + 0.5f * (most - least);
  cell.units_per_value =
      std::ldexp(1.0f, std::clamp(fixed_point_bits - std::ilogb(high), -120, 120));
  set_atoms(cell, shared, pilot_values, count);
  return cell;
}

}  // namespace tranche::kernels
