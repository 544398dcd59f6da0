// SPDX-License-Identifier: Apache-2.0

// Parses descriptions of the links of a cluster: "8x400G NDR", "200Gb/s HDR IB", "NVLink4 900GB/s",
// "3200 Gb/s EFA per node", "unknown".
#pragma once

#include <optional>
#include <string>

namespace tranche {

// Returns bytes per second, one direction, of the network adapters of one chip, with
// `chips_per_node` chips per node. A count ("8x400Gb/s", "8x(2x200Gb/s)") and the words "per node"
// give the node's total; a bare rate is one adapter per chip. Empty if the text has no rate
// ("unknown", "n/a").
std::optional<double> network_bytes_per_s_per_chip(const std::string& text, double chips_per_node);

// Oversubscription between pods: 7 for "1:7 oversubscription above 3072-GPU pods".
struct PodText {
  double oversubscription = 1;
  double pod_chips = 0;
};

struct ScaleUpText {
  std::optional<double> bytes_per_s;  // one direction; vendors print the sum of both
  std::optional<double> chips;        // "NVL72" says 72
};
ScaleUpText scale_up_from_text(const std::string& text);

}  // namespace tranche
