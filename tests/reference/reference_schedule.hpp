// SPDX-License-Identifier: Apache-2.0

// Numbers over time, implemented only from docs/methods/fleet.md, section 1, Numbers over time.
#pragma once

#include <functional>
#include <vector>

#include "sim/scenario/input.hpp"

namespace tranche::reference {

struct StepLength {
  int count = 0, months = 1;  // of a step
};

// Value at each step; `number` returns that of one point, of the growth or of the delay.
std::vector<double> values_of(const tranche::Schedule& schedule, const StepLength& steps,
                              const std::function<double(const Input&)>& number);

}  // namespace tranche::reference
