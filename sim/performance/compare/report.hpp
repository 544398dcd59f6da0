// SPDX-License-Identifier: Apache-2.0

// Output of `tranche compare`.
#pragma once

#include <string>
#include <vector>

#include "sim/performance/compare/compare.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// One row for each workload and chip: workload, unit, chip, possible, value, ratio, bound, why,
// value_per_usd, value_per_w; for language models also formats, arithmetic, layout, chips_per_copy,
// sequences_per_copy, time_per_token_s, memory; then least_value (if `value` is an upper bound),
// customary (GFLOP/s, GTEPS, GLUP/s), assumed (what the model chose) and evidence (row of
// measured/accuracy.csv).
TextTable comparison_table(const std::vector<ComparisonRow>& rows);

// chip, kind (ceiling or workload), name, flop_per_byte, flop_per_s: the bandwidth and the dense
// bf16 rate of each chip, and the memory-bound workloads below them.
TextTable roofline_table(const std::vector<std::string>& chips,
                         const std::vector<ComparisonRow>& rows, const Catalogue& catalogue);

// Terminal table by workload: value, ratio to the first chip, value per watt and per thousand
// dollars, binding part with reason, and load of the language models.
std::string comparison_text(const std::vector<ComparisonRow>& rows, const ServingOptions& serving);

}  // namespace tranche
