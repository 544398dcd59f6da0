// SPDX-License-Identifier: Apache-2.0

// Sizes of the clusters of a scenario: the chips of one firm's tranche or stock that run one
// workload together.
#pragma once

#include <map>
#include <string>

#include "sim/scenario/scenario.hpp"

namespace tranche {

double median_of(const Input& input);  // over the draws, in its base unit

// Medians over the draws, chips; 0 if no firm runs the workload on the chip.
struct ClusterSizes {
  double smallest_chips = 0.0;  // of those with any chips
  double largest_chips = 0.0;
  SourceSpan where;  // of the largest
};

// By the chip's name as the scenario writes it.
std::map<std::string, ClusterSizes> clusters_of(const Scenario& scenario, const Workload& workload);

// Most chips of a replica of a served model: an eighth of the smallest cluster, so that the last,
// incomplete replica costs little, as a power of two from 1 to `largest_replica_chips`. A model
// that needs more is served by its narrowest replica.
double widest_replica_chips(const ClusterSizes& cluster);

}  // namespace tranche
