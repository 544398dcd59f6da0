// SPDX-License-Identifier: Apache-2.0

// Elementary effects: the change when one group of inputs moves by half of its distribution, from
// many starting points. A cheap screening of influential inputs.
//
// Morris, "Factorial sampling plans for preliminary computational experiments",
// Technometrics 33, 1991. From each starting point every group is moved alone (radial
// design: Campolongo, Saltelli, Cariboni, Comput. Phys. Commun. 182, 2011). All numbers of
// a group move in the same direction (groups: Campolongo, Cariboni, Saltelli, Environ.
// Model. Softw. 22, 2007). Costs points x (groups + 1) evaluations.
#pragma once

#include <vector>

#include "sim/studies/sensitivity/grouped_model.hpp"

namespace tranche {

// In the output's unit per 1 of probability: an effect of 10 means that moving the group up by half
// of its distribution adds 5.
struct ElementaryEffects {
  double mu = 0;             // mean: direction
  double mu_star = 0;        // mean magnitude: size
  double mu_star_error = 0;  // standard error
  double sigma = 0;          // spread: nonlinear, or interacting with others
};

struct MorrisResult {
  std::uint64_t points = 0;
  std::size_t groups = 0;
  std::vector<ElementaryEffects> effects;  // outputs x groups
  const ElementaryEffects& effect(std::size_t output, std::size_t group) const {
    return effects[output * groups + group];
  }
};

// Starting points lie on a grid of `morris_levels` levels, at the middle of each eighth of the
// probability, so that no input is at the end of an infinite tail.
inline constexpr int morris_levels = 8;
MorrisResult morris_effects(const GroupedModel& model, const DesignControl& control);

}  // namespace tranche
