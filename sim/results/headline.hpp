// SPDX-License-Identifier: Apache-2.0

// Headline of a scenario: one metric at one month, for every what-if and firm.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/results/summary.hpp"
#include "sim/simulate/headline_choice.hpp"

namespace tranche {

// The headline metric at the headline month in one what-if (or the base case).
struct HeadlineCase {
  std::int32_t variant = 0;
  std::vector<Statistics> firms;        // as LoweredScenario::firms; the last is all
  std::vector<Statistics> differences;  // against the base, paired; empty for the base
  double probability_better = 0.5;      // of the headline firm
};

struct HeadlineFigures : HeadlineChoice {
  std::vector<HeadlineCase> cases;  // base first
  // What-ifs with the best and the worst median difference (then mean) for the headline firm, by
  // the metric's direction; empty without what-ifs, or if the metric has no direction.
  std::optional<std::int32_t> best, worst;
};

HeadlineFigures headline_figures(const RunResult& result);

// Contribution of the tranches of the base case to the headline, and the value of the stocks alone.
struct AddedByTranches {
  std::int32_t source = 0;  // index into LoweredScenario::sources
  Statistics added, stocks;
  // True if the median is reported; if it is 0, as for a firm that mostly gets none, the mean is.
  bool is_typical() const { return added.p50 != 0; }
  double value() const { return is_typical() ? added.p50 : added.mean; }
};
// Empty if there are no tranches, no stocks, or the metric is not additive over them.
std::optional<AddedByTranches> added_by_tranches(const RunResult& result,
                                                 const HeadlineFigures& headline);

// Shares of the draws in which a what-if is better and worse than the base case, by the metric's
// direction; in the remaining draws it is equal.
struct DrawShares {
  double better = 0, worse = 0;
};
DrawShares draw_shares(const Statistics& difference, Better better);

// Display name of a firm: its title, "all firms" for the sum.
std::string firm_title(const RunResult& result, std::int32_t firm);
// Display name of a what-if: its title, "base" for the base case.
std::string variant_title(const RunResult& result, std::int32_t variant);

// Inputs of the base case that are assumptions with a single value: a headline that depends on them
// understates its uncertainty. Those of the file first, then the defaults.
std::vector<Input> unswept_assumptions(const Scenario& scenario);

// What the performance models assumed where the scenario left it open, each once, in the order of
// the works: "training: global batch of 2,048 sequences (16.8 M tokens, as Llama 3 405B)".
std::vector<std::string> model_assumptions(const RunResult& result);

}  // namespace tranche
