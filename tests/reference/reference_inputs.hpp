// SPDX-License-Identifier: Apache-2.0

// Converts a parsed scenario and its drawn numbers to inputs of the reference: every key is
// resolved for its firm, tranche, month and batch, with times in steps.
#pragma once

#include <functional>
#include <string>

#include "sim/scenario/scenario.hpp"
#include "tests/reference/reference_draw.hpp"

namespace tranche::reference {

// Location of a number in a scenario; a number is drawn anew along some of these dimensions.
struct Place {
  std::string firm = {}, tranche = {};
  int index = -1;  // of the step, or of the batch
};

// Returns the drawn number in base units; a share is one of several that sum to 1.
using Drawn = std::function<double(const Input& input, const Place& place)>;

// Throws std::out_of_range for a chip that is not in the catalogue.
Case case_of(const Scenario& scenario, const Catalogue& catalogue, const Drawn& drawn);

}  // namespace tranche::reference
