// SPDX-License-Identifier: Apache-2.0

// Tables of a run as series over the months, for result.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/results/summary.hpp"

namespace tranche {

// [{what_if, firm, metric, mean: [one a month], sd: […], p05 … mc_error_p50}], for
// differences with probability_better, share_better and share_worse.
enum class SeriesKind { values, differences };
nlohmann::ordered_json summary_series(const LoweredScenario& lowered,
                                      const std::vector<SummaryRow>& rows, SeriesKind kind);

// [{what_if, firm, constraint, share_of_draws: [one a month]}]
nlohmann::ordered_json binding_series(const LoweredScenario& lowered,
                                      const std::vector<BindingRow>& rows);

// [{what_if, firm, probability: […], value: […]}]: the value exceeded with each probability,
// falling from 0.99 to 0.01, of one metric at one step.
nlohmann::ordered_json exceedance_series(const RunResult& result, std::int32_t metric,
                                         std::int32_t step);

}  // namespace tranche
