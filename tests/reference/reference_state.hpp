// SPDX-License-Identifier: Apache-2.0

// What a draw of the reference carries from step to step.
#pragma once

#include <vector>

#include "tests/reference/reference_draw.hpp"

namespace tranche::reference {

using Matrix = std::vector<std::vector<double>>;  // [tranche][firm]

struct State {
  explicit State(const Case& numbers);
  Matrix arrived;                 // by the end of this step
  std::vector<Matrix> delivered;  // [step + 1], zero at the start
  Matrix installed;               // so far, with what has left service since
  Matrix in_service;
  // what ended the firm's own claim, or why there was none
  std::vector<std::vector<Constraint>> delivery_bound;
  // what lets least through to service, where not all that is delivered is installed
  std::vector<std::vector<std::optional<Constraint>>> installation_bound;
};

// Serves the tranches of the step that ends at t, into delivered[t].
void deliver(const Case& numbers, int step, State& state);
// Puts into service what was delivered, at one firm.
void install(const Case& numbers, int step, std::size_t firm, State& state);
// Power of a firm's prior stock at time t.
double stock_watts(const Firm& firm, double t);
// What binds a firm at the end of the step.
Constraint binding_of(const Case& numbers, int step, std::size_t firm, const State& state);

}  // namespace tranche::reference
