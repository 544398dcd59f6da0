// SPDX-License-Identifier: Apache-2.0

// The answer of a run in words, for the terminal and for result.json.
#pragma once

#include <string>
#include <vector>

#include "sim/results/headline.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {

// The answer first, then the what-ifs that are best and worst. Names from the scenario are made
// harmless.
std::vector<std::string> headline_sentences(const RunResult& result,
                                            const HeadlineFigures& headline);

// "118 (61.0–160)": median and 90 % band; "to" where a minus sign could be taken for the
// dash.
std::string value_and_band(const DisplayUnit& unit, const Statistics& s);

// The unit that the headline metric is shown in, over all cases.
DisplayUnit headline_unit(const RunResult& result, const HeadlineFigures& headline);

}  // namespace tranche
