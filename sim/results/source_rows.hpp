// SPDX-License-Identifier: Apache-2.0

// Results by source: each stock and tranche at the headline month.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/results/summary.hpp"

namespace tranche {

struct SourceRow {
  std::int32_t variant, firm, source, metric;  // indices into LoweredScenario
  std::string chip;                            // from chip_of_source
  Statistics statistics;                       // in the metric's unit
};

// True if the metric, summed over sources, equals that of the firm in every draw: no ratio, no
// maximum, no quantity that accumulates over the months.
bool adds_up_over_sources(const LoweredScenario& lowered, const MetricInfo& metric);

// True if the firm (or any, for the last index) has chips of the source in this what-if. A firm has
// the sum over all stocks or all tranches if it has one of them.
bool has_source(const RunResult& result, std::int32_t variant, std::int32_t firm,
                std::int32_t source);

// Chip of the source at the firm; several, joined by ";", if firms differ. Empty for sums.
std::string chip_of_source(const RunResult& result, std::int32_t variant, std::int32_t firm,
                           std::int32_t source);

// Statistics of the metric of a source at the headline month.
Statistics source_statistics(const RunResult& result, std::int32_t variant, std::int32_t firm,
                             std::int32_t source, const MetricInfo& metric);

// Source that represents all tranches or all stocks: their sum, or the only one. Empty if the
// scenario has no such chips, or sources were not recorded.
std::optional<std::int32_t> whole_source(const LoweredScenario& lowered, SourceInfo::Kind kind);

// Rows of every single stock and tranche of every what-if, firm and additive metric.
std::vector<SourceRow> source_rows(const RunResult& result);

// Constraint on the chips in service of a tranche, at the headline month.
struct SourceBinding {
  std::int32_t source;
  kernels::Constraint constraint;
  double share_of_draws;
};
// For the tranches of a firm, every constraint with a share above 0; for all firms, the mean over
// those that have the tranche.
std::vector<SourceBinding> source_bindings(const RunResult& result, std::int32_t variant,
                                           std::int32_t firm);

// what_if,firm,source,chip,month,metric,unit,mean,sd,p05,p25,p50,p75,p95
std::string by_source_csv(const RunResult& result, const std::vector<SourceRow>& rows);

}  // namespace tranche
