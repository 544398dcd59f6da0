// SPDX-License-Identifier: Apache-2.0

// Metrics that a scenario can compute, and the firms for which they are known.
#pragma once

#include <string>
#include <vector>

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Returns the names of the metrics that a run of this scenario keeps, in output order.
std::vector<std::string> computable_metrics(const ScenarioSet& set, const Catalogue& catalogue);

// An unknown number of chips that a firm has or gets: price, power or yardstick value.
struct UnknownFigure {
  std::string what;                  // "the price of `Ascend-950PR`"
  std::vector<std::string> metrics;  // that need this number
  SourceSpan where;                  // the chip in the scenario
  std::string whose;                 // "that get tranche `domestic`", describes the firms
  std::string help;
};

// Returns the unknown numbers of one firm. A chip that a rule excludes needs none.
std::vector<UnknownFigure> unknown_figures(const Scenario& scenario, const Catalogue& catalogue,
                                           const Firm& firm);

// Fills the table of `is_unknown`, and adds a warning for each unknown number to `notes`, and a
// remark. Metrics that are not kept are skipped.
void mark_unknown(const ScenarioSet& set, const Catalogue& catalogue, LoweredScenario& lowered);

// Throws InputError if the scenario asks for a headline that it cannot compute: a metric that does
// not apply, is not among its `metrics`, or is unknown.
void check_headline(const ScenarioSet& set, const Catalogue& catalogue);

// Throws InputError if `metric` is unknown for the firm (a name, "all", or another word for any
// firm) in the variant. `where` is the location of the request.
void refuse_unknown(const Scenario& scenario, const Catalogue& catalogue, const std::string& metric,
                    const std::string& firm, const SourceSpan& where);

}  // namespace tranche
