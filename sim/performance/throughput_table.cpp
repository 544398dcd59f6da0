#include "sim/performance/throughput_table.hpp"

namespace tranche {

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

}  // namespace tranche
