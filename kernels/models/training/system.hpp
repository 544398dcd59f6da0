// SPDX-License-Identifier: Apache-2.0

// Hardware of a training job: the chip and the network between nodes.
#pragma once

#include "kernels/models/chip/collectives.hpp"

namespace tranche::kernels {

// Nodes are connected in pods of full bisection bandwidth; between pods there are
// `oversubscription` times fewer links (Grattafiori et al. 2024, section 3.3.1: pods of 3,072
// chips, 1 : 7 between them).
struct TrainingSystem {
  ChipParams chip;
  double oversubscription = 1;  // at least 1
  double pod_chips = 3072;
};

// Links of a group whose members lie within `span_chips` neighbouring chips.
TRANCHE_HD constexpr Links links_of(const TrainingSystem& system, double span_chips) {
  Links links = links_of(system.chip);
  if (span_chips > system.pod_chips) links.oversubscription = system.oversubscription;
  return links;
}

}  // namespace tranche::kernels
