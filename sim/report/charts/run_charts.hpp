// SPDX-License-Identifier: Apache-2.0

// The charts of a run.
#pragma once

#include <optional>
#include <vector>

#include "sim/report/charts/chart.hpp"
#include "sim/report/document/run_document.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {

// What the charts of a report can be changed to.
struct ChartChoice {
  std::size_t metric = 0, firm = 0, month = 0;
};

// Every chart that applies, for the headline's metric, firm and month: the answer, the months
// per firm, what-ifs, paired differences and their parts, what binds, training so far, exceedance.
std::vector<Chart> run_charts(const RunDocument& document);

Chart answer_chart(const RunDocument& document, const ChartChoice& choice);
Chart what_ifs_chart(const RunDocument& document, const ChartChoice& choice);
Chart fan_chart(const RunDocument& document, const ChartChoice& choice);
Chart differences_chart(const RunDocument& document, const ChartChoice& choice);
// Parts of the change of each what-if that sets several paths; none where nothing is taken apart.
std::optional<Chart> decomposition_chart(const RunDocument& document, const ChartChoice& choice);
Chart binding_chart(const RunDocument& document, const ChartChoice& choice);
Chart training_flop_chart(const RunDocument& document, const ChartChoice& choice);
Chart exceedance_chart(const RunDocument& document, const ChartChoice& choice);

// Shared by them: the unit that a metric of a firm is shown in, over months and what-ifs or at
// one month; "Training throughput, EFLOP/s"; labels in their order; the last lines.
DisplayUnit unit_over_time(const RunDocument& document, const ChartChoice& choice);
DisplayUnit unit_at_month(const RunDocument& document, const ChartChoice& choice);
std::string value_title(const DocumentMetric& metric, const DisplayUnit& unit);
std::vector<std::string> labels_of(const std::vector<NamedItem>& items);
std::vector<std::string> footer_of(const RunDocument& document, const ChartChoice& choice,
                                   const std::string& how_to_read);

}  // namespace tranche
