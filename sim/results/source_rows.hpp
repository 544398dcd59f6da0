// SPDX-License-Identifier: Apache-2.0

// What each stock and tranche does at the headline month: results by source.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/results/summary.hpp"

namespace tranche {

struct SourceRow {
  std::int32_t variant, firm, source, metric;  // indices into LoweredScenario
  std::string chip;                            // as of chip_of_source
  Statistics statistics;                       // in the metric's unit
};

// Whether the metric of the chips of a source, summed over sources, is that of the firm in
// every draw: no ratio, no maximum, nothing that accumulates over the months.
bool adds_up_over_sources(const LoweredScenario& lowered, const MetricInfo& metric);

// Whether the firm (or any, for the last index) has chips of the source in this what-if. Sums
// over all stocks or all tranches are had by who has one of them.
bool has_source(const RunResult& result, std::int32_t variant, std::int32_t firm,
                std::int32_t source);

// Chip of the source at the firm; several, joined by ";", where firms differ. Empty for sums.
std::string chip_of_source(const RunResult& result, std::int32_t variant, std::int32_t firm,
                           std::int32_t source);

// The metric of a source at the headline month.
Statistics source_statistics(const RunResult& result, std::int32_t variant, std::int32_t firm,
                             std::int32_t source, const MetricInfo& metric);

// The source that stands for all tranches together, or all stocks: their sum, or the only one
// there is. None where the scenario has no such chips, or nothing was counted by source.
std::optional<std::int32_t> whole_source(const LoweredScenario& lowered, SourceInfo::Kind kind);

// Every single stock and tranche of every what-if, firm and metric that adds up.
std::vector<SourceRow> source_rows(const RunResult& result);

// What keeps a tranche from having more chips in service, at the headline month.
struct SourceBinding {
  std::int32_t source;
  kernels::Constraint constraint;
  double share_of_draws;
};
// Of the tranches of a firm, every constraint with a share above 0; of all firms, the mean over
// those that have the tranche.
std::vector<SourceBinding> source_bindings(const RunResult& result, std::int32_t variant,
                                           std::int32_t firm);

// what_if,firm,source,chip,month,metric,unit,mean,sd,p05,p25,p50,p75,p95
std::string by_source_csv(const RunResult& result, const std::vector<SourceRow>& rows);

}  // namespace tranche
