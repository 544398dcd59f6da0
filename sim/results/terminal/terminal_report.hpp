// SPDX-License-Identifier: Apache-2.0

// Terminal report of a run: headline sentences, tables of the headline metric, binding constraints,
// Monte Carlo error, and the paths of the files.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/results/headline.hpp"
#include "sim/results/headline_sentences.hpp"
#include "sim/simulate/run.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {

enum class Emphasis { none, ansi };

struct ReportStyle {
  std::size_t columns = 100;
  Emphasis emphasis = Emphasis::none;
};

// Paths of the results, for the last lines; no files: not written.
struct WrittenFiles {
  std::string folder = {};
  std::vector<std::string> names = {};
};

// Names from the scenario are sanitised and shortened; there is no colour without Emphasis::ansi.
// Ends with a line break.
std::string terminal_report(const RunResult& result, const std::string& digest,
                            const WrittenFiles& written, const ReportStyle& style = {});

// Parts of the report, each empty or ending with a line break.
std::string headline_lines(const RunResult& result, const HeadlineFigures& headline,
                           std::size_t columns);
std::string headline_table(const RunResult& result, const HeadlineFigures& headline,
                           std::size_t columns);
// The headline metric by stock and tranche; empty if it is not additive over them, or if there is
// only one.
std::string source_table(const RunResult& result, const HeadlineFigures& headline,
                         std::size_t columns);
// Binding constraints of each tranche at the headline month; empty with a single tranche.
std::string source_binding_text(const RunResult& result, const HeadlineFigures& headline,
                                std::size_t columns);
std::string difference_table(const RunResult& result, const HeadlineFigures& headline,
                             std::size_t columns);
// Every metric at the headline's month and firm.
std::string metrics_table(const RunResult& result, const HeadlineFigures& headline,
                          std::size_t columns);
// Number formats, layout and batch of each workload on each chip; empty if none was chosen.
std::string work_table(const RunResult& result, std::size_t columns);
// Contributions to the change of each what-if that sets several paths.
std::string decomposition_table(const RunResult& result, const HeadlineFigures& headline,
                                std::size_t columns);
std::string binding_text(const RunResult& result, std::size_t columns);
std::string caution_text(const RunResult& result, const HeadlineFigures& headline,
                         std::size_t columns);

}  // namespace tranche
