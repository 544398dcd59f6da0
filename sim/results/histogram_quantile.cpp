#include "sim/results/histogram_quantile.hpp"

#include <algorithm>
#include <cmath>

namespace tranche {

using kernels::Cell;
using kernels::CellSums;

HistogramQuantiles::HistogramQuantiles(const kernels::Tally& tally, std::size_t cell_index) {
  const Cell& cell = tally.cells[cell_index];
  read_counters(tally, cell);
  if (draws_ == 0) return;

  const CellSums& sums = tally.sums[cell_index];
  const double count = static_cast<double>(draws_);
  mean_from_centre_ = static_cast<double>(sums.units) / cell.units_per_value / count;
  mean_ = cell.centre + mean_from_centre_;
  const double sum = mean_ * count;
  const double square_unit = std::ldexp(1.0, kernels::squares_shift) / cell.units_per_value;
  mean_square_from_centre_ =
      static_cast<double>(sums.square_units) * square_unit * square_unit / count;
  place_atoms(tally, cell_index);
  place_single_value(sum);
  if (!every_value_is_exact()) return;
  mean_ = 0;
  for (const Run& run : runs_) mean_ += static_cast<double>(run.count) / count * run.low;
}

void HistogramQuantiles::add_run(std::uint64_t count, double low, double high) {
  if (count == 0) return;
  runs_.push_back({draws_, count, low, high});
  draws_ += count;
  if (high > 0) positive_ += count;
  if (low < 0) negative_ += count;
}

// In the order of the values: see kernels/fleet/histogram.hpp.
void HistogramQuantiles::read_counters(const kernels::Tally& tally, const Cell& cell) {
  const std::uint32_t* const zero = tally.counts.data() + cell.offset + kernels::zero_counter(cell);
  const auto edge = [&](std::int32_t bin) {
    return static_cast<double>(kernels::bin_edge(cell.first_key + bin));
  };
  const double most_negative = -edge(cell.negative_bins), largest = edge(cell.positive_bins);

  beyond_bins_ = std::uint64_t{zero[-cell.negative_bins - 2]} + zero[cell.positive_bins + 2];
  add_run(zero[-cell.negative_bins - 2], most_negative, most_negative);
  for (std::int32_t bin = cell.negative_bins - 1; bin >= 0; --bin)
    add_run(zero[-bin - 2], -edge(bin + 1), -edge(bin));
  add_run(zero[-1], -edge(0), 0);
  add_run(zero[0], 0, 0);
  add_run(zero[1], 0, edge(0));
  for (std::int32_t bin = 0; bin < cell.positive_bins; ++bin)
    add_run(zero[bin + 2], edge(bin), edge(bin + 1));
  add_run(zero[cell.positive_bins + 2], largest, largest);
}

void HistogramQuantiles::place_atoms(const kernels::Tally& tally, std::size_t cell) {
  const auto wanted = static_cast<std::int64_t>(cell);
  auto atom = std::lower_bound(
      tally.atoms.begin(), tally.atoms.end(), wanted,
      [](const kernels::Atom& a, std::int64_t of_cell) { return a.cell < of_cell; });
  for (; atom != tally.atoms.end() && atom->cell == wanted; ++atom) {
    const double value = atom->value;
    // Bins hold their edge that is nearer to zero.
    const auto run = std::find_if(runs_.begin(), runs_.end(), [=](const Run& r) {
      return value > 0 ? r.low <= value && value < r.high : r.low < value && value <= r.high;
    });
    if (run != runs_.end()) run->low = run->high = value;
  }
}

bool HistogramQuantiles::every_value_is_exact() const {
  return beyond_bins_ == 0 && std::all_of(runs_.begin(), runs_.end(),
                                          [](const Run& run) { return run.low == run.high; });
}

void HistogramQuantiles::place_single_value(double sum) {
  Run* only = nullptr;
  for (Run& run : runs_) {
    if (run.low == 0 && run.high == 0) continue;
    if (only != nullptr) return;
    only = &run;
  }
  if (only == nullptr || only->low == only->high || beyond_bins_ != 0) return;
  // The sum is exact to a unit a draw; a bin is wider than that.
  const double value = std::clamp(sum / static_cast<double>(only->count), only->low, only->high);
  only->low = only->high = value;
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

double HistogramQuantiles::standard_deviation() const {
  if (draws_ == 0) return 0;
  const double count = static_cast<double>(draws_);
  if (beyond_bins_ != 0)
    return std::sqrt(
        std::max(mean_square_from_centre_ - mean_from_centre_ * mean_from_centre_, 0.0));
  // About the mean of the bin centres, so that where a value lies in its bin does not
  // count as spread.
  double centre_sum = 0;
  for (const Run& run : runs_)
    centre_sum += static_cast<double>(run.count) * 0.5 * (run.low + run.high);
  const double centre = centre_sum / count;
  double squares = 0;
  for (const Run& run : runs_) {
    const double distance = 0.5 * (run.low + run.high) - centre;
    squares += static_cast<double>(run.count) * distance * distance;
  }
  return std::sqrt(squares / count);
}

}  // namespace tranche
