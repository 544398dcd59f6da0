// SPDX-License-Identifier: Apache-2.0

// Output of `tranche check` and `tranche resolve`.
#pragma once

#include <string>

#include "sim/scenario/scenario.hpp"

namespace tranche {

// Contents of the scenario, its warnings, and "0 errors" (reading throws if there are any).
std::string check_report(const ScenarioSet& set);

// Every value of one variant: `path = value  # file:line`, sorted by section as read. Defaults are
// marked "(default)", values of the command line "(--set)".
std::string resolve_text(const Variant& variant);

}  // namespace tranche
