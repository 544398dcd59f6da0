// SPDX-License-Identifier: Apache-2.0

// The value of a split: objectives and constraints from the values of the draws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/studies/allocate/allocation.hpp"
#include "sim/studies/allocate/split_figures.hpp"

namespace tranche {

// The figure of the draws that a measure names; `better` says which draws are the worst. The order
// of `values` is changed.
double measured(std::vector<float>& values, const Measure& measure, Better better);

class AllocationJudge {
 public:
  // Throws InputError for a metric that does not apply and for more than two objectives. Adds
  // what it needs to the problem.
  AllocationJudge(const AllocateSpec& spec, const Scenario& scenario, const Problems& known,
                  SplitProblem& problem);

  const std::vector<AllocationObjective>& objectives() const { return objectives_; }
  std::vector<std::string> limit_labels() const;
  // Whether terms of different units are added up, which needs a scale.
  bool needs_scale() const;
  // Values at the equal split by which terms of different units are divided.
  void set_scale(const SplitFigures& equal);

  // Fills objectives, limits and `violated` of constraints on metrics; those on shares must have
  // been looked at before (see violated_shares). Also the first objective in each block of
  // draws, where `blocks` is not null.
  void judge(const SplitFigures& figures, AllocationSplit& out, std::vector<double>* blocks) const;
  // Bits of the constraints on shares that these shares violate.
  std::uint32_t violated_shares(const std::vector<double>& shares) const;
  // The first objective of every draw, before its measure is taken: the weighted sum of its
  // terms; higher is better when the objective says so.
  std::vector<float> draws_of_objective(const SplitFigures& figures) const;

  // Of the first objective: positive when a is better than b.
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
    std::optional<Figure> figure;  // else a share
    std::size_t part = 0;
  };
  std::vector<Term> terms_;
  std::vector<Limit> limits_;
  std::vector<AllocationObjective> objectives_;
};

}  // namespace tranche
