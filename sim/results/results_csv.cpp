// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <utility>

#include "sim/results/results.hpp"
#include "sim/scenario/constraints.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

const std::string& name_at(const std::vector<std::string>& names, std::int32_t index) {
  return names[static_cast<std::size_t>(index)];
}

}  // namespace

std::string summary_csv(const LoweredScenario& lowered, const std::vector<SummaryRow>& rows) {
  std::string out = "what_if,firm,month,metric,unit,mean,sd,p05,p25,p50,p75,p95,mc_error_p50\n";
  for (const SummaryRow& row : rows) {
    const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(row.metric)];
    const Statistics& s = row.statistics;
    if (std::isnan(s.p50)) {  // unknown: eight empty cells
      fmt::format_to(std::back_inserter(out), "{},{},{},{},{},,,,,,,,\n",
                     csv_field(name_at(lowered.variants, row.variant)),
                     csv_field(name_at(lowered.firms, row.firm)), name_at(lowered.steps, row.step),
                     csv_field(metric.name), csv_field(metric.unit));
      continue;
    }
    fmt::format_to(std::back_inserter(out),
                   "{},{},{},{},{},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g}\n",
                   csv_field(name_at(lowered.variants, row.variant)),
                   csv_field(name_at(lowered.firms, row.firm)), name_at(lowered.steps, row.step),
                   csv_field(metric.name), csv_field(metric.unit), s.mean, s.sd, s.p05, s.p25,
                   s.p50, s.p75, s.p95, s.mc_error_p50);
  }
  return out;
}

std::string binding_csv(const LoweredScenario& lowered, const std::vector<BindingRow>& rows) {
  std::string out = "what_if,firm,month,constraint,share_of_draws\n";
  for (const BindingRow& row : rows)
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{:.7g}\n",
                   csv_field(name_at(lowered.variants, row.variant)),
                   csv_field(name_at(lowered.firms, row.firm)), name_at(lowered.steps, row.step),
                   constraint_info(row.constraint).name, row.share_of_draws);
  return out;
}

ResultTables result_tables(const RunResult& result) {
  auto [summary, digest] = summary_and_digest(result);
  return {std::move(summary), difference_rows(result), binding_rows(result), source_rows(result),
          std::move(digest)};
}

void write_tables(const RunResult& result, const ResultTables& tables, FileSet& files) {
  files.write("summary.csv", summary_csv(result.lowered, tables.summary));
  files.write("differences.csv", summary_csv(result.lowered, tables.differences));
  files.write("binding.csv", binding_csv(result.lowered, tables.binding));
  files.write("by_source.csv", by_source_csv(result, tables.by_source));
  files.write("decomposition.csv", decomposition_csv(result));
}

}  // namespace tranche
