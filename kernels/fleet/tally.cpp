#include "kernels/fleet/tally.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tranche::kernels {

Tally::Tally(std::vector<Cell> cells_of_run, std::size_t binding_counters)
    : cells(std::move(cells_of_run)), bindings(binding_counters) {
  std::uint64_t counters = 0;
  for (const Cell& cell : cells) counters += static_cast<std::uint64_t>(counter_count(cell));
  counts.resize(counters);
  sums.resize(cells.size());
}

void Tally::add(const Tally& other) { add_part(other, 0, 1); }

void Tally::add_part(const Tally& other, std::size_t part, std::size_t parts) {
  if (other.counts.size() != counts.size() || other.bindings.size() != bindings.size())
    throw std::logic_error("tallies of different cells cannot be added");
  const auto each = [&](std::size_t size, const auto& body) {
    for (std::size_t i = size * part / parts; i < size * (part + 1) / parts; ++i) body(i);
  };
  std::uint32_t* const own_counts = counts.data();
  const std::uint32_t* const more = other.counts.data();
  each(counts.size(), [&](std::size_t i) { own_counts[i] += more[i]; });
  each(sums.size(), [&](std::size_t i) {
    sums[i].units += other.sums[i].units;
    sums[i].square_units += other.sums[i].square_units;
  });
  each(bindings.size(), [&](std::size_t i) { bindings[i] += other.bindings[i]; });
  if (part == 0) draws += other.draws;
}

void Tally::set_to_zero() {
  std::fill(counts.begin(), counts.end(), 0u);
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

// The 0.5 % quantile of the magnitudes that are not 0, of which there is one.
float small_magnitude(const float* values, int count) {
  std::vector<float> magnitudes;
  magnitudes.reserve(static_cast<std::size_t>(count));
  for (int j = 0; j < count; ++j)
    if (values[j] != 0.0f) magnitudes.push_back(std::fabs(values[j]));
  std::vector<float> smallest(magnitudes.size() / 200 + 1);
  std::partial_sort_copy(magnitudes.begin(), magnitudes.end(), smallest.begin(), smallest.end());
  return smallest.back();
}

}  // namespace

Cell cell_for(const float* pilot_values, int count) {
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
  Cell cell{0, bin_key(1.0f), 0, 0, 1.0f};
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
  // 2^20 units for the pilot value farthest from the centre, within the exponents of a
  // float; where all values agree, for the value itself.
  cell.centre = least + 0.5f * (most - least);
  const float spread = most > least ? most - cell.centre : high;
  cell.units_per_value = std::ldexp(1.0f, std::clamp(20 - std::ilogb(spread) - 1, -120, 120));
  return cell;
}

}  // namespace tranche::kernels
