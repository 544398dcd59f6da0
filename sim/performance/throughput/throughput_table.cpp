// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/throughput/throughput_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tranche {

double WorkPoint::seconds_per_unit() const {
  return works ? step.total_s() * chips_per_unit : std::numeric_limits<double>::infinity();
}

ThroughputTable throughput_of(const WorkPoint& point) {
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

double smallest_job(const ThroughputTable& table) {
  for (std::size_t k = 0; table.possible && k < table.points.size(); ++k)
    if (table.points[k].works) return std::exp2(static_cast<double>(k));
  return 0.0;
}

float largest_useful_job(const ThroughputTable& table) {
  if (!table.size_dependent) return one_job_of_any_size;
  std::size_t largest = 0;
  for (std::size_t k = 0; k < table.points.size(); ++k) {
    if (!table.points[k].works) continue;
    bool is_useful = true;
    for (std::size_t smaller = 0; smaller < k; ++smaller) {
      if (!table.points[smaller].works) continue;
      const double gain =
          table.points[smaller].seconds_per_unit() / table.points[k].seconds_per_unit();
      is_useful = is_useful &&
                  gain >= std::pow(worthwhile_doubling / 2.0, static_cast<double>(k - smaller));
    }
    if (is_useful) largest = k;
  }
  return std::exp2(static_cast<float>(largest));
}

const WorkPoint& point_at(const ThroughputTable& table, double chips) {
  std::size_t k = 0;
  while (k + 1 < table.points.size() && std::exp2(static_cast<double>(k + 1)) <= chips) ++k;
  return table.points[k];
}

}  // namespace tranche
