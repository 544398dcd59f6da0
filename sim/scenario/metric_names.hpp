// SPDX-License-Identifier: Apache-2.0

// The metrics that results may hold, by name.
#pragma once

#include <string>
#include <vector>

namespace tranche {

// Metrics every scenario may have. Yardsticks of the catalogue and the workloads of a
// scenario are metrics as well, under their own names.
const std::vector<std::string>& metric_names();

}  // namespace tranche
