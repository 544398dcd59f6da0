// SPDX-License-Identifier: Apache-2.0

// Files of a run: summary.csv, differences.csv, binding.csv, by_source.csv, decomposition.csv and
// result.json.
//
// CSV fields are quoted as in RFC 4180; lines end with "\n". Numbers have seven significant digits
// in the CSV files and six in result.json: more than the counters resolve (means 1e-6, quantiles
// 4e-3 relative). The decimal mark is a point.
#pragma once

#include <string>
#include <vector>

#include "sim/base/atomic_file.hpp"
#include "sim/results/source_rows.hpp"
#include "sim/results/summary.hpp"

namespace tranche {

struct ResultTables {
  std::vector<SummaryRow> summary, differences;
  std::vector<BindingRow> binding;
  std::vector<SourceRow> by_source;
  std::string digest;  // digest_of the run
};
// Everything that is computed from the counters of the run, on result.threads threads.
ResultTables result_tables(const RunResult& result);

// what_if,firm,month,metric,unit,mean,sd,p05,p25,p50,p75,p95,mc_error_p50
std::string summary_csv(const LoweredScenario& lowered, const std::vector<SummaryRow>& rows);
// what_if,firm,month,constraint,share_of_draws
std::string binding_csv(const LoweredScenario& lowered, const std::vector<BindingRow>& rows);

// what_if,path,group,measure,firm,month,metric,unit,mean,sd,p05,p25,p50,p75,p95,draws
std::string decomposition_csv(const RunResult& result);

// One JSON object; its keys are described in docs/formats/results.md.
std::string result_json(const RunResult& result, const ResultTables& tables);

// Adds the five tables to the set.
void write_tables(const RunResult& result, const ResultTables& tables, FileSet& files);

}  // namespace tranche
