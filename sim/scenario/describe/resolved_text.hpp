// SPDX-License-Identifier: Apache-2.0

// What `tranche check` and `tranche resolve` print.
#pragma once

#include <string>

#include "sim/scenario/scenario.hpp"

namespace tranche {

// What the scenario holds, its warnings, and "0 errors" (there are none, or reading
// would have thrown).
std::string check_report(const ScenarioSet& set);

// Every value of one variant: `path = value  # file:line`, sorted by section as read.
// Defaults say "(default)", the command line says "(--set)".
std::string resolve_text(const Variant& variant);

}  // namespace tranche
