// SPDX-License-Identifier: Apache-2.0

// From a scenario as it was read, and the numbers drawn for it, to what the reference takes:
// every key resolved for its firm, tranche, month and batch, times in steps.
#pragma once

#include <functional>
#include <string>

#include "sim/scenario/scenario.hpp"
#include "tests/reference/reference_draw.hpp"

namespace tranche::reference {

// Where in a scenario a number stands; a number is drawn anew along some of these.
struct Place {
  std::string firm = {}, tranche = {};
  int index = -1;  // of the step, or of the batch
};

// The number that was drawn, in base units; a share is one of several that sum to 1.
using Drawn = std::function<double(const Input& input, const Place& place)>;

// Throws std::out_of_range for a chip that the catalogue does not have.
Case case_of(const Scenario& scenario, const Catalogue& catalogue, const Drawn& drawn);

}  // namespace tranche::reference
