// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/clusters.hpp"

#include <algorithm>
#include <cmath>

#include "sim/performance/serving/served_work.hpp"

namespace tranche {
namespace {

// Median of a share; for a Dirichlet share its mean.
double share_of(const Shares& shares, const std::string& name, double absent) {
  double own = absent, sum = 0.0;
  for (const Shares::Entry& entry : shares.entries) {
    const double share = median_of(entry.share);
    sum += share;
    if (entry.name == name) own = share;
  }
  return shares.dirichlet && sum > 0.0 ? own / sum : own;
}

}  // namespace

double median_of(const Input& input) { return quantile(input.distribution, 0.5); }

std::map<std::string, ClusterSizes> clusters_of(const Scenario& scenario,
                                                const Workload& workload) {
  std::map<std::string, ClusterSizes> clusters;
  const auto add = [&](const std::string& chip, double chips, const SourceSpan& where) {
    ClusterSizes& sizes = clusters[chip];
    if (!(chips > 0.0)) return;
    if (sizes.smallest_chips == 0.0 || chips < sizes.smallest_chips) sizes.smallest_chips = chips;
    if (chips > sizes.largest_chips) {
      sizes.largest_chips = chips;
      sizes.where = where;
    }
  };
  for (const Firm& firm : scenario.firms) {
    const double part =
        firm.workloads_are_alternatives ? 1.0 : share_of(firm.workloads, workload.name, 0.0);
    for (const Stock& stock : firm.stock)
      add(stock.chip, part * median_of(stock.units_chips), stock.units_chips.where);
    for (const Tranche& tranche : scenario.tranches)
      add(tranche.chip,
          part * share_of(tranche.split, firm.name, 0.0) * median_of(tranche.quantity_chips),
          tranche.quantity_chips.where);
  }
  return clusters;
}

double widest_replica_chips(const ClusterSizes& cluster) {
  if (!(cluster.smallest_chips > 0.0)) return largest_replica_chips;
  constexpr double replicas_of_smallest_cluster = 8.0;
  const double chips =
      std::clamp(cluster.smallest_chips / replicas_of_smallest_cluster, 1.0, largest_replica_chips);
  return std::exp2(std::floor(std::log2(chips)));
}

}  // namespace tranche
