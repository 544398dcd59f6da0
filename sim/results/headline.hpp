// SPDX-License-Identifier: Apache-2.0

// The one figure that a scenario asks for, in every what-if and for every firm.
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
  // What-ifs with the best and the worst median difference (then mean) for the headline
  // firm, as the metric says what is better; empty without what-ifs, or when the metric
  // says neither.
  std::optional<std::int32_t> best, worst;
};

HeadlineFigures headline_figures(const RunResult& result);

// What the tranches of the base case add to the headline, and what the stocks do without them.
struct AddedByTranches {
  std::int32_t source = 0;  // index into LoweredScenario::sources
  Statistics added, stocks;
  // The median; where it is nothing, as in a firm that mostly gets none, the mean.
  bool is_typical() const { return added.p50 != 0; }
  double value() const { return is_typical() ? added.p50 : added.mean; }
};
// None where there are no tranches, no stocks, or the metric does not add up over them.
std::optional<AddedByTranches> added_by_tranches(const RunResult& result,
                                                 const HeadlineFigures& headline);

// Shares of the draws in which a what-if is better and worse than the base case, as the
// metric says what is better; in the rest it is the same.
struct DrawShares {
  double better = 0, worse = 0;
};
DrawShares draw_shares(const Statistics& difference, Better better);

// Name of a firm for people: its title, "all firms" for the sum.
std::string firm_title(const RunResult& result, std::int32_t firm);
// Name of a what-if for people: its title, "base" for the base case.
std::string variant_title(const RunResult& result, std::int32_t variant);

// Inputs of the base case that are assumed, not decided, and a single number: a headline
// that rests on them is surer than it looks. Those of the file first, then the defaults.
std::vector<Input> unswept_assumptions(const Scenario& scenario);

}  // namespace tranche
