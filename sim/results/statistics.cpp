#include "sim/results/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace tranche {

double quantile_of_values(std::span<float> values, double p) {
  const double position = std::clamp(p, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto rank = static_cast<std::ptrdiff_t>(position);
  const auto at = values.begin() + rank;
  std::nth_element(values.begin(), at, values.end());
  const double low = *at;
  const double part = position - static_cast<double>(rank);
  if (part == 0 || at + 1 == values.end()) return low;
  return low + part * (*std::min_element(at + 1, values.end()) - low);
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
  // A negative factor turns the order around.
  const auto quantile = [&](double p) {
    return factor * quantile_of_values(values, factor < 0 ? 1 - p : p);
  };
  out.mean = factor * mean;
  out.sd = std::fabs(factor) * std::sqrt(squares / count);
  out.p05 = quantile(0.05);
  out.p25 = quantile(0.25);
  out.p50 = quantile(0.50);
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
