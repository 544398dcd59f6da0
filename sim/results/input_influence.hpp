// SPDX-License-Identifier: Apache-2.0

// Influence of each uncertain input on the headline.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "sim/simulate/draw_table.hpp"

namespace tranche {

// Limit on the number of ranked random numbers: more draws would not fit in memory beside a run.
inline constexpr std::size_t max_ranked_columns = 4096;

// Returns Spearman's rank correlation, -1 to 1, of each drawn input with the output in the first
// 1,024 draws of the seed (for an input with several draws for the output's firm and up to its
// month: of the mean of their ranks). Keyed by DrawnInput::variable. Left out: inputs that cannot
// influence the output, and all inputs if the output is equal in every draw or there are more than
// `most_ranked_columns`. Chance alone gives up to about 0.06 in 95 % of cases.
std::unordered_map<std::string, double> input_influence(const LoweredScenario& lowered,
                                                        const OutputChoice& output);

}  // namespace tranche
