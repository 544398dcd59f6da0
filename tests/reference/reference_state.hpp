// SPDX-License-Identifier: Apache-2.0

// State of a draw of the reference from step to step.
#pragma once

#include <vector>

#include "tests/reference/reference_draw.hpp"

namespace tranche::reference {

using Matrix = std::vector<std::vector<double>>;  // [tranche][firm]

struct State {
  explicit State(const Case& numbers);
  Matrix arrived;                 // by the end of this step
  std::vector<Matrix> delivered;  // [step + 1], zero at the start
  Matrix paid_usd;                // up to the step before
  Matrix installed;               // cumulative, less retired chips
  Matrix in_service;
  // constraint that ended the firm's own claim, or the reason for no claim
  std::vector<std::vector<Constraint>> delivery_bound;
  // constraint with the smallest installation, if not all deliveries are installed
  std::vector<std::vector<std::optional<Constraint>>> installation_bound;
};

// Delivers the tranches of the step that ends at t, into delivered[t].
void deliver(const Case& numbers, int step, State& state);
// Installs delivered chips at one firm.
void install(const Case& numbers, int step, std::size_t firm, State& state);
// Power of a firm's prior stock at time t.
double stock_watts(const Firm& firm, double t);
// Binding constraint of a firm at the end of the step.
Constraint binding_of(const Case& numbers, int step, std::size_t firm, const State& state);

}  // namespace tranche::reference
