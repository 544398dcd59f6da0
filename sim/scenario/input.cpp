// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/input.hpp"

#include <algorithm>

namespace tranche {

bool is_always(const Input& input, double value) {
  const auto is = [&](const Input& one) {
    return one.distribution.is_constant() && one.distribution.parameters.at(0) == value;
  };
  if (!input.schedule) return is(input);
  return std::ranges::all_of(input.schedule->points,
                             [&](const Schedule::Point& point) { return is(point.value); });
}

}  // namespace tranche
