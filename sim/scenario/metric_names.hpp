// SPDX-License-Identifier: Apache-2.0

// Names of the metrics in results.
#pragma once

#include <string>
#include <vector>

namespace tranche {

// Returns the metrics of every scenario. Yardsticks of the catalogue and the workloads of a
// scenario are further metrics, under their own names.
const std::vector<std::string>& metric_names();

}  // namespace tranche
