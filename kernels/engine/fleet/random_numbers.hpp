// SPDX-License-Identifier: Apache-2.0

// Random numbers that one draw of a fleet takes.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/engine/fleet/data.hpp"

namespace tranche::kernels {

// One random number of a draw: instance `instance` of a variable.
struct RandomNumber {
  std::uint64_t variable = 0;
  std::uint32_t instance = 0;
};

// Every random number that a draw of the data takes, each once, and the first number of each
// DrawSpec and ScoreSpec (see GivenWords). The instances of a variable are consecutive.
struct RandomNumbers {
  std::vector<RandomNumber> numbers;
  std::vector<std::int32_t> of_draw, of_score;
};
RandomNumbers random_numbers(const FleetData& data);

}  // namespace tranche::kernels
