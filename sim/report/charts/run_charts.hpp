// SPDX-License-Identifier: Apache-2.0

// Charts of a run.
#pragma once

#include <optional>
#include <vector>

#include "sim/report/charts/chart.hpp"
#include "sim/report/document/run_document.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {

// Selections in the charts of a report.
struct ChartChoice {
  std::size_t metric = 0, firm = 0, month = 0;
};

// Returns every applicable chart, for the headline's metric, firm and month: headline, months per
// firm, what-ifs, paired differences and their contributions, binding constraints, cumulative
// training, exceedance.
std::vector<Chart> run_charts(const RunDocument& document);

Chart answer_chart(const RunDocument& document, const ChartChoice& choice);
Chart what_ifs_chart(const RunDocument& document, const ChartChoice& choice);
Chart fan_chart(const RunDocument& document, const ChartChoice& choice);
Chart differences_chart(const RunDocument& document, const ChartChoice& choice);
// Contributions to the change of each what-if that sets several paths; empty without decomposition.
std::optional<Chart> decomposition_chart(const RunDocument& document, const ChartChoice& choice);
Chart binding_chart(const RunDocument& document, const ChartChoice& choice);
Chart training_flop_chart(const RunDocument& document, const ChartChoice& choice);
Chart exceedance_chart(const RunDocument& document, const ChartChoice& choice);

// Common parts: display unit of a metric of a firm, over months and what-ifs or at one month;
// "Training throughput, EFLOP/s"; labels in their order; the last lines.
DisplayUnit unit_over_time(const RunDocument& document, const ChartChoice& choice);
DisplayUnit unit_at_month(const RunDocument& document, const ChartChoice& choice);
std::string value_title(const DocumentMetric& metric, const DisplayUnit& unit);
std::vector<std::string> labels_of(const std::vector<NamedItem>& items);
std::vector<std::string> footer_of(const RunDocument& document, const ChartChoice& choice,
                                   const std::string& how_to_read);

}  // namespace tranche
