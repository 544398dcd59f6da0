// SPDX-License-Identifier: Apache-2.0

// Names of the rows of a decomposition, equal in every output.
#pragma once

#include <string>

#include "sim/simulate/decomposition.hpp"

namespace tranche {

// "alone", "shapley" or "sequential" (a part), "interaction", "total".
std::string measure_name(DecompositionRow::Kind kind, DecompositionMethod method);
// "lever", "assumption", "other"; empty for the interaction and the total.
std::string group_name(const DecompositionRow& row);

}  // namespace tranche
