// SPDX-License-Identifier: Apache-2.0

// Headline sentences of a run, for the terminal and for result.json.
#pragma once

#include <string>
#include <vector>

#include "sim/results/headline.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {

// Returns the answer, then the best and worst what-ifs. Names from the scenario are sanitised.
std::vector<std::string> headline_sentences(const RunResult& result,
                                            const HeadlineFigures& headline);

// "118 (61.0–160)": median and 90 % band; "to" if a minus sign could be mistaken for the dash.
std::string value_and_band(const DisplayUnit& unit, const Statistics& s);

// Display unit of the headline metric over all cases.
DisplayUnit headline_unit(const RunResult& result, const HeadlineFigures& headline);

}  // namespace tranche
