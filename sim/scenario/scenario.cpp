// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>

namespace tranche {

double step_seconds(Step step) {
  return step == Step::month ? seconds_per_month : 3.0 * seconds_per_month;
}

std::string step_label(const Scenario& scenario, std::int32_t step) {
  const int months = scenario.start.month - 1 + step * (scenario.step == Step::month ? 1 : 3);
  return fmt::format("{:04}-{:02}", scenario.start.year + months / 12, months % 12 + 1);
}

}  // namespace tranche
