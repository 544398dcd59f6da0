// SPDX-License-Identifier: Apache-2.0

// Errors with a location in a condition.
#pragma once

#include <string>
#include <vector>

#include "sim/studies/discover/condition.hpp"

namespace tranche {

[[noreturn]] void refuse_condition(const ConditionText& text, const ConditionWord& word,
                                   const std::string& problem, std::vector<std::string> help);

}  // namespace tranche
