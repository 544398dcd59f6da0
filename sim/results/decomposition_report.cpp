// SPDX-License-Identifier: Apache-2.0

// decomposition.csv.
#include "sim/results/decomposition_report.hpp"

#include <fmt/format.h>

#include <iterator>

#include "sim/results/results.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

using Kind = DecompositionRow::Kind;

}  // namespace

std::string measure_name(Kind kind, DecompositionMethod method) {
  switch (kind) {
    case Kind::alone:
      return "alone";
    case Kind::interaction:
      return "interaction";
    case Kind::total:
      return "total";
    case Kind::part:
    case Kind::group:
      break;
  }
  return method == DecompositionMethod::shapley ? "shapley" : "sequential";
}

std::string group_name(const DecompositionRow& row) {
  return row.kind == Kind::interaction || row.kind == Kind::total ? "" : name_of(row.group);
}

std::string decomposition_csv(const RunResult& result) {
  std::string out =
      "what_if,path,group,measure,firm,month,metric,unit,mean,sd,p05,p25,p50,p75,p95,draws\n";
  const LoweredScenario& lowered = result.lowered;
  for (const Decomposition& d : result.decompositions)
    for (const DecompositionRow& row : d.rows) {
      const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(row.metric)];
      const Statistics& s = row.statistics;
      if (is_unknown(lowered, d.variant, row.firm, row.metric) ||
          is_unknown(lowered, 0, row.firm, row.metric)) {
        fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},{},,,,,,,,{}\n",
                       csv_field(lowered.variants[static_cast<std::size_t>(d.variant)]),
                       csv_field(row.path), group_name(row), measure_name(row.kind, d.method),
                       csv_field(lowered.firms[static_cast<std::size_t>(row.firm)]),
                       lowered.steps[static_cast<std::size_t>(d.step)], csv_field(metric.name),
                       csv_field(metric.unit), d.draws);
        continue;
      }
      fmt::format_to(
          std::back_inserter(out),
          "{},{},{},{},{},{},{},{},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{}\n",
          csv_field(lowered.variants[static_cast<std::size_t>(d.variant)]), csv_field(row.path),
          group_name(row), measure_name(row.kind, d.method),
          csv_field(lowered.firms[static_cast<std::size_t>(row.firm)]),
          lowered.steps[static_cast<std::size_t>(d.step)], csv_field(metric.name),
          csv_field(metric.unit), s.mean, s.sd, s.p05, s.p25, s.p50, s.p75, s.p95, d.draws);
    }
  return out;
}

}  // namespace tranche
