// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/throughput/throughput_table.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/engine/fleet/month.hpp"

namespace tranche {
namespace {

// A chip's rate at full efficiency, at size 2^k of the table.
double rate_at(const ThroughputTable& table, std::size_t k) {
  return static_cast<double>(kernels::units_per_s(table.points[k], {1.0f, 1.0f, 1.0f}));
}

}  // namespace

ThroughputTable throughput_of(const kernels::ThroughputPoint& point) {
  ThroughputTable table;
  table.points.fill(point);
  return table;
}

ThroughputTable no_throughput(std::string reason) {
  ThroughputTable table;
  table.possible = false;
  table.reason = std::move(reason);
  return table;
}

double job_units_per_s(const ThroughputTable& table, double chips) {
  const kernels::ThroughputPoint point =
      kernels::interpolate(table.points.data(), static_cast<float>(chips));
  return chips * static_cast<double>(kernels::units_per_s(point, {1.0f, 1.0f, 1.0f}));
}

double smallest_job(const ThroughputTable& table) {
  for (std::size_t k = 0; table.possible && k < table.points.size(); ++k)
    if (rate_at(table, k) > 0.0) return std::exp2(static_cast<double>(k));
  return 0.0;
}

float largest_useful_job(const ThroughputTable& table) {
  if (!table.size_dependent) return kernels::unlimited;
  std::size_t largest = 0;
  for (std::size_t k = 0; k < table.points.size(); ++k) {
    if (!(rate_at(table, k) > 0.0)) continue;
    bool is_useful = true;
    for (std::size_t smaller = 0; smaller < k; ++smaller)
      is_useful = is_useful && rate_at(table, k) >= rate_at(table, smaller) *
                                                        std::pow(worthwhile_doubling / 2.0,
                                                                 static_cast<double>(k - smaller));
    if (is_useful) largest = k;
  }
  return std::exp2(static_cast<float>(largest));
}

double share_that_adds_nothing(const ThroughputTable& table, double chips) {
  constexpr double kept = 0.95;
  const double enough = kept * job_units_per_s(table, chips);
  if (!(enough > 0.0)) return 0.0;
  // Fewest chips that keep it, to a thousandth; throughput need not be monotonic in size.
  constexpr int steps = 1000;
  for (int step = 1; step < steps; ++step) {
    const double part = static_cast<double>(step) / steps;
    if (part * chips >= 1.0 && job_units_per_s(table, part * chips) >= enough) return 1.0 - part;
  }
  return 0.0;
}

}  // namespace tranche
