// What `tranche compare` prints.
#pragma once

#include <string>
#include <vector>

#include "sim/performance/compare.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// One row for each workload and chip: workload, unit, chip, possible, value, ratio,
// bound, why, value_per_usd, value_per_w.
TextTable comparison_table(const std::vector<ComparisonRow>& rows);

// For people, by workload: value, ratio to the first chip, value per watt and per
// thousand dollars, what binds and why.
std::string comparison_text(const std::vector<ComparisonRow>& rows);

}  // namespace tranche
