// SPDX-License-Identifier: Apache-2.0

// Which metrics a scenario can compute, and for whom they are known.
#pragma once

#include <string>
#include <vector>

#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// Names of the metrics that a run of this scenario keeps, in output order.
std::vector<std::string> computable_metrics(const ScenarioSet& set, const Catalogue& catalogue);

// A figure of chips that a firm has or gets and that nobody knows: the price of a tranche's, the
// power of a server's part, a value in a yardstick.
struct UnknownFigure {
  std::string what;                  // "the price of `Ascend-950PR`"
  std::vector<std::string> metrics;  // that cannot be known without it
  SourceSpan where;                  // the chip in the scenario
  std::string whose;                 // "that get tranche `domestic`", of firms
  std::string help;
};

// Those of one firm. A chip that a rule keeps out needs none.
std::vector<UnknownFigure> unknown_figures(const Scenario& scenario, const Catalogue& catalogue,
                                           const Firm& firm);

// Sets what `is_unknown` looks up, and says it: a warning for each figure, in `notes`, and a
// remark. Of metrics that are not kept nothing is said.
void mark_unknown(const ScenarioSet& set, const Catalogue& catalogue, LoweredScenario& lowered);

// Throws InputError where the scenario asks for a headline that it cannot compute: a metric
// that does not apply or is not among its `metrics`, or one that is not known.
void check_headline(const ScenarioSet& set, const Catalogue& catalogue);

// Throws InputError where `metric` is not known for the firm (a name, or "all"; another word
// stands for any firm) in the variant. `where` is the place that asks for it.
void refuse_unknown(const Scenario& scenario, const Catalogue& catalogue, const std::string& metric,
                    const std::string& firm, const SourceSpan& where);

}  // namespace tranche
