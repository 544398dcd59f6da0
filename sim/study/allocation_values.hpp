// What every firm does at every share of a split, draw by draw, and from that the figures
// of any split.
//
// A firm's chips follow from its own share alone (what one firm leaves unused is not passed on),
// and so does the work of a workload. So it is enough to simulate each share once, for all
// firms at the same time, on the same draws: 101 simulations instead of 5,151 for three
// firms in steps of 1 %. The figures of a split are sums over them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/backend/batch_runner.hpp"
#include "sim/run/lowering.hpp"
#include "sim/run/run.hpp"
#include "sim/run/shared_work.hpp"
#include "sim/scenario/scenario_source.hpp"

namespace tranche {

// One output of the draws that an objective or a constraint looks at.
struct Figure {
  std::string label;  // "training_flop_per_s of all at 2027-12"
  std::string metric, firm, month, unit;
  kernels::MetricKind kind = kernels::MetricKind::sum;
  std::size_t quantity = 0, denominator = 0;  // into SplitProblem::quantities
  std::int32_t firm_index = 0;                // or one of these
  static constexpr std::int32_t all_firms = -1, worst_firm = -2;
  std::int32_t step = 0;
  double factor = 1.0;  // from the sums to the metric's unit
  Better better = Better::higher;
};

// A sum over chips at one step, as the simulation keeps it.
struct Quantity {
  std::int32_t sum = 0, step = 0;
  bool is_largest = false;  // firms' values combine by their maximum
};

// The scenario with shares that can be set for each simulation.
struct SplitProblem {
  LoweredScenario lowered;
  bool over_firms = true;
  std::vector<std::string> names;           // of the parts, in the order of AllocateSpec::among
  std::vector<std::int32_t> part_firm;      // the firm that a part belongs to
  std::vector<std::int32_t> share_columns;  // of the simulation, one a part
  std::vector<Quantity> quantities;
  std::vector<std::int32_t> judged_firms;  // among which the worst is looked for
};

// The sums that a figure needs are added to the problem; throws InputError when the metric
// does not apply or cannot be had for this firm.
Figure make_figure(SplitProblem& problem, const Scenario& scenario, const Problems& known,
                   const SourceSpan& where, const std::string& metric, const std::string& firm,
                   const std::string& month);

// Sets the shares of a split.
Assignment shares_assignment(const std::string& split, const std::vector<std::string>& names,
                             const std::vector<double>& shares, const SourceSpan& where);

// Lowers the scenario with shares of its own for the parts of the split, and with `held` set.
// `metrics` are those that figures will ask for. Throws InputError as lower() does.
SplitProblem split_problem(const ScenarioSource& source, const Catalogue& catalogue,
                           const AllocateSpec& spec, const std::vector<Assignment>& held,
                           const std::vector<std::string>& metrics);

// Replaces the outputs of the simulation by the quantities; no figure can be added after.
void set_outputs(SplitProblem& problem);

// A part's share between two that were simulated: low + weight * (high - low).
struct LevelMix {
  std::size_t low = 0, high = 0;
  float weight = 0;
};
using Split = std::vector<LevelMix>;  // one a part

using LevelShares = std::vector<std::vector<double>>;  // of each part, those simulated

class SplitValues {
 public:
  // Simulates each part at each of its shares, of which all parts have equally many. The results
  // do not depend on threads nor on ranks, each of which has all of them in the end. Throws
  // Interrupted when `stop` was set.
  SplitValues(const SplitProblem& problem, LevelShares shares, std::uint64_t draws,
              const RunOptions& options);

  std::uint64_t draws() const { return draws_; }
  const LevelShares& shares() const { return shares_; }
  // One value a draw, in the metric's unit.
  void values_of(const Figure& figure, const Split& split, std::vector<float>& out) const;

 private:
  using Column = std::vector<float>;
  // Columns for all draws, of zeros.
  void make_columns();
  void simulate_draws(kernels::DrawRange range, const RunOptions& options);
  void complete_columns(const SharedWork& work);
  void simulate_batch(std::uint64_t first, int count, kernels::BatchRunner& runner);
  // A quantity of one firm, or of all.
  void quantity_of(std::size_t quantity, std::int32_t firm, const Split& split, Column& out) const;
  void figure_of(const Figure& figure, std::int32_t firm, const Split& split, Column& out) const;

  const SplitProblem& problem_;
  LevelShares shares_;
  std::uint64_t draws_;
  // [quantity][part][level]: what the part adds to what its firm does without it.
  std::vector<std::vector<std::vector<Column>>> parts_;
  std::vector<std::vector<Column>> fixed_;  // [quantity][firm]: what no part changes
  std::vector<Column> fixed_all_;           // [quantity]
  Column counterpart_level_, counterpart_growth_;
};

}  // namespace tranche
