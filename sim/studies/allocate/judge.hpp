// SPDX-License-Identifier: Apache-2.0

// Evaluates a split: objectives and constraints from the values of the draws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/studies/allocate/allocation.hpp"
#include "sim/studies/allocate/split_figures.hpp"

namespace tranche {

// Statistic of the draws that a measure names; `better` determines the worst draws. Reorders
// `values`.
double measured(std::vector<float>& values, const Measure& measure, Better better);

class AllocationJudge {
 public:
  // Throws InputError for a metric that does not apply and for more than two objectives. Adds the
  // required figures to the problem.
  AllocationJudge(const AllocateSpec& spec, const Scenario& scenario, const Problems& known,
                  SplitProblem& problem);

  const std::vector<AllocationObjective>& objectives() const { return objectives_; }
  std::vector<std::string> limit_labels() const;
  // True if terms of different units are added, which needs a scale.
  bool needs_scale() const;
  // Sets the values at the equal split, by which terms of different units are divided.
  void set_scale(const SplitFigures& equal);

  // Fills objectives, limits and `violated` for constraints on metrics; those on shares must be set
  // before (see violated_shares). Also fills the first objective in each block of draws if `blocks`
  // is not null.
  void judge(const SplitFigures& figures, AllocationSplit& out, std::vector<double>* blocks) const;
  // Returns the bits of the violated constraints on shares.
  std::uint32_t violated_shares(const std::vector<double>& shares) const;
  // The first objective of every draw, before its measure is applied: the weighted sum of its
  // terms; the objective's direction states whether higher is better.
  std::vector<float> draws_of_objective(const SplitFigures& figures) const;

  // Difference in the first objective: positive if a is better than b.
  double advantage(double a, double b) const {
    return objectives_.front().better == Better::lower ? b - a : a - b;
  }
  bool has_metric_limits() const;

 private:
  struct Term {
    Figure figure;
    const ObjectiveTerm* asked;
    std::size_t objective;
    double weight;  // with sign and scale
  };
  struct Limit {
    const AllocationLimit* asked;
    std::optional<Figure> figure;  // empty: a share
    std::size_t part = 0;
  };
  std::vector<Term> terms_;
  std::vector<Limit> limits_;
  std::vector<AllocationObjective> objectives_;
};

}  // namespace tranche
