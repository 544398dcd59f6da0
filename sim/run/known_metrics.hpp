// Which metrics a scenario can compute, and for whom a cost is known.
#pragma once

#include <string>
#include <vector>

#include "sim/run/lowering.hpp"

namespace tranche {

// Names of the metrics that a run of this scenario keeps, in output order.
std::vector<std::string> computable_metrics(const ScenarioSet& set, const Catalogue& catalogue);

// Tranches of the scenario that a firm gets chips of at a price that nobody knows; a chip that
// a rule keeps out costs nothing.
std::vector<const Tranche*> unpriced_tranches(const Scenario& scenario, const Catalogue& catalogue,
                                              const std::string& firm);

// Sets what `is_unknown` looks up, and says it: a warning for each tranche, in `notes`, and a
// remark. Where no metric is a cost nothing is said.
void mark_unknown_costs(const ScenarioSet& set, const Catalogue& catalogue,
                        LoweredScenario& lowered);

// Throws InputError where the scenario asks for a headline that it cannot compute: a metric
// that does not apply or is not among its `metrics`, or a cost that is not known.
void check_headline(const ScenarioSet& set, const Catalogue& catalogue);

// Throws InputError where `metric` is a cost that is not known for the firm (a name, or "all";
// another word stands for any firm) in the variant. `where` is the place that asks for it.
void refuse_unknown_cost(const Scenario& scenario, const Catalogue& catalogue,
                         const std::string& metric, const std::string& firm,
                         const SourceSpan& where);

}  // namespace tranche
