// SPDX-License-Identifier: Apache-2.0
#include "sim/statistics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tranche {

namespace {

// Order statistics of values that it rearranges: earlier results bound the range of the next
// search.
class OrderStatistics {
 public:
  explicit OrderStatistics(std::span<float> values) : values_(values) {}

  // Value of rank 0 ... size - 1.
  float at(std::size_t rank) {
    const auto above = std::ranges::lower_bound(placed_, rank);
    if (above != placed_.end() && *above == rank) return values_[rank];
    const std::size_t end = above == placed_.end() ? values_.size() : *above;
    const std::size_t begin = above == placed_.begin() ? 0 : *(above - 1) + 1;
    const auto place = [&](std::size_t i) {
      return values_.begin() + static_cast<std::ptrdiff_t>(i);
    };
    std::nth_element(place(begin), place(rank), place(end));
    placed_.insert(above, rank);
    return values_[rank];
  }

  double quantile(double p) {
    const double position = std::clamp(p, 0.0, 1.0) * static_cast<double>(values_.size() - 1);
    const auto rank = static_cast<std::size_t>(position);
    const double low = at(rank);
    const double part = position - static_cast<double>(rank);
    if (part == 0 || rank + 1 == values_.size()) return low;
    return low + part * (at(rank + 1) - low);
  }

 private:
  std::span<float> values_;
  std::vector<std::size_t> placed_;  // ranks already in place, in order
};

}  // namespace

double quantile_of_values(std::span<float> values, double p) {
  return OrderStatistics(values).quantile(p);
}

Statistics statistics_of(std::span<float> values, double factor) {
  Statistics out;
  if (values.empty()) return out;
  const double count = static_cast<double>(values.size());
  double sum = 0;
  std::size_t positive = 0, negative = 0;
  for (const float value : values) {
    sum += value;
    positive += value * factor > 0;
    negative += value * factor < 0;
  }
  const double mean = sum / count;
  double squares = 0;
  for (const float value : values) squares += (value - mean) * (value - mean);
  // A negative factor reverses the order.
  OrderStatistics order(values);
  const auto quantile = [&](double p) { return factor * order.quantile(factor < 0 ? 1 - p : p); };
  out.mean = factor * mean;
  out.sd = std::fabs(factor) * std::sqrt(squares / count);
  // The middle first, so that each of the others is searched in a part.
  out.p50 = quantile(0.50);
  out.p25 = quantile(0.25);
  out.p05 = quantile(0.05);
  out.p75 = quantile(0.75);
  out.p95 = quantile(0.95);
  const double half_width = 0.5 / std::sqrt(count);
  out.mc_error_p50 = 0.5 * (quantile(0.5 + half_width) - quantile(0.5 - half_width));
  out.share_positive = static_cast<double>(positive) / count;
  out.share_negative = static_cast<double>(negative) / count;
  out.share_zero = 1 - out.share_positive - out.share_negative;
  return out;
}

}  // namespace tranche
